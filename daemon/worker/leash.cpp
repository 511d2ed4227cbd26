#include "worker/leash.hpp"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

base::Outcome silence() {
    const base::Fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    if (!null) return cannot("/dev/null", errno);
    if (::dup2(null.number(), STDERR_FILENO) < 0) return cannot("dup2", errno);
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
    SCMP_SYS(read),       SCMP_SYS(write),     SCMP_SYS(readv),      SCMP_SYS(writev),
    SCMP_SYS(pread64),    SCMP_SYS(pwrite64),  SCMP_SYS(close),      SCMP_SYS(fstat),
    SCMP_SYS(stat),       SCMP_SYS(lstat),     SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(lseek),      SCMP_SYS(access),    SCMP_SYS(faccessat),  SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(unlink),    SCMP_SYS(unlinkat),   SCMP_SYS(getdents64),
    SCMP_SYS(rename),     SCMP_SYS(renameat),  SCMP_SYS(renameat2),  SCMP_SYS(linkat),
    SCMP_SYS(fsync),      SCMP_SYS(fdatasync), SCMP_SYS(ftruncate),  SCMP_SYS(fstatfs),
};

// The network; Landlock says which ports.
constexpr int network_calls[] = {
    SCMP_SYS(poll),        SCMP_SYS(ppoll),      SCMP_SYS(select),   SCMP_SYS(pselect6),
    SCMP_SYS(connect),     SCMP_SYS(recvfrom),   SCMP_SYS(shutdown), SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
};

// What transfer/wire.cpp and the resolver set; others attach programs or change the protocol.
constexpr struct {
    int level, name;
} socket_options[] = {
    {SOL_SOCKET, SO_KEEPALIVE},    {IPPROTO_TCP, TCP_NODELAY},   {IPPROTO_TCP, TCP_KEEPIDLE},
    {IPPROTO_TCP, TCP_KEEPINTVL},  {IPPROTO_TCP, TCP_KEEPCNT},   {IPPROTO_IP, IP_RECVERR},
    {IPPROTO_IP, IP_MTU_DISCOVER}, {IPPROTO_IPV6, IPV6_RECVERR},
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
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(memfd_create),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(kexec_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(setuid),
    SCMP_SYS(setresuid),
};

// The rules of a filter; the first error stays.
class Rules {
public:
    explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

    void allow(std::span<const int> calls) {
        for (const int call : calls) keep(seccomp_rule_add(filter_, SCMP_ACT_ALLOW, call, 0));
    }
    void kill_at(std::span<const int> calls) {
        for (const int call : calls)
            keep(seccomp_rule_add(filter_, SCMP_ACT_KILL_PROCESS, call, 0));
    }
    template <class... Where>
    void allow_where(int call, Where... where) {
        keep(seccomp_rule_add(filter_, SCMP_ACT_ALLOW, call, sizeof...(where), where...));
    }
    int error() const { return error_; }

private:
    void keep(int result) { error_ = error_ != 0 ? error_ : result; }

    scmp_filter_ctx filter_;
    int error_ = 0;
};

scmp_arg_cmp is(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp is_not(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_NE, value, 0};
}
scmp_arg_cmp has_of(unsigned argument, std::uint64_t mask, std::uint64_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, mask, bits};
}
scmp_arg_cmp has_none_of(unsigned argument, std::uint64_t mask) {
    return has_of(argument, mask, 0);
}

// No file that gives its reader our identity, and no signal sent through a descriptor.
void add_file_rules(Rules& rules) {
    constexpr std::uint64_t identity = S_ISUID | S_ISGID;
    constexpr std::uint64_t makes = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);
    rules.allow(file_calls);
    rules.allow_where(SCMP_SYS(openat), has_none_of(2, makes));
    rules.allow_where(SCMP_SYS(openat), has_none_of(3, identity));
    rules.allow_where(SCMP_SYS(open), has_none_of(1, makes));
    rules.allow_where(SCMP_SYS(open), has_none_of(2, identity));
    rules.allow_where(SCMP_SYS(mkdirat), has_none_of(2, identity));
    rules.allow_where(SCMP_SYS(fchmod), has_none_of(1, identity));
    for (const int command : {F_GETFD, F_SETFD, F_GETFL})
        rules.allow_where(SCMP_SYS(fcntl), is(1, static_cast<std::uint64_t>(command)));
    rules.allow_where(SCMP_SYS(fcntl), is(1, F_SETFL), has_none_of(2, O_ASYNC));
    for (const std::uint64_t question : {FIONREAD, FIONBIO})
        rules.allow_where(SCMP_SYS(ioctl), is(1, question));
}

// TCP and UDP over IP alone: Landlock does not know the other protocols, nor a connection that is
// opened by its first bytes (MSG_FASTOPEN). Local sockets are the control socket's; without netlink
// the resolver takes both families for reachable. Over the daemon's socket go bytes, no
// descriptors.
void add_network_rules(Rules& rules, int socket) {
    constexpr std::uint64_t type = 0xf;  // the rest are flags
    rules.allow(network_calls);
    for (const std::uint64_t family : {AF_INET, AF_INET6})
        for (const std::uint64_t protocol : {0, static_cast<int>(IPPROTO_TCP)}) {
            rules.allow_where(SCMP_SYS(socket), is(0, family), has_of(1, type, SOCK_STREAM),
                              is(2, protocol));
        }
    for (const std::uint64_t family : {AF_INET, AF_INET6})
        rules.allow_where(SCMP_SYS(socket), is(0, family), has_of(1, type, SOCK_DGRAM), is(2, 0));
    rules.allow_where(SCMP_SYS(sendto), has_none_of(3, MSG_FASTOPEN));
    rules.allow_where(SCMP_SYS(sendmmsg), is_not(0, static_cast<std::uint64_t>(socket)),
                      has_none_of(3, MSG_FASTOPEN));
    for (const auto& each : socket_options)
        rules.allow_where(SCMP_SYS(setsockopt), is(1, static_cast<std::uint64_t>(each.level)),
                          is(2, static_cast<std::uint64_t>(each.name)));
}

int add_rules(scmp_filter_ctx filter, int socket) {
    Rules rules{filter};
    rules.allow(plain_calls);
    rules.kill_at(deadly_calls);
    add_file_rules(rules);
    add_network_rules(rules, socket);
    rules.allow_where(SCMP_SYS(mprotect), has_none_of(2, PROT_EXEC));
    rules.allow_where(SCMP_SYS(mmap), has_none_of(2, PROT_EXEC));
    // The resolver loads its modules when it first needs them.
    rules.allow_where(SCMP_SYS(mmap), has_of(2, PROT_EXEC | PROT_WRITE, PROT_EXEC),
                      has_none_of(3, MAP_ANONYMOUS));
    // raise(), to itself alone.
    rules.allow_where(SCMP_SYS(tgkill), is(0, static_cast<std::uint64_t>(::getpid())));
    return rules.error();
}

base::Outcome load_filter(int socket) {
    const std::unique_ptr<void, decltype(&seccomp_release)> filter{
        seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release};
    if (!filter) return cannot("seccomp_init", ENOMEM);
    if (const int error = add_rules(filter.get(), socket); error != 0)
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

base::Outcome enter_leash(const Allowed& allowed, int socket) {
    // Standard error is the daemon's log, where a stranger's line would pass for ours.
    if (auto silent = silence(); !silent) return silent;
    if (auto set = set_limits(); !set) return set;
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return cannot("PR_SET_DUMPABLE", errno);
    if (auto locked = lock_by_landlock(allowed); !locked) return locked;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("no_new_privs", errno);
    return load_filter(socket);
}

}  // namespace worker
