#include "unit/worker/attempts.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>

namespace subject {

namespace {

// What a container or its host may refuse to everybody.
enum class Host { Allows, MayRefuse };

struct Attempt {
    const char* name;
    bool (*got)();
    Host host = Host::Allows;
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

sockaddr_in port_of_this_host(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Nobody listens there: to be told so means to have been on the network.
bool connect_out() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in to = port_of_this_host(1);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
           errno == ECONNREFUSED;
}

// The connection is opened by its first bytes, without connect().
bool connect_by_sending() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in to = port_of_this_host(1);
    return ::sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
                    sizeof to) < 0 &&
           errno == ECONNREFUSED;
}

bool connect_to_local_socket() {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un to{AF_UNIX, "/nonexistent"};
    return fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
           errno == ENOENT;
}

bool bind_port() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    const sockaddr_in any = port_of_this_host(0);
    return ::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
}

bool listen_somewhere() { return ::listen(::socket(AF_INET, SOCK_STREAM, 0), 1) == 0; }

bool make_socket(int family, int type, int protocol) {
    return ::socket(family, type, protocol) >= 0;
}

bool attach_program() {
    sock_filter all = BPF_STMT(BPF_RET | BPF_K, 0xffff);
    const sock_fprog program{1, &all};
    return ::setsockopt(::socket(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_ATTACH_FILTER, &program,
                        sizeof program) == 0;
}

bool set_owner_of_signals() {
    const f_owner_ex owner{F_OWNER_PID, ::getpid()};
    return ::fcntl(3, F_SETOWN_EX, &owner) == 0;
}

bool ask_for_signals_by_ioctl() {
    int on = 1;
    return ::ioctl(3, FIOASYNC, &on) == 0;
}

bool set_owner_by_ioctl() {
    int owner = ::getpid();
    return ::ioctl(3, FIOSETOWN, &owner) == 0;
}

// The kernel has the call and looked at what was asked.
bool was_looked_at(long result) { return result >= 0 || (errno != EPERM && errno != ENOSYS); }

bool open_by_openat2() {
    open_how how{};
    how.flags = O_RDONLY;
    return ::syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how) >= 0;
}

bool execute_beneath() {
    char* const none[] = {nullptr};
    return ::syscall(SYS_execveat, AT_FDCWD, "/nonexistent", none, none, 0) != 0 && errno == ENOENT;
}

// Without a size: EINVAL of whoever may.
bool clone_anew() { return was_looked_at(::syscall(SYS_clone3, nullptr, 0)); }

bool read_memory_of_parent() {
    int to = 0;
    iovec local{&to, sizeof to}, remote{nullptr, sizeof to};
    return ::process_vm_readv(::getppid(), &local, 1, &remote, 1, 0) != 0 && errno == EFAULT;
}

// No file system is called so: ENODEV of whoever may.
bool mount_something() { return was_looked_at(::mount("none", "/", "nonexistent", 0, nullptr)); }

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

// What bears a descriptor to whoever reads the other end; again without a byte.
mmsghdr with_descriptor(cmsghdr* space, std::size_t size) {
    mmsghdr message{};
    message.msg_hdr.msg_control = space;
    message.msg_hdr.msg_controllen = size;
    space->cmsg_level = SOL_SOCKET;
    space->cmsg_type = SCM_RIGHTS;
    space->cmsg_len = CMSG_LEN(sizeof(int));
    return message;
}

bool send_descriptor() {
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
    const mmsghdr message = with_descriptor(reinterpret_cast<cmsghdr*>(space), sizeof space);
    return ::sendmsg(3, &message.msg_hdr, 0) == 0;
}

bool send_descriptors() {
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
    mmsghdr message = with_descriptor(reinterpret_cast<cmsghdr*>(space), sizeof space);
    return ::sendmmsg(3, &message, 1, 0) == 1;
}

constexpr Attempt table[] = {
    {"open-file", [] { return ::open("/etc/passwd", O_RDONLY) >= 0; }},
    {"open-file-by-openat2", open_by_openat2, Host::MayRefuse},
    {"open-parent-memory", [] { return ::open("/proc/self/mem", O_RDWR) >= 0; }},
    {"create-file", [] { return ::open("/tmp", O_TMPFILE | O_WRONLY, 0600) >= 0; }},
    {"write-kept-file", [] { return ::write(9, "x", 1) == 1; }},
    {"socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
    {"socket-pair",
     [] {
         int ends[2];
         return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
     }},
    {"socket-netlink", [] { return make_socket(AF_NETLINK, SOCK_RAW, 0); }},
    {"socket-raw", [] { return make_socket(AF_INET, SOCK_RAW, IPPROTO_UDP); }, Host::MayRefuse},
    {"socket-mptcp", [] { return make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP); },
     Host::MayRefuse},
    {"socket-ping", [] { return make_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP); }, Host::MayRefuse},
    {"connect", connect_out},
    {"connect-by-sending", connect_by_sending, Host::MayRefuse},
    {"connect-unix", connect_to_local_socket},
    {"bind", bind_port},
    {"listen", listen_somewhere},
    {"attach-program", attach_program},
    {"send-message", send_message},
    {"send-descriptor", send_descriptor},
    {"send-descriptors", send_descriptors},
    {"fcntl-setown", [] { return ::fcntl(3, F_SETOWN, ::getpid()) == 0; }},
    {"fcntl-setown-ex", set_owner_of_signals},
    {"fcntl-setsig", [] { return ::fcntl(3, F_SETSIG, SIGURG) == 0; }},
    {"fcntl-async", [] { return ::fcntl(3, F_SETFL, O_ASYNC) == 0; }},
    {"fcntl-dup", [] { return ::fcntl(3, F_DUPFD, 100) >= 0; }},
    {"ioctl-async", ask_for_signals_by_ioctl},
    {"ioctl-setown", set_owner_by_ioctl},
    {"fork", fork_and_reap},
    {"thread", start_thread},
    {"clone3", clone_anew, Host::MayRefuse},
    {"execve", execute},
    {"execveat", execute_beneath},
    {"ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
    {"read-memory", read_own_memory_from_outside},
    {"read-memory-of-parent", read_memory_of_parent, Host::MayRefuse},
    {"signal-parent", [] { return ::kill(::getppid(), 0) == 0; }},
    {"signal-self-group", [] { return ::kill(0, 0) == 0; }},
    {"signal-parents-thread",
     [] { return ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0) == 0; }},
    {"handle-of-parent", [] { return ::syscall(SYS_pidfd_open, ::getppid(), 0) >= 0; },
     Host::MayRefuse},
    {"io-uring", [] { return was_looked_at(::syscall(SYS_io_uring_setup, 0, nullptr)); },
     Host::MayRefuse},
    {"bpf", [] { return was_looked_at(::syscall(SYS_bpf, -1, nullptr, 0)); }, Host::MayRefuse},
    {"mount", mount_something, Host::MayRefuse},
    {"keyctl", [] { return was_looked_at(::syscall(SYS_keyctl, 0, -2, 0)); }, Host::MayRefuse},
    // A flag that does not exist: EINVAL of whoever may.
    {"userfaultfd", [] { return was_looked_at(::syscall(SYS_userfaultfd, 1 << 30 | 1)); },
     Host::MayRefuse},
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

std::string attempt_to_open(const std::string& directory) {
    return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY) >= 0 ? "got" : "refused";
}

std::string attempt(const std::string& name) {
    const Attempt* const found = std::ranges::find(table, name, &Attempt::name);
    if (found == std::end(table)) return "unknown";
    return found->got() ? "got" : "refused";
}

bool may_be_refused_by_host(const std::string& name) {
    return std::ranges::any_of(table, [&](const Attempt& each) {
        return name == each.name && each.host == Host::MayRefuse;
    });
}

std::vector<std::string> attempts() {
    std::vector<std::string> names;
    for (const Attempt& each : table) names.push_back(each.name);
    return names;
}

}  // namespace subject
