// What one start leaves for the next: the mark after a failed sync (design.md 4).
//
// The kernel then takes for written what the disk may not hold, and hands it out until the file
// system was unmounted everywhere or the host restarted. The mark is a file with a line for each
// file system that failed: the boot, the device, and which of its lives it was in. A line counts
// until one of them changed.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <signal.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace permitd {

// The life of a file system that is mounted: "/sys/fs/ext4/sda1 18485". Empty where the kernel does
// not show it (btrfs, ZFS, network file systems). ext4, xfs and f2fs have a directory there from
// their first mount to their last unmount, as long as their page cache, and its number is never
// given again before the next boot. Numbers of mounts will not do: they are given again, and each
// mount namespace, so each start under systemd, has its own.
std::string life_of(dev_t device);

// From now on a failed sync (base::failed_sync) adds its file system to the mark.
void mark_failed_syncs(const std::string& mark_file);
// A fault while the mark counts, which tells what to do and which of these places are concerned. A
// mark that counts no more is removed.
base::Outcome refuse_when_marked(const std::string& mark_file,
                                 const std::vector<std::string>& places);

// Opening the store writes to it, and on a full disk RocksDB may abort the process. So a start
// waits until there is room: a minute, or until a signal of the set (which is blocked), then the
// fault is Remedy::RetryLater. On a file system that is read-only it is Remedy::Stop at once.
base::Outcome wait_for_room(const std::string& state_directory, const sigset_t& signals);

}  // namespace permitd
