// permitctl fsck: opens the store itself, which no running daemon allows, and tells what does not
// fit (ctl/fsck.hpp).
// Threads: main. Throws: std::bad_alloc only; a store that cannot be read ends the process.
#pragma once

#include <string>

#include "ctl/fsck.hpp"
#include "ctl/validate.hpp"

namespace ctl {

// Exit status: 0 nothing found, or all of it mended; 65 something was found; 66 there is no store
// or no archive; 74 something cannot be read or moved; 75 a daemon runs, or the disk is full; 77
// the user is not the one that the state belongs to; 78 configuration.
int fsck(const std::string& configuration_file, Repair repair, Form form);

}  // namespace ctl
