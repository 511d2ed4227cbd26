// Place: where the daemon's control socket and the shared files are, by its configuration.
//
// Read leniently: an operator must be able to ask a running daemon although somebody is just
// spoiling its configuration file.
// Threads: any. Throws: nothing.
#pragma once

#include <optional>
#include <string>

namespace ctl {

struct Place {
    std::string socket = "/run/permitd/control";
    std::string share;
};
Place place_of(const std::string& configuration_file);

// Where the boxes of one mailbox are.
struct Boxes {
    std::string spool;
    std::string archive;
    std::string state;
    std::string group;
    bool remote = false;  // on a partner's server
};
// Nothing when the file names no mailbox of that name.
std::optional<Boxes> boxes_of(const std::string& configuration_file, const std::string& mailbox);

}  // namespace ctl
