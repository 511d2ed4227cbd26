// GET /figures of the control socket: counts since the start and what waits now, in one object, so
// that whoever asks twice knows what is done in a second (permitctl top).
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>

#include "daemon.hpp"

namespace permitd {

boost::json::object figures_of(const Daemon& daemon);

}  // namespace permitd
