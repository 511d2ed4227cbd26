// Access: who may change what permitd holds. Whoever the socket lets in may read (its mode, and its
// list of groups); root, permitd's own user and the members of `admin_group` may change.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "config.hpp"
#include "http/server.hpp"

namespace permitd {

// The number of a group of this host; nothing when there is none of that name.
std::optional<unsigned> group_number(const std::string& name);
// The name of a user of this host; empty when there is none of that number.
std::string user_name(unsigned uid);

// Who may connect beside the user and the group of the socket.
std::vector<unsigned> groups_let_in(const Config& config);
bool may_change(const http::Request& request, const Config& config);

}  // namespace permitd
