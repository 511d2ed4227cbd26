// Place: where the daemon's control socket and the shared files are, by its configuration.
//
// Read leniently: an operator must be able to ask a running daemon although somebody is just
// spoiling its configuration file.
// Threads: any. Throws: nothing.
#pragma once

#include <string>

namespace ctl {

struct Place {
    std::string socket = "/run/permitd/control";
    std::string share;
};
Place place_of(const std::string& configuration_file);

}  // namespace ctl
