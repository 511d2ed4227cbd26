// The closed list of events that permitd logs. systemd/README.md shows it; a test holds the two
// together and forbids logging anything else.
#pragma once

#include "base/log.hpp"

namespace base::event {

inline constexpr Event stopping_at_once{
    "stopping-at-once", Level::Error,
    "A disk or the store failed in a way after which nothing more may be written. The exit status "
    "tells which: 74 a disk failed, 75 a disk is full, 78 the store is damaged.",
    "The error names the cause. 75: free space, permitd starts by itself. 78: put a backup of the "
    "state back. 74: mend the disk; after a failed sync the next start says what else it wants."};

inline constexpr Event lines_left_out{
    "lines-left-out", Level::Warning,
    "So many lines of an event were not written, because more than one a second of them came about "
    "a mailbox after the first two hundred.",
    "Look at the lines of that event: mostly somebody fills an OutBox with what is not taken."};

inline constexpr Event worker_lost{
    "worker-lost", Level::Warning,
    "A worker died, hung or broke its limits over a document, which is tried once more.",
    "None, if it is rare; if one partner's files cause it, keep one and report it as a defect."};
inline constexpr Event workers_failing{
    "workers-failing", Level::Error,
    "No new worker can be started, so documents are waiting; it is tried again and again.",
    "See the error: mostly memory, the number of tasks, or a schema that was changed."};
inline constexpr Event workers_well{
    "workers-well", Level::Info, "Workers can be started again after a time when none could.", ""};

}  // namespace base::event
