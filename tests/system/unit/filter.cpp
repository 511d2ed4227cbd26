#include "system/unit/filter.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace unit {

namespace {

void must(int result, const char* what) {
    if (result < 0) throw std::runtime_error{std::string{what} + ": " + std::strerror(-result)};
}

class Filter {
public:
    explicit Filter(std::uint32_t otherwise)
        : context_(seccomp_init(otherwise), &seccomp_release) {}
    void refuse(int call, int error, std::initializer_list<scmp_arg_cmp> when) {
        must(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(static_cast<unsigned>(error)),
                                    call, static_cast<unsigned>(when.size()), when.begin()),
             "a rule");
    }
    void allow(int call) {
        must(seccomp_rule_add(context_.get(), SCMP_ACT_ALLOW, call, 0), "a rule");
    }
    void load() { must(seccomp_load(context_.get()), "loading a filter"); }

private:
    std::unique_ptr<void, decltype(&seccomp_release)> context_;
};

scmp_arg_cmp has(unsigned argument, scmp_datum_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}

void families(const UnitFile& unit) {
    std::set<int> allowed;
    for (const std::string& each : unit.words("RestrictAddressFamilies")) {
        if (each == "AF_UNIX")
            allowed.insert(AF_UNIX);
        else if (each == "AF_INET")
            allowed.insert(AF_INET);
        else if (each == "AF_INET6")
            allowed.insert(AF_INET6);
        else
            throw std::runtime_error{each + " is not known here"};
    }
    if (allowed.empty()) return;
    Filter filter{SCMP_ACT_ALLOW};
    for (int family = 0; family < AF_MAX; ++family)
        if (!allowed.contains(family))
            filter.refuse(SCMP_SYS(socket), EAFNOSUPPORT,
                          {{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0}});
    filter.refuse(SCMP_SYS(socket), EAFNOSUPPORT, {{0, SCMP_CMP_GE, AF_MAX, 0}});
    filter.load();
}

void namespaces() {
    Filter filter{SCMP_ACT_ALLOW};
    for (const scmp_datum_t kind : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
                                    CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET}) {
        filter.refuse(SCMP_SYS(unshare), EPERM, {has(0, kind)});
        filter.refuse(SCMP_SYS(clone), EPERM, {has(0, kind)});
    }
    filter.refuse(SCMP_SYS(setns), EPERM, {});
    filter.refuse(SCMP_SYS(clone3), ENOSYS, {});
    filter.load();
}

void writable_code() {
    Filter filter{SCMP_ACT_ALLOW};
    filter.refuse(SCMP_SYS(mmap), EPERM, {has(2, PROT_EXEC | PROT_WRITE)});
    filter.refuse(SCMP_SYS(mprotect), EPERM, {has(2, PROT_EXEC)});
    filter.refuse(SCMP_SYS(pkey_mprotect), EPERM, {has(2, PROT_EXEC)});
    filter.refuse(SCMP_SYS(shmat), EPERM, {has(2, SHM_EXEC)});
    filter.load();
}

void identity_bits() {
    Filter filter{SCMP_ACT_ALLOW};
    for (const scmp_datum_t bit : {S_ISUID, S_ISGID}) {
        for (const int call :
             {SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(mkdir), SCMP_SYS(mknod), SCMP_SYS(creat)})
            filter.refuse(call, EPERM, {has(1, bit)});
        for (const int call : {SCMP_SYS(fchmodat), SCMP_SYS(mkdirat), SCMP_SYS(mknodat)})
            filter.refuse(call, EPERM, {has(2, bit)});
        filter.refuse(SCMP_SYS(open), EPERM, {has(1, O_CREAT), has(2, bit)});
        filter.refuse(SCMP_SYS(openat), EPERM, {has(2, O_CREAT), has(3, bit)});
    }
    // Its flags stand in memory, which a filter cannot read.
    filter.refuse(SCMP_SYS(openat2), ENOSYS, {});
    filter.load();
}

void small_ones(const UnitFile& unit) {
    Filter filter{SCMP_ACT_ALLOW};
    if (unit.yes("RestrictRealtime"))
        for (const scmp_datum_t policy : {SCHED_FIFO, SCHED_RR, 6 /* SCHED_DEADLINE */})
            filter.refuse(SCMP_SYS(sched_setscheduler), EPERM, {{1, SCMP_CMP_EQ, policy, 0}});
    if (unit.yes("LockPersonality"))
        filter.refuse(SCMP_SYS(personality), EPERM,
                      {{0, SCMP_CMP_NE, static_cast<scmp_datum_t>(::personality(0xffffffff)), 0}});
    filter.load();
}

void expand(const std::string& name, const CallSets& sets, std::set<std::string>& into) {
    if (!name.starts_with('@')) {
        into.insert(name);
        return;
    }
    const auto found = sets.find(name);
    if (found == sets.end()) throw std::runtime_error{"no set is called " + name};
    for (const std::string& each : found->second) expand(each, sets, into);
}

// The first assignment says that it is a list of what is allowed, and @default is always in it.
void allow_list(const UnitFile& unit, const CallSets& sets) {
    std::set<std::string> allowed;
    expand("@default", sets, allowed);
    for (const std::string& assigned : unit.all("SystemCallFilter")) {
        const bool minus = assigned.starts_with('~');
        std::istringstream in{assigned.substr(minus ? 1 : 0)};
        for (std::string word; in >> word;) {
            std::set<std::string> calls;
            expand(word, sets, calls);
            for (const std::string& each : calls) {
                if (minus)
                    allowed.erase(each);
                else
                    allowed.insert(each);
            }
        }
    }
    if (unit.last("SystemCallErrorNumber") != "EPERM")
        throw std::runtime_error{"SystemCallErrorNumber: EPERM is all that is known here"};
    Filter filter{SCMP_ACT_ERRNO(EPERM)};
    for (const std::string& each : allowed)
        if (const int call = seccomp_syscall_resolve_name(each.c_str()); call != __NR_SCMP_ERROR)
            filter.allow(call);
    filter.load();
}

}  // namespace

CallSets call_sets() {
    CallSets sets;
    const std::unique_ptr<FILE, int (*)(FILE*)> told{
        ::popen("/usr/bin/systemd-analyze --no-pager syscall-filter 2>/dev/null", "r"), &::pclose};
    std::set<std::string>* current = nullptr;
    char line[512];
    while (told && std::fgets(line, sizeof line, told.get())) {
        std::istringstream in{line};
        std::string word;
        if (!(in >> word) || word == "#") continue;
        if (line[0] == '@')
            current = &sets[word];
        else if (current && line[0] == ' ')
            current->insert(word);
    }
    return sets;
}

void restrict_calls(const UnitFile& unit, const CallSets& sets) {
    families(unit);
    if (unit.yes("RestrictNamespaces")) namespaces();
    if (unit.yes("MemoryDenyWriteExecute")) writable_code();
    if (unit.yes("RestrictSUIDSGID")) identity_bits();
    small_ones(unit);
    if (!sets.empty()) allow_list(unit, sets);
}

}  // namespace unit
