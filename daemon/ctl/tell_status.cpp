#include <boost/json/serialize.hpp>
#include <cstdlib>

#include "ctl/advice.hpp"
#include "ctl/table.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_changes.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/times.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

struct Health {
    std::string lines;
    std::vector<std::string> wanted;  // what somebody has to do
};

std::string why_held(const json::object& hold) {
    const std::string condition = text_of(hold, "condition");
    const std::string place = text_of(hold, "place");
    const bool least = condition == "free-space" || condition == "free-inodes";
    const std::string what =
        word_of(condition) + (place.empty() ? "" : ' ' + say("of {1}", {place}));
    if (condition == "space-unknown") return what;
    const auto figure = [&](const char* name) {
        if (condition != "free-space") return text_of(hold, name);
        return std::to_string(number_of(hold, name) >> 20) + " MiB";
    };
    const std::vector<std::string> values{what, figure("figure"), figure("limit")};
    return least ? say("{1} is {2}, at least {3}", values) : say("{1} is {2}, at most {3}", values);
}

void add_held(std::string& out, const std::string& what, const json::array& holds) {
    for (const json::value& each : holds) {
        const json::object& hold = each.as_object();
        add_line(out, what,
                 in_colour(31, say("held")) + ' ' + say("since {1}", {time_of(hold, "since")}) +
                     ": " + why_held(hold));
    }
}

// What is to be done, because that is another thing for each.
void add_displaced(Health& health, const json::array& displaced) {
    for (const json::value& each : displaced) {
        const json::object& row = each.as_object();
        const bool is_gone = text_of(row, "found") == "gone";
        const std::string error = text_of(row, "error");
        add_line(health.lines, say("place"),
                 text_of(row, "place") + ' ' +
                     in_colour(31, is_gone ? say("is gone") : say("is another directory")) + ' ' +
                     say("since {1}", {time_of(row, "since")}) +
                     (error.empty() ? "" : " (" + error + ')'));
        health.wanted.push_back(
            text_of(row, "place") + ": " +
            (is_gone ? say("put it back") : say("mount the right one, or restart permitd")));
    }
}

void add_endpoint(Health& health, const json::object& status) {
    const std::string condition = text_of(status, "endpoint_condition");
    const bool is_open = condition == "open";
    add_line(health.lines, say("gateway"),
             in_colour(is_open ? 32 : 31, words_of_condition(condition)) + "  " +
                 text_of(status, "endpoint"));
    if (is_open) return;
    health.wanted.push_back(endpoint_remedy(condition) + ' ' +
                            say("permitctl list tells what waits."));
}

// Told apart from the line: messages get through, and what becomes of them does not come back.
void add_results(Health& health, const json::object& status) {
    const json::object& trouble = object_of(status, "results_trouble");
    if (trouble.empty() || text_of(status, "endpoint_condition") != "open") return;
    add_line(health.lines, say("results"),
             in_colour(31, say("cannot be read")) + ' ' +
                 say("since {1}", {time_of(trouble, "since")}) + ": " + text_of(trouble, "reason"));
    health.wanted.push_back(
        say("Results wait at the ministry, none is lost. An HTTP status: see the gateway. Else the "
            "ministry sends what the installed schema does not know: install the version that "
            "does."));
}

void add_clock(Health& health, const json::object& status) {
    const json::object& clock = object_of(status, "clock");
    if (clock.empty()) return;
    const std::int64_t moved = number_of(clock, "moved_s");
    const std::string length = span(std::chrono::seconds{std::abs(moved)});
    add_line(health.lines, say("clock"),
             in_colour(31, moved < 0 ? say("was moved back by {1}", {length})
                                     : say("was moved forward by {1}", {length})) +
                 ' ' + say("at {1}", {time_of(clock, "noticed_at")}));
    health.wanted.push_back(
        say("See that the host's clock is right (timedatectl). Until it was steady for five "
            "minutes no licence expires, no lifetime ends and nothing is swept."));
}

void add_messages(Health& health, const json::object& status) {
    std::string counted;
    for (const auto& [state, count] : object_of(status, "messages"))
        counted += (counted.empty() ? "" : "  ") + state_in_colour(std::string{state}) + ' ' +
                   json::serialize(count);
    add_line(health.lines, say("messages"), first_of(counted, say("none")));
    if (const auto held = number_of(object_of(status, "messages"), "HELD"); held > 0)
        health.wanted.push_back(
            say("{1} messages are held: permitctl list --state HELD", {std::to_string(held)}));
    const std::string due = time_of(status, "next_due_at");
    add_line(health.lines, say("next attempt"), first_of(due, say("nothing waits")));
    add_line(health.lines, say("receipts"),
             say("{1} issued, {2} on their way",
                 {text_of(status, "receipts_issued"), text_of(status, "receipts_waiting")}));
}

void add_restored(Health& health, const json::object& status) {
    const json::object& restored = object_of(status, "restored");
    if (restored.empty()) return;
    add_line(health.lines, say("state"),
             in_colour(31, say("restored")) + ' ' +
                 say("since {1}: it knew receipt {2} of {3}; at the start {4} accepted messages "
                     "were missing",
                     {time_of(restored, "noticed_at"), text_of(restored, "receipt_known"),
                      text_of(restored, "receipt_issued"), text_of(restored, "messages_missing")}));
    health.wanted.push_back(say("Have the enterprises send again what {1} lists, unchanged.",
                                {text_of(restored, "list")}));
}

void add_intake(Health& health, const json::object& status) {
    const json::object& intake = object_of(status, "intake");
    health.lines += tell_intake(intake);
    for (const char* flow : {"dispatch", "results"})
        if (const json::object& by = object_of(object_of(status, flow), "paused"); !by.empty()) {
            health.lines += tell_pause(flow, by);
            health.wanted.push_back(say("{1} waits: permitctl resume {2}, when the reason is gone.",
                                        {word_of(flow), flow}));
        }
    add_held(health.lines, say("commits"), array_of(status, "commits_held"));
    if (!object_of(intake, "paused").empty())
        health.wanted.push_back(
            say("Files wait: permitctl resume intake, when the reason is gone."));
    if (!array_of(intake, "held").empty() || !array_of(status, "commits_held").empty())
        health.wanted.push_back(
            say("Files wait: make room at the place that is named, or have its receipts fetched."));
}

void add_mailboxes(Health& health, const json::object& status) {
    std::string names;
    for (const json::value& each : array_of(status, "mailboxes"))
        if (each.is_string())
            names += (names.empty() ? "" : " ") + printable(std::string{each.get_string()});
    add_line(health.lines, say("mailboxes"), names);
    for (const json::value& each : array_of(status, "couriers")) {
        const json::object& row = each.as_object();
        const std::string condition = text_of(row, "condition");
        const bool well = condition == "connected";
        add_line(health.lines, "  " + text_of(row, "mailbox"),
                 in_colour(well ? 32 : 31, word_of(condition)) + "  " + text_of(row, "error"));
        if (!well)
            health.wanted.push_back(
                say("The server of mailbox {1} is out of reach: permitctl mailboxes tells why.",
                    {text_of(row, "mailbox")}));
    }
}

void add_configuration(Health& health, const json::object& status) {
    const std::string error = text_of(status, "reload_error");
    if (const std::string at = time_of(status, "reloaded_at"); error.empty() && !at.empty())
        add_line(health.lines, say("configuration"), say("reloaded at {1}", {at}));
    if (error.empty()) return;
    add_line(
        health.lines, say("configuration"),
        in_colour(31, say("a reload was refused at {1}", {time_of(status, "reload_refused_at")})) +
            ": " + error);
    health.wanted.push_back(
        say("permitd goes on with the configuration that it had: permitctl config check tells "
            "every error; mend them, then permitctl reload."));
}

std::string since_start(const json::object& status) {
    const std::string since = time_of(status, "started_at");
    const auto from = base::parse_time(text_of(status, "started_at"));
    const auto now = base::parse_time(text_of(status, "now"));
    const std::string length =
        from && now ? " (" + span(std::chrono::floor<std::chrono::seconds>(*now - *from)) + ')'
                    : std::string{};
    return text_of(status, "version") + ", pid " + text_of(status, "pid") + ", " +
           say("since {1}", {since}) + length;
}

}  // namespace

std::string tell_intake(const json::object& intake) {
    std::string out;
    out += tell_pause("intake", object_of(intake, "paused"));
    add_held(out, say("intake"), array_of(intake, "held"));
    if (out.empty()) add_line(out, say("intake"), in_colour(32, say("open")));
    return out;
}

std::string tell_status(const json::object& status) {
    Health health;
    add_line(health.lines, "permitd", since_start(status));
    add_endpoint(health, status);
    add_results(health, status);
    add_clock(health, status);
    add_messages(health, status);
    add_restored(health, status);
    add_intake(health, status);
    add_displaced(health, array_of(status, "displaced"));
    add_configuration(health, status);
    add_mailboxes(health, status);
    if (health.wanted.empty()) {
        add_line(health.lines, say("to do"), in_colour(32, say("nothing: all is well")));
    } else {
        for (const std::string& each : health.wanted)
            add_line(health.lines, in_colour(31, say("to do")), each);
    }
    return health.lines;
}

}  // namespace ctl
