// like-unit: runs a program as systemd would run the service of a unit file, where there is no
// systemd: the same mounts, identity without rights, limits and filters of system calls.
//
//   like-unit UNIT USER WRITABLE READABLE COMMAND [ARGUMENT...]
//
// USER is a number, user and group at once. WRITABLE stands for the paths of the unit that the
// service may write, READABLE for what is installed. What becomes of each directive stands in
// unit_file.cpp.
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <stdexcept>

#include "system/unit/filter.hpp"
#include "system/unit/mounts.hpp"

namespace {

void must(int result, const char* what) {
    if (result < 0) throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

// A container may be given less than the unit asks for.
void limit(__rlimit_resource resource, const std::string& value) {
    rlimit both{};
    must(::getrlimit(resource, &both), "getrlimit");
    both.rlim_max = std::min<rlim_t>(both.rlim_max, std::stoul(value));
    both.rlim_cur = both.rlim_max;
    must(::setrlimit(resource, &both), "setrlimit");
}

void drop_rights(const unit::UnitFile& unit, unsigned user) {
    for (const char* directive : {"CapabilityBoundingSet", "AmbientCapabilities"})
        if (unit.all(directive) != std::vector<std::string>{""})
            throw std::runtime_error{std::string{directive} + ": nothing is all that is known"};
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
        must(::prctl(PR_CAPBSET_DROP, capability), "dropping a capability");
    must(::setgroups(0, nullptr), "setgroups");
    must(::setresgid(user, user, user), "setresgid");
    must(::setresuid(user, user, user), "setresuid");
    // The change of identity took it away, and whoever waits for us is to end us still.
    must(::prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
    if (!unit.yes("NoNewPrivileges")) throw std::runtime_error{"NoNewPrivileges is missing"};
    must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

void become(char** arguments) {
    const unit::UnitFile unit{arguments[1]};
    const unit::CallSets sets = unit::call_sets();
    if (sets.empty()) std::cerr << "like-unit: no systemd-analyze: SystemCallFilter is left out\n";
    unit::enter_mounts(unit, {arguments[3]}, {arguments[4]});
    limit(RLIMIT_CORE, unit.last("LimitCORE"));
    limit(RLIMIT_NOFILE, unit.last("LimitNOFILE"));
    ::umask(static_cast<mode_t>(std::stoul(unit.last("UMask"), nullptr, 8)));
    drop_rights(unit, static_cast<unsigned>(std::stoul(arguments[2])));
    unit::restrict_calls(unit, sets);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 6) return 64;
    try {
        become(arguments);
    } catch (const std::exception& error) {
        std::cerr << "like-unit: " << error.what() << '\n';
        return 71;
    }
    ::execv(arguments[5], arguments + 5);
    std::cerr << "like-unit: " << arguments[5] << ": " << std::strerror(errno) << '\n';
    return 71;
}
