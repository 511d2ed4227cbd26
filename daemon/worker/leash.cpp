#include "worker/leash.hpp"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

#include "base/files.hpp"

namespace worker {

namespace {

constexpr rlim_t descriptors_max = 64;
// A receipt is read as a whole, and may bring attachments of 12 MiB.
constexpr rlim_t memory_bytes_max = std::uint64_t{2} << 30;

base::Fault cannot(const char* what, int error) {
    return {base::Remedy::AskOperator, std::string{"the courier cannot put itself on its leash ("} +
                                           what + "): " + std::strerror(error)};
}

base::Outcome set_limits() {
    const struct {
        __rlimit_resource resource;
        rlim_t value;
        const char* name;
    } rows[] = {
        {RLIMIT_AS, memory_bytes_max, "RLIMIT_AS"},
        {RLIMIT_NOFILE, descriptors_max, "RLIMIT_NOFILE"},
        {RLIMIT_CORE, 0, "RLIMIT_CORE"},
        {RLIMIT_NPROC, 0, "RLIMIT_NPROC"},
        {RLIMIT_MEMLOCK, 0, "RLIMIT_MEMLOCK"},
        {RLIMIT_MSGQUEUE, 0, "RLIMIT_MSGQUEUE"},
    };
    for (const auto& row : rows) {
        const rlimit limit{row.value, row.value};
        if (::setrlimit(row.resource, &limit) != 0) return cannot(row.name, errno);
    }
    return base::done;
}

// Memory, time, signals and ending.
constexpr int plain_calls[] = {
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(restart_syscall),
};

// Files; Landlock says which.
constexpr int file_calls[] = {
    SCMP_SYS(read),       SCMP_SYS(write),    SCMP_SYS(readv),      SCMP_SYS(writev),
    SCMP_SYS(pread64),    SCMP_SYS(pwrite64), SCMP_SYS(open),       SCMP_SYS(openat),
    SCMP_SYS(close),      SCMP_SYS(fstat),    SCMP_SYS(stat),       SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx),    SCMP_SYS(lseek),      SCMP_SYS(access),
    SCMP_SYS(faccessat),  SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64),
    SCMP_SYS(fcntl),      SCMP_SYS(dup),      SCMP_SYS(unlink),     SCMP_SYS(unlinkat),
    SCMP_SYS(rename),     SCMP_SYS(renameat), SCMP_SYS(renameat2),  SCMP_SYS(linkat),
    SCMP_SYS(mkdirat),    SCMP_SYS(fsync),    SCMP_SYS(fdatasync),  SCMP_SYS(ftruncate),
    SCMP_SYS(fchmod),     SCMP_SYS(fstatfs),
};

// The network; Landlock says which ports.
constexpr int network_calls[] = {
    SCMP_SYS(poll),       SCMP_SYS(ppoll),       SCMP_SYS(select),      SCMP_SYS(pselect6),
    SCMP_SYS(connect),    SCMP_SYS(bind),        SCMP_SYS(sendto),      SCMP_SYS(recvfrom),
    SCMP_SYS(sendmsg),    SCMP_SYS(recvmsg),     SCMP_SYS(sendmmsg),    SCMP_SYS(recvmmsg),
    SCMP_SYS(shutdown),   SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
};

// Nobody tries these in good faith.
constexpr int deadly_calls[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(memfd_create),
    SCMP_SYS(kexec_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(setuid),
    SCMP_SYS(setresuid),
};

int add_rules(scmp_filter_ctx filter) {
    int error = 0;
    const auto keep = [&](int result) { error = error != 0 ? error : result; };
    const auto allow = [&](std::span<const int> calls) {
        for (const int call : calls) keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0));
    };
    allow(plain_calls);
    allow(file_calls);
    allow(network_calls);
    for (const int call : deadly_calls)
        keep(seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0));
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
        keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                              SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family))));
    for (const unsigned question : {FIONREAD, FIONBIO})
        keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                              SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(question))));
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
    // The resolver loads its modules when it first needs them.
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC),
                          SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0)));
    // raise(), to itself alone.
    keep(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                          SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()))));
    return error;
}

base::Outcome load_filter() {
    const std::unique_ptr<void, decltype(&seccomp_release)> filter{
        seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release};
    if (!filter) return cannot("seccomp_init", ENOMEM);
    if (const int error = add_rules(filter.get()); error != 0)
        return cannot("seccomp_rule_add", -error);
    if (const int error = seccomp_load(filter.get()); error != 0)
        return cannot("seccomp_load", -error);
    return base::done;
}

}  // namespace

std::vector<std::string> files_of_the_resolver() {
    return {"/etc/resolv.conf",     "/etc/hosts",      "/etc/host.conf", "/etc/nsswitch.conf",
            "/etc/gai.conf",        "/etc/services",   "/etc/localtime", "/etc/ld.so.cache",
            "/run/systemd/resolve", "/run/resolvconf", "/usr/lib",       "/lib"};
}

base::Outcome enter_leash(const Allowed& allowed) {
    if (auto set = set_limits(); !set) return set;
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return cannot("PR_SET_DUMPABLE", errno);
    if (auto locked = lock_by_landlock(allowed); !locked) return locked;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("no_new_privs", errno);
    return load_filter();
}

}  // namespace worker
