// Watch: what inotify says about the OutBoxes. Only a hint: events are lost when its queue
// overflows, when a file system gives none, and while permitd does not run; the scan finds the
// work anyway.
// A file that we took aside and gave its name back (mailbox/taking.cpp) was not moved in by its
// enterprise, which may still be writing it: that is told as Touched.
// Threads: one (intake). Throws: nothing.
#pragma once

#include <deque>
#include <vector>

#include "base/files.hpp"

namespace intake {

enum class Sign {
    MovedIn,
    Closed,    // after writing
    Touched,   // made, linked, given back by us, or its attributes changed
    Overflow,  // events were lost: look everywhere
    Gone,      // the OutBox itself was moved or unmounted (not: deleted, while we hold it open)
};

struct Notice {
    Sign sign = Sign::Touched;
    std::size_t outbox = 0;  // number given to add(); meaningless with Overflow
    std::string name;
};

class Watch {
public:
    Watch();
    // False where the OutBox cannot be watched and must be polled. One that was added before is
    // watched no more.
    bool add(std::size_t outbox, int directory);
    void remove(std::size_t outbox);
    // -1 where there is no inotify.
    int descriptor() const { return inotify_.number(); }
    // What has been said since the last call, a bounded part of it. Never blocks.
    std::vector<Notice> read();

private:
    // What is watched of that one ends, but for that watch.
    void forget(std::size_t outbox, int but);
    // Whether the rename is one of ours from which a file comes back.
    bool is_given_back(std::uint32_t cookie);

    base::Fd inotify_;
    std::vector<std::pair<int, std::size_t>> watched_;
    std::deque<std::uint32_t> given_back_;  // cookies of renames whose other half is not read yet
};

}  // namespace intake
