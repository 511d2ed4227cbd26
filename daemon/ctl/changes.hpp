// Changes: what an operator wants of the daemon, sent in pieces, and what became of each.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "ctl/asking.hpp"

namespace ctl {

struct Change {
    std::string verb;
    std::string reason;
    std::vector<std::string>
        ids;                     // "-": those of standard input; "ALL": what the verb can be about
    std::string state, mailbox;  // of ALL
    bool in_doubt = false;       // of give-up
};

// Tells what became of each on standard output, and how far it has come on standard error where
// that is a terminal. The exit status: 66 when an id is unknown, 65 when something cannot be, 75
// when it cannot be at this moment; the others are done all the same.
int change(const Common& common, const Change& change);

// POST /changes; a daemon whose socket does not let us in is an Answer with status 403.
base::Result<Answer> post_change(const Common& common, const boost::json::object& change);

}  // namespace ctl
