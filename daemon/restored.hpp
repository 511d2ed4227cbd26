// Restored: a state that is older than the archive, because a backup of it was put back or its end
// was lost, is noticed at the start and settled before anything is taken, sent or delivered.
//
// Receipt numbers go on behind the greatest one that was issued; everything that waits asks for its
// key before it is sent; messages that the archive shows as accepted and the state does not know
// are listed in a file, and nothing is declared under another key that may be the same
// (route/forgotten.hpp). An empty state beside an archive is the same case. So is a state that was
// put back and beside which nothing was issued since: something may have been sent.
// Threads: one, before all others start. Throws: std::bad_alloc only.
#pragma once

#include "base/result.hpp"
#include "route/forgotten.hpp"

namespace permitd {

struct Places {
    std::string list;  // "<state>/restored": what was forgotten, a line each
    std::string archive;
    std::string spool;
    std::map<std::string, std::vector<std::string>> senders;  // by mailbox
    // "<state>/put-back": while it stands the state is a restored one, whatever the archive shows.
    std::string put_back = {};
};

struct Restored {
    // While the state is not whole again.
    struct Notice {
        base::Time noticed_at = {};
        std::uint64_t known = 0;     // the greatest receipt number that the state knew
        std::uint64_t greatest = 0;  // that was issued
        std::size_t missing = 0;     // messages that are still not there
    };
    std::optional<Notice> notice;
    route::Forgotten forgotten;
    bool recalls = false;    // what the ministry said meanwhile is to be asked for
    std::string newest_day;  // of the archive; empty: it holds no receipt
};

base::Result<Restored> settle_restored(const Places& places, edi::Store& store, base::Time now);

}  // namespace permitd
