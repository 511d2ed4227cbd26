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
// A line about a pause of "intake", "dispatch" or "results"; empty when it is none.
std::string tell_pause(const char* flow, const boost::json::object& pause);
// After pause and resume: what is paused, or that nothing is. `status` has an object for each that
// can be.
std::string tell_flows(const boost::json::object& status);
// The journal, a line an action.
std::string tell_actions(const boost::json::object& list);
// What operators changed of one message; empty when nothing was.
std::string tell_actions_on(const boost::json::object& story);

}  // namespace ctl
