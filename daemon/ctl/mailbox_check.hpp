// permitctl mailbox check: whether the boxes of a mailbox are what permitd and its enterprise need.
//
// Rights, owners, the file system beneath, and a test drop: a file under a name that permitd never
// takes is written, renamed, seen by inotify and removed again, as any user where root asks.
// Threads: the main thread. Throws: std::bad_alloc only.
#pragma once

#include <string>

namespace ctl {

// Tells on standard output; returns 0, 66 (no such mailbox), 74 (a box is missing or broken), 77
// (rights are wrong, or not enough to look). `as_user`: empty, or who drops.
int check_mailbox(const std::string& configuration_file, const std::string& name,
                  const std::string& as_user);

}  // namespace ctl
