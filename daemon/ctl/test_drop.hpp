// A test drop: what an enterprise does with its boxes, done once by somebody and told step by step.
// Threads: the main thread; forks. Throws: std::bad_alloc only.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace ctl {

struct Who {
    std::string name;  // empty: as we are
    uid_t uid = 0;
    gid_t gid = 0;
};

struct Step {
    const char* what;
    int error = 0;  // errno
};

// Leaves, renames and removes a hidden file in the OutBox, lists the InBox and asks for the right
// to remove receipts. The last step is ours: whether inotify told of the rename.
std::vector<Step> test_drop(const std::string& mailbox, const Who& who);

}  // namespace ctl
