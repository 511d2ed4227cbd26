#include "worker/cage.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/files.hpp"
#include "worker/landlock.hpp"

namespace worker {

namespace {

base::Fault cannot(const char* what, int error) {
    return {base::Remedy::AskOperator,
            std::string{"the worker cannot cage itself ("} + what + "): " + std::strerror(error)};
}

base::Outcome set_limit(__rlimit_resource resource, rlim_t value, const char* name) {
    const rlimit limit{value, value};
    if (::setrlimit(resource, &limit) != 0) return cannot(name, errno);
    return base::done;
}

// The size of the address space now, in bytes; 0 when the kernel does not tell.
std::size_t address_space_used() {
    const base::Result<std::string> text = base::read_file("/proc/self/statm", 4096);
    if (!text) return 0;
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return static_cast<std::size_t>(std::strtoull(text->c_str(), nullptr, 10)) * page;
}

base::Outcome set_limits(int socket, Limits limits, std::size_t used) {
    const struct {
        __rlimit_resource resource;
        rlim_t value;
        const char* name;
    } rows[] = {
        {RLIMIT_AS, used + limits.memory_bytes_max, "RLIMIT_AS"},
        {RLIMIT_CPU, static_cast<rlim_t>(limits.life_max.count()), "RLIMIT_CPU"},
        {RLIMIT_NOFILE, static_cast<rlim_t>(socket) + 1, "RLIMIT_NOFILE"},
        {RLIMIT_FSIZE, 0, "RLIMIT_FSIZE"},
        {RLIMIT_CORE, 0, "RLIMIT_CORE"},
        {RLIMIT_NPROC, 0, "RLIMIT_NPROC"},
        {RLIMIT_MEMLOCK, 0, "RLIMIT_MEMLOCK"},
        {RLIMIT_MSGQUEUE, 0, "RLIMIT_MSGQUEUE"},
    };
    for (const auto& row : rows)
        if (base::Outcome set = set_limit(row.resource, row.value, row.name); !set) return set;
    return base::done;
}

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

// What plain computing and the C library's memory and abort() need.
constexpr int free_calls[] = {
    SCMP_SYS(munmap),          SCMP_SYS(mremap),       SCMP_SYS(brk),
    SCMP_SYS(madvise),         SCMP_SYS(futex),        SCMP_SYS(exit),
    SCMP_SYS(exit_group),      SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(clock_gettime),   SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),     SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(restart_syscall),
};

// Looking for an optional file or a terminal: an answer, not an attack.
constexpr int refused_calls[] = {
    SCMP_SYS(open),      SCMP_SYS(openat),   SCMP_SYS(stat),       SCMP_SYS(lstat),
    SCMP_SYS(access),    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(newfstatat),
    SCMP_SYS(faccessat), SCMP_SYS(ioctl),    SCMP_SYS(sysinfo),    SCMP_SYS(sched_getaffinity),
};

int add_rules(scmp_filter_ctx filter, int socket) {
    const auto own = static_cast<scmp_datum_t>(socket);
    int error = 0;
    const auto keep = [&](int result) { error = error != 0 ? error : result; };
    for (const int call : free_calls) keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0));
    for (const int call : refused_calls)
        keep(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), call, 0));
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, own)));
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, own)));
    // Last words of the C++ library go to /dev/null; so its death is told as what it is.
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 2)));
    // New memory may never be executable.
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
        keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
    // raise(), to itself alone.
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2,
                          SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())),
                          SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::gettid()))));
    return error;
}

base::Outcome load_filter(int socket) {
    const Filter filter{seccomp_init(SCMP_ACT_KILL_PROCESS), &seccomp_release};
    if (!filter) return cannot("seccomp_init", ENOMEM);
    if (const int error = add_rules(filter.get(), socket); error != 0)
        return cannot("seccomp_rule_add", -error);
    if (const int error = seccomp_load(filter.get()); error != 0)
        return cannot("seccomp_load", -error);
    return base::done;
}

}  // namespace

base::Outcome forbid_files_by_landlock() { return lock_by_landlock({}); }

void close_all_but(int socket) {
    if (socket > 3) ::close_range(3, static_cast<unsigned>(socket) - 1, 0);
    ::close_range(static_cast<unsigned>(socket) + 1, ~0U, 0);
}

base::Outcome enter_cage(int socket, Limits limits) {
    close_all_but(socket);
    {
        const base::Fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
        if (!null) return cannot("/dev/null", errno);
        for (const int fd : {0, 1, 2})
            if (::dup2(null.number(), fd) < 0) return cannot("dup2", errno);
    }
    // The order counts: each step needs what the next one takes away (/proc, then descriptors).
    const std::size_t used = address_space_used();
    if (used == 0) return cannot("/proc/self/statm", ENOENT);
    if (base::Outcome forbidden = forbid_files_by_landlock(); !forbidden) return forbidden;
    if (base::Outcome set = set_limits(socket, limits, used); !set) return set;
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return cannot("PR_SET_DUMPABLE", errno);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("no_new_privs", errno);
    return load_filter(socket);
}

}  // namespace worker
