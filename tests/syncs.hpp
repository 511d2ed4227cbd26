// Syncs: what this program made durable since it was asked to watch. fsync, fdatasync and syncfs of
// the whole program, RocksDB's too, are seen on their way to the kernel: a stop within a process
// shows no missing sync, only a loss of power does.
//
// Threads: any. Throws: std::filesystem::filesystem_error, where a file is not there.
#pragma once

#include <filesystem>

namespace tests {

// Forgets what was seen until now.
void watch_syncs();
// Whether the file or directory itself was synced since then, or all of its file system. By inode:
// a file that was synced before it had its name counts.
bool was_synced(const std::filesystem::path& path);

// From now on every one of them ends with EIO.
void fail_syncs();

}  // namespace tests
