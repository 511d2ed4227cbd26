// Filter: what systemd 252 makes of a unit's restrictions of system calls, made with the same
// library in the same way (its src/shared/seccomp-util.c).
// Threads: one. Throws: std::runtime_error.
#pragma once

#include <map>
#include <set>
#include <string>

#include "system/unit/unit_file.hpp"

namespace unit {

// The sets of system calls ("@file-system") as systemd-analyze tells them; empty where there is
// none. Asked before the process is restricted.
using CallSets = std::map<std::string, std::set<std::string>>;
CallSets call_sets();

// From now on, for ever. SystemCallFilter is left out when the sets are not known.
void restrict_calls(const UnitFile& unit, const CallSets& sets);

}  // namespace unit
