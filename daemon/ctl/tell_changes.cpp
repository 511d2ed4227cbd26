#include "ctl/tell_changes.hpp"

#include <boost/json/array.hpp>

#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"
#include "route/said.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

static_assert(std::ranges::all_of(route::said::all,
                                  [](std::string_view text) {
                                      return std::ranges::find(words_of_changes, text, &Row::en) !=
                                             std::end(words_of_changes);
                                  }),
              "words_of_changes.hpp lacks a text of route/said.hpp");

int colour_of(const std::string& result) {
    if (result == "done") return 32;
    return result == "unchanged" ? 33 : 31;
}

// `refused` and `done` are kinds of receipts, too, and have another word there.
std::string word_of_result(const std::string& result) {
    return result == "refused" ? say("cannot be") : word_of(result);
}

std::string said_of(const json::object& row) {
    const std::string detail = word_of(text_of(row, "detail"));
    return word_of(text_of(row, "text")) + (detail.empty() ? "" : ": " + detail);
}

std::string who(const json::object& row) {
    const std::string user = text_of(row, "user");
    return user.empty() ? "uid " + text_of(row, "uid") : user;
}

std::string name_of(const json::object& target) {
    const std::string reference = text_of(target, "reference");
    return text_of(target, "message_id") + (reference.empty() ? "" : ' ' + reference);
}

// The message or the reference that an action was about, or how many.
std::string what_of(const json::object& action) {
    const json::array& targets = array_of(action, "targets");
    if (targets.empty()) return "-";
    const std::string first = name_of(targets.front().as_object());
    if (targets.size() == 1) return first;
    return say("{1} and {2} more", {first, std::to_string(targets.size() - 1)});
}

}  // namespace

std::string tell_target(const json::object& target) {
    const std::string result = text_of(target, "result");
    return name_of(target) + "  " + in_colour(colour_of(result), word_of_result(result)) + "  " +
           said_of(target) + '\n';
}

std::string tell_counts(const std::string& verb,
                        const std::map<std::string, std::uint64_t>& by_result) {
    struct Count {
        const char* result;
        Words words;
    };
    constexpr Count counts[] = {{"done", "{1} done"},
                                {"unchanged", "{1} unchanged"},
                                {"refused", "{1} refused"},
                                {"busy", "{1} busy"},
                                {"unknown", "{1} unknown"}};
    std::string out;
    for (const Count& each : counts) {
        const auto found = by_result.find(each.result);
        if (found == by_result.end()) continue;
        out += (out.empty() ? "" : ", ") + say(each.words, {std::to_string(found->second)});
    }
    return verb + ": " + first_of(out, say("nothing to do")) + '\n';
}

std::string tell_pause(const char* flow, const json::object& pause) {
    std::string out;
    if (pause.empty()) return out;
    const std::string until = time_of(pause, "until");
    add_line(out, word_of(flow),
             in_colour(33, say("paused")) + ' ' + say("since {1}", {time_of(pause, "since")}) +
                 (until.empty() ? "" : ' ' + say("until {1}", {until})) + ' ' +
                 say("by {1}", {who(pause)}) + ": " + text_of(pause, "reason"));
    return out;
}

std::string tell_flows(const json::object& status) {
    std::string paused;
    for (const char* flow : {"intake", "dispatch", "results"})
        paused += tell_pause(flow, object_of(object_of(status, flow), "paused"));
    return first_of(paused, say("nothing is paused") + '\n');
}

std::string tell_actions(const json::object& list) {
    const json::array& rows = array_of(list, "actions");
    if (rows.empty()) return nothing();
    Table table{
        {say("NUMBER"), say("AT"), say("WHO"), say("COMMAND"), say("MESSAGE"), say("REASON")}};
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
    Table table{{say("ACTION"), say("AT"), say("WHO"), say("COMMAND"), say("REFERENCE"),
                 say("WHAT CAME OF IT"), say("REASON")}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "action"), time_of(row, "at"), who(row), text_of(row, "command"),
                   text_of(row, "reference"), said_of(row), text_of(row, "reason")});
    }
    return '\n' + table.text();
}

}  // namespace ctl
