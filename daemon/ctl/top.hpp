// What `permitctl top` shows: two answers to /figures, one after the other, as rates and states.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace ctl {

// `before`: an earlier answer of the same daemon; where there is none, or another daemon answered,
// rates are those since the daemon's start.
std::string tell_top(const boost::json::object& now, const boost::json::object* before);

}  // namespace ctl
