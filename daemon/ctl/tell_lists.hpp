// The lists of the ministry's screens, put before people.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace ctl {

std::string tell_applications(const boost::json::object& page);
std::string tell_customs(const boost::json::object& page);
std::string tell_commodities(const boost::json::object& page);
std::string tell_clearances(const boost::json::object& page);
std::string tell_balance(const boost::json::object& balance);

}  // namespace ctl
