#include "ctl/tell_changes.hpp"

#include <boost/json/array.hpp>

#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

int colour_of(const std::string& result) {
    if (result == "done") return 32;
    return result == "unchanged" ? 33 : 31;
}

std::string who(const json::object& row) {
    const std::string user = text_of(row, "user");
    return user.empty() ? "uid " + text_of(row, "uid") : user;
}

// The message or the reference that an action was about, or how many.
std::string what_of(const json::object& action) {
    const json::array& targets = array_of(action, "targets");
    if (targets.empty()) return "-";
    const json::object& first = targets.front().as_object();
    const std::string reference = text_of(first, "reference");
    std::string out = text_of(first, "message_id") + (reference.empty() ? "" : ' ' + reference);
    if (targets.size() > 1) out += " and " + std::to_string(targets.size() - 1) + " more";
    return out;
}

// Empty when it is not paused.
std::string tell_pause(const json::object& status, const char* flow) {
    const json::object& by = object_of(object_of(status, flow), "paused");
    if (by.empty()) return {};
    const std::string until = time_of(by, "until");
    std::string out;
    add_line(out, flow,
             in_colour(33, "paused") + " since " + time_of(by, "since") +
                 (until.empty() ? "" : " until " + until) + " by " + who(by) + ": " +
                 text_of(by, "reason"));
    return out;
}

}  // namespace

std::string tell_target(const json::object& target) {
    const std::string reference = text_of(target, "reference");
    const std::string result = text_of(target, "result");
    return text_of(target, "message_id") + (reference.empty() ? "" : ' ' + reference) + "  " +
           in_colour(colour_of(result), result) + "  " + text_of(target, "text") + '\n';
}

std::string tell_counts(const std::string& verb,
                        const std::map<std::string, std::uint64_t>& by_result) {
    std::string out;
    for (const char* result : {"done", "unchanged", "refused", "busy", "unknown"}) {
        const auto found = by_result.find(result);
        if (found == by_result.end()) continue;
        out += (out.empty() ? "" : ", ") + std::to_string(found->second) + ' ' + result;
    }
    return verb + ": " + (out.empty() ? "nothing to do" : out) + '\n';
}

std::string tell_pauses(const json::object& status) {
    return tell_pause(status, "dispatch") + tell_pause(status, "results");
}

std::string tell_flows(const json::object& status) {
    const std::string paused = tell_pause(status, "intake") + tell_pauses(status);
    return paused.empty() ? "nothing is paused\n" : paused;
}

std::string tell_actions(const json::object& list) {
    const json::array& rows = array_of(list, "actions");
    if (rows.empty()) return "nothing there\n";
    Table table{{"NUMBER", "AT", "WHO", "COMMAND", "WHAT", "REASON"}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "action"), time_of(row, "at"), who(row), text_of(row, "command"),
                   what_of(row), text_of(row, "reason")});
    }
    return table.text();
}

std::string tell_actions_on(const json::object& story) {
    const json::array& rows = array_of(story, "actions");
    if (rows.empty()) return {};
    Table table{{"ACTION", "AT", "WHO", "COMMAND", "REFERENCE", "WHAT CAME OF IT", "REASON"}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "action"), time_of(row, "at"), who(row), text_of(row, "command"),
                   text_of(row, "reference"), text_of(row, "text"), text_of(row, "reason")});
    }
    return '\n' + table.text();
}

}  // namespace ctl
