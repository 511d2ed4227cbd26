// What the main thread logs.
#pragma once

#include "base/log.hpp"

namespace permitd::event {

using base::Event;
using base::Level;

inline constexpr Event started{"started", Level::Info,
                               "permitd is ready: everything is open and recovered.", ""};
inline constexpr Event stopping{"stopping", Level::Info,
                                "permitd was asked to stop and finishes what is under way.", ""};
inline constexpr Event stopped{"stopped", Level::Info, "permitd has stopped.", ""};
inline constexpr Event not_drained{"not-drained", Level::Warning,
                                   "stop_within was over before everything under way was finished; "
                                   "it is finished after the start.",
                                   ""};
inline constexpr Event batch_waits{"batch-waits", Level::Warning,
                                   "A batch cannot be copied or read; it is tried again.",
                                   "The error names the disk's fault."};
inline constexpr Event bad_start{"bad-start", Level::Error, "permitd could not start.",
                                 "The error names the thing and what to do."};

}  // namespace permitd::event
