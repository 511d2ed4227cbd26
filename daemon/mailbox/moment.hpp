// When a file was modified, as records keep it. Throws: nothing. Threads: any.
#pragma once

#include <sys/stat.h>

#include "base/clock.hpp"

namespace mailbox {

// Microseconds; saturated, because tmpfs and btrfs keep any 64-bit number of seconds. The first
// instant of 1970 becomes the one after it: in a record it stands for a time that was not kept, and
// then any time of the file would pass.
base::Time modification_time(const struct stat& status);

}  // namespace mailbox
