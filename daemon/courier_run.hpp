// A courier's process: gets its order, puts itself on its leash (worker/leash.hpp), and carries
// files (mailbox/courier.hpp) until its daemon is gone. A fault of the line ends a connection, the
// next is tried after 1 s, 2 s … 5 min; the connection is kept between two rounds. Where an
// operator must mend something, and where files that it may read were replaced, the next try is
// made by a new process (courier_words.hpp).
//
// Memory holds nothing that matters: it may be killed at any time.
// Threads: the only one of its process. Throws: nothing.
#pragma once

#include <functional>

#include "courier_words.hpp"
#include "worker/pool.hpp"

namespace permitd {

// How it comes to its server: transfer::connect_sftp, but in tests.
using Connect =
    std::function<base::Result<std::unique_ptr<transfer::Remote>>(const transfer::Server&)>;

// The exit status. `cage` No only in sanitizer and coverage builds.
int run_courier(int socket, worker::Cage cage, const Connect& connect_to);

}  // namespace permitd
