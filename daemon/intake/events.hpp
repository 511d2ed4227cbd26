// What intake logs.
#pragma once

#include "base/log.hpp"

namespace intake::event {

inline constexpr base::Event file_left_alone{
    "file-left-alone", base::Level::Warning,
    "Something in an OutBox is not taken: not a regular file, a file with several names, one that "
    "cannot be read, or a name that is not *.xml or *.zip.",
    "Ask the enterprise to remove it, or give permitd the right to read it."};

inline constexpr base::Event intake_stuck{
    "intake-stuck", base::Level::Error,
    "Our own copy of a file cannot be written, so nothing more is taken; files wait in their "
    "OutBoxes. The error names the disk's fault.",
    "Make the archive's file system writable and free space on it; permitd tries every second."};

inline constexpr base::Event intake_unstuck{
    "intake-unstuck", base::Level::Info, "Files are taken again after intake-stuck.", "Nothing."};

inline constexpr base::Event outbox_polled{
    "outbox-polled", base::Level::Warning,
    "The system gives no events for an OutBox, so it is looked through at intervals.",
    "Nothing on network file systems; else raise fs.inotify.max_user_watches and "
    "max_user_instances."};

}  // namespace intake::event
