#include "unit/worker/attempts.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

namespace subject {

namespace {

struct Attempt {
    const char* name;
    bool (*got)();
};

bool fork_and_reap() {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

// The kernel looked for the program: the call itself was let through.
bool execute() {
    char* const none[] = {nullptr};
    return ::execve("/nonexistent", none, none) != 0 && errno == ENOENT;
}

bool map_executable() {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                  -1, 0) != MAP_FAILED;
}

bool make_executable() {
    void* const page = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

bool connect_out() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(1);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Nobody listens there: to be told so means to have been on the network.
    return ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 && errno == ECONNREFUSED;
}

bool start_thread() {
    std::thread{[] {}}.join();
    return true;
}

bool raise_limit() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_AS, &limit) == 0 && ::setrlimit(RLIMIT_AS, &limit) == 0;
}

bool read_own_memory_from_outside() {
    int from = 7, to = 0;
    iovec local{&to, sizeof to}, remote{&from, sizeof from};
    return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) > 0;
}

// Without a byte, so that the socket stays clean.
bool send_message() {
    const msghdr message{};
    return ::sendmsg(3, &message, 0) == 0;
}

constexpr Attempt table[] = {
    {"open-file", [] { return ::open("/etc/passwd", O_RDONLY) >= 0; }},
    {"open-parent-memory", [] { return ::open("/proc/self/mem", O_RDWR) >= 0; }},
    {"create-file", [] { return ::open("/tmp", O_TMPFILE | O_WRONLY, 0600) >= 0; }},
    {"write-kept-file", [] { return ::write(9, "x", 1) == 1; }},
    {"socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
    {"connect", connect_out},
    {"send-message", send_message},
    {"fork", fork_and_reap},
    {"thread", start_thread},
    {"execve", execute},
    {"ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
    {"read-memory", read_own_memory_from_outside},
    {"signal-parent", [] { return ::kill(::getppid(), 0) == 0; }},
    {"signal-self-group", [] { return ::kill(0, 0) == 0; }},
    {"executable-memory", map_executable},
    {"make-executable", make_executable},
    {"raise-limit", raise_limit},
    {"dup", [] { return ::dup(3) >= 0; }},
    {"memfd", [] { return ::memfd_create("x", 0) >= 0; }},
    {"epoll", [] { return ::epoll_create1(0) >= 0; }},
    {"unlink", [] { return ::unlink("/nonexistent") != 0 && errno == ENOENT; }},
    {"chdir", [] { return ::chdir("/") == 0; }},
    {"unshare", [] { return ::unshare(0) == 0; }},
    {"prctl", [] { return ::prctl(PR_GET_DUMPABLE) >= 0; }},
    {"personality", [] { return ::personality(0xffffffff) >= 0; }},
    {"sleep", [] { return ::usleep(1) == 0; }},
    {"handle-signal", [] { return std::signal(SIGTERM, SIG_IGN) != SIG_ERR; }},
};

}  // namespace

std::string attempt(const std::string& name) {
    for (const Attempt& each : table)
        if (name == each.name) return each.got() ? "got" : "refused";
    return "unknown";
}

std::vector<std::string> attempts() {
    std::vector<std::string> names;
    for (const Attempt& each : table) names.push_back(each.name);
    return names;
}

}  // namespace subject
