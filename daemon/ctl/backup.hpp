// permitctl backup: asks permitd for a snapshot of its state, copies it to a directory, and removes
// it; commits go on meanwhile. permitctl itself writes the backup: whatever its disk does, permitd
// is not concerned, and nobody gets what he may not read.
//
// On the state's file system tables and blobs are linked: they never change. All is durable when it
// is told that the backup is done. What was begun and failed is cleared away.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "ctl/asking.hpp"

namespace ctl {

// Exit status: 0; 64 the directory is not empty; 66 what it is to stand in is not there; 69 no
// daemon; 74 a disk failed; 75 a disk is full, or another backup is being made; 77 neither root nor
// permitd's user.
int backup(const Common& common, const std::string& directory);

}  // namespace ctl
