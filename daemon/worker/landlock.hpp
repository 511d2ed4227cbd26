// Landlock: the kernel's lock on files and ports that a process puts on itself for ever.
// Threads: call in a process with one thread. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace worker {

// What stays allowed. Nothing else is: no file opened, made or removed, no port bound or connected
// to, no abstract socket and no signal to others, as far as the kernel's version knows these.
struct Allowed {
    std::vector<std::string> written;  // directories: files beneath are read, made and removed
    std::vector<std::string> read;     // files, or directories with all beneath; may be missing
    std::vector<std::uint16_t> ports;  // TCP, to connect to
};

// The version of Landlock that the kernel speaks; 0 = none.
int landlock_version();
// Done, too, where the kernel has no Landlock.
base::Outcome lock_by_landlock(const Allowed& allowed);

}  // namespace worker
