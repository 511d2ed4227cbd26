// A courier's process: gets its order, puts itself on its leash (worker/leash.hpp), and carries
// files (mailbox/courier.hpp) until its daemon is gone. A fault of the line ends a connection, the
// next is tried after 1 s, 2 s … 5 min; the connection is kept between two rounds.
//
// Memory holds nothing that matters: it may be killed at any time.
// Threads: the only one of its process. Throws: nothing.
#pragma once

#include "worker/pool.hpp"

namespace permitd {

// The exit status. `cage` No only in sanitizer and coverage builds.
int run_courier(int socket, worker::Cage cage);

}  // namespace permitd
