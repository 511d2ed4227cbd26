// What operators changed, put before people.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>

namespace ctl {

// One message or reference, and what became of it.
std::string tell_target(const boost::json::object& target);
// "hold: 12 done, 1 refused".
std::string tell_counts(const std::string& verb,
                        const std::map<std::string, std::uint64_t>& by_result);
// What is paused beside the intake, a line each; empty when nothing is. `status` has an object for each
// that can be.
std::string tell_pauses(const boost::json::object& status);
// After pause and resume: what is paused, or that nothing is.
std::string tell_flows(const boost::json::object& status);
// The journal, a line an action.
std::string tell_actions(const boost::json::object& list);
// What operators changed of one message; empty when nothing was.
std::string tell_actions_on(const boost::json::object& story);

}  // namespace ctl
