// Control's paths about the configuration.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>

#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

// GET /config: the values in force, and what differs in the file: `settings` and `changes`, or the
// file's `errors`.
http::Response config_of(const Daemon& daemon);
// What became of a reload: 200; 422 with `errors`; 503 where it may do later.
http::Response reload_answer(const Daemon& daemon, const route::InstructionDone& done);
// What the status tells of reloads.
void add_reloads(boost::json::object& status, const Daemon& daemon);

}  // namespace permitd
