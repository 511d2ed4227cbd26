// What the daemon said, put before people.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace ctl {

// A value as text that harms no terminal; empty where there is none.
std::string text_of(const boost::json::object& object, const char* name);

std::string tell_status(const boost::json::object& status);
// What keeps files in their OutBoxes, a line each; "open" when nothing does.
std::string tell_intake(const boost::json::object& intake);
std::string tell_messages(const boost::json::object& list);
std::string tell_results(const boost::json::object& list);
// The essence of one message in a few lines.
std::string tell_message(const boost::json::object& story);
// Its whole story on one screen.
std::string tell_story(const boost::json::object& story);
// The lifecycle tables.
std::string tell_lifecycle();

}  // namespace ctl
