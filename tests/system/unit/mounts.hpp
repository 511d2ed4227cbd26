// Mounts: what a unit lets its service see of the file system, in a mount namespace of its own.
// Threads: one; the process must have the right to mount. Throws: std::runtime_error.
#pragma once

#include <string>
#include <vector>

#include "system/unit/unit_file.hpp"

namespace unit {

// `writable` stands for the unit's ReadWritePaths, StateDirectory and RuntimeDirectory, `readable`
// for what a package installs: they are there wherever they stand.
void enter_mounts(const UnitFile& unit, const std::vector<std::string>& writable,
                  const std::vector<std::string>& readable);

}  // namespace unit
