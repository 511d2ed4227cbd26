// The daemon's answer about mailboxes, for people.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace ctl {

std::string tell_mailboxes(const boost::json::object& list);

}  // namespace ctl
