// How each mailbox is, for operators: what waits in its boxes, when something last came, and of a
// remote one what its courier says.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/array.hpp>

#include "daemon.hpp"

namespace permitd {

// One object a mailbox, in the order of the configuration.
boost::json::array mailbox_rows(const Daemon& daemon);
// The condition of each remote one, without counting files.
boost::json::array courier_rows(const Daemon& daemon);

}  // namespace permitd
