// The closed list of events that permitd logs. systemd/README.md shows it; a test holds the two
// together and forbids logging anything else.
#pragma once

#include "base/log.hpp"

namespace base::event {

inline constexpr Event stopping_at_once{
    "stopping-at-once", Level::Error,
    "A disk or the store failed in a way after which nothing more may be written.",
    "Mend the disk, mount the file system anew (or restart the host), then start permitd."};

}  // namespace base::event
