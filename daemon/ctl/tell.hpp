// What the daemon said, put before people: in their language, times in their zone.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace ctl {

// Health in ten lines; what wants an operator stands at its end, with the command to look closer.
std::string tell_status(const boost::json::object& status);
// What keeps files in their OutBoxes, a line each; "open" when nothing does.
std::string tell_intake(const boost::json::object& intake);
// Messages in a table, and beneath it what to do about each state that is there.
std::string tell_messages(const boost::json::object& list);
std::string tell_results(const boost::json::object& list);
// The essence of one message in a few lines, with the reason why it stands where it does and what
// to do.
std::string tell_message(const boost::json::object& story);
// Its whole story on one screen.
std::string tell_story(const boost::json::object& story);
// The lifecycle tables.
struct LifecycleRow {
    std::string table, from, event, to;
    std::string told;  // what it becomes, for people
};
std::vector<LifecycleRow> lifecycle_rows();
std::string tell_lifecycle();

}  // namespace ctl
