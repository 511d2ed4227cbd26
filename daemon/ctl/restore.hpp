// permitctl restore: puts a backup in the place of a state, while permitd is stopped.
//
//   1  the backup is read and every digest compared; nothing of the state is touched before
//   2  <state>/restoring: a copy of all, with its mark put-back; durable
//   3  with --force: what there was goes to <state>/before-<time>
//   4  what stands in restoring/ takes its place
//   5  restoring/ goes: from now on permitd starts
//
//   a crash    leaves                                   permitd              restore once more
//   in 2       the old state, part of a copy            does not start       makes the copy anew
//   in 3, 4    part of either, the old one in before-   does not start       moves that aside too
//   after 5    the restored state                       settles it (put-back)
//
// Within the state directory, because that may be a mount point, and belongs to permitd's user
// where what is above does not. Nothing of a state is ever removed.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "ctl/asking.hpp"

namespace ctl {

enum class Force { No, Yes };

// Exit status: 0; 64 there is a state and no --force; 65 the backup is not whole, and which of its
// files; 66 there is no such backup; 74 a disk failed; 75 permitd holds the state, or a disk is
// full; 77 the state is another user's; 78 configuration, or the backup of a newer permitd.
int restore(const Common& common, const std::string& directory, Force force);

}  // namespace ctl
