#include "worker/spawn.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/files.hpp"
#include "worker/pool.hpp"

namespace worker {

namespace {

std::vector<std::string> environment() {
    std::vector<std::string> kept = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "XERCES_DISABLE_DTD=1"};
#ifdef PERMITD_SANITIZED
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const char* value = std::getenv(name)) kept.push_back(std::string{name} + "=" + value);
#endif
    return kept;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& each : texts) out.push_back(each.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

base::Result<pid_t> spawn(std::vector<std::string> command, int socket) {
    std::vector<std::string> variables = environment();
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0);
    ::posix_spawn_file_actions_adddup2(&actions, 0, 1);
    // dup2 onto itself would leave close-on-exec set; posix_spawn takes it away (POSIX.1-2024).
    ::posix_spawn_file_actions_adddup2(&actions, socket, worker_socket);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, worker_socket + 1);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, command.at(0).c_str(), &actions, &attributes,
                                    pointers(command).data(), pointers(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return base::fault_of_errno(error, "starting the worker " + command[0]);
    return pid;
}

int await_end(pid_t pid, std::chrono::milliseconds patience) {
    // One that has ended keeps its status when it is killed. Where the kernel gives no descriptor,
    // poll() waits out the time.
    const base::Fd ended{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    pollfd source{ended.number(), POLLIN, 0};
    while (::poll(&source, 1, static_cast<int>(patience.count())) < 0 && errno == EINTR) continue;
    ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}

std::string words_of_end(int status) {
    if (WIFEXITED(status)) return "it left with exit status " + std::to_string(WEXITSTATUS(status));
    const int number = WTERMSIG(status);
    const char* name = ::sigdescr_np(number);
    return "it died of signal " + std::to_string(number) + " (" + (name ? name : "unknown") + ")";
}

// The kernel tells of a parent's end only from now on: so ask whether it is still the same.
bool bind_to(int parent) {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == parent;
}

}  // namespace worker
