// The archive that a command reads: the one that is named, or else that of the configuration.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "ctl/asking.hpp"

namespace ctl {

// Fills in `archive` where it is empty, and says on standard error what keeps it, or the mailbox if
// one is named, from being looked at; 0, 66, 74, 77 or 78.
int find_archive(const Common& common, std::string& archive, const std::string& mailbox);

}  // namespace ctl
