// Place: where the daemon's control socket and the shared files are, by its configuration.
//
// Read leniently: an operator must be able to ask a running daemon although somebody is just
// spoiling its configuration file.
// Threads: any. Throws: nothing.
#pragma once

#include <string>

#include "base/result.hpp"

namespace ctl {

struct Place {
    std::string socket = "/run/permitd/control";
    std::string share;
};
Place place_of(const std::string& configuration_file);

// Where permitd keeps what it holds.
struct Ground {
    std::string spool;
    std::string archive;
    std::string state;
    std::string state_key = {};
    std::string ledger_key = {};
};
base::Result<Ground> ground_of(const std::string& configuration_file);

// Where the boxes of one mailbox are.
struct Boxes {
    std::string spool;
    std::string archive;
    std::string state;
    std::string group;
    bool remote = false;  // on a partner's server
};
// A fault when the file cannot be read or names no mailbox of that name; it tells which there are.
base::Result<Boxes> boxes_of(const std::string& configuration_file, const std::string& mailbox);

}  // namespace ctl
