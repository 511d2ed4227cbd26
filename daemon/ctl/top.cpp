#include "ctl/top.hpp"

#include <boost/json/array.hpp>
#include <cstdio>

#include "base/clock.hpp"
#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

double figure_of(const json::object& object, const char* name) {
    const json::value* const value = object.if_contains(name);
    return value && value->is_number() ? value->to_number<double>() : 0;
}

std::string with_places(double value, int places) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", places, value);
    return text;
}

std::string age(double seconds) {
    if (seconds >= 2 * 86'400) return with_places(seconds / 86'400, 1) + "d";
    if (seconds >= 2 * 3600) return with_places(seconds / 3600, 1) + "h";
    if (seconds >= 120) return with_places(seconds / 60, 1) + "m";
    return with_places(seconds, 0) + "s";
}

double up_for(const json::object& figures) {
    const auto now = base::parse_time(text_of(figures, "now"));
    const auto started = base::parse_time(text_of(figures, "started_at"));
    if (!now || !started) return 0;
    return std::chrono::duration<double>{*now - *started}.count();
}

// What grew between two answers, and in what time.
class Span {
public:
    Span(const json::object& now, const json::object* before) : now_(now), before_(before) {
        if (before && text_of(*before, "started_at") != text_of(now, "started_at"))
            before_ = nullptr;
        seconds_ = before_ ? figure_of(now, "monotonic_s") - figure_of(*before_, "monotonic_s")
                           : up_for(now);
    }
    double grown(const char* name) const {
        return figure_of(now_, name) - (before_ ? figure_of(*before_, name) : 0);
    }
    double grown(const char* of, const char* name) const {
        return figure_of(object_of(now_, of), name) -
               (before_ ? figure_of(object_of(*before_, of), name) : 0);
    }
    std::string rate(double count) const {
        return with_places(seconds_ > 0 ? count / seconds_ : 0, 1);
    }

private:
    const json::object& now_;
    const json::object* before_;
    double seconds_ = 0;
};

std::string whole(double value) { return with_places(value, 0); }

std::string head_of(const json::object& now) {
    std::string out = "permitd " + text_of(now, "version") + "  " + text_of(now, "now") + "  " +
                      say("up ") + age(up_for(now)) + '\n';
    const json::array& failing = array_of(now, "failing");
    if (failing.empty())
        out += in_colour(32, say("ready"));
    else
        out += in_colour(31, say("not ready"));
    for (const json::value& each : array_of(now, "paused"))
        if (each.is_string())
            out += "  " +
                   in_colour(33, say("{1} is paused", {word_of(std::string{each.as_string()})}));
    for (const json::value& each : failing)
        if (each.is_object())
            out += "\n  " + in_colour(31, text_of(each.as_object(), "check")) + "  " +
                   text_of(each.as_object(), "why");
    const std::string condition = text_of(now, "endpoint_condition");
    out += '\n' + say("endpoint  ") + in_colour(condition == "open" ? 32 : 31, condition) + "  " +
           text_of(now, "endpoint") + "  " + say("results read ") +
           age(figure_of(now, "results_cursor_age_s")) + say(" ago") + '\n';
    return out;
}

// Of what takes time, how long one takes.
std::string mean(const Span& span, const char* of) {
    const double count = span.grown(of, "count");
    return count > 0 ? with_places(1000 * span.grown(of, "seconds") / count, 1) + " ms" : "-";
}

std::string rates_of(const json::object& now, const Span& span) {
    Table table{{"", say("PER SECOND"), say("SINCE START"), say("EACH TAKES")}};
    const auto add = [&](Words name, const char* key) {
        table.add({say(name), span.rate(span.grown(key)), whole(figure_of(now, key)), ""});
    };
    const auto add_timed = [&](Words name, const char* key) {
        table.add({say(name), span.rate(span.grown(key, "count")),
                   whole(figure_of(object_of(now, key), "count")), mean(span, key)});
    };
    add("files taken", "files_taken");
    add("findings told", "findings");
    add("receipts issued", "receipts");
    add_timed("submissions answered", "submissions");
    add("requests answered", "requests_answered");
    add_timed("commits", "commits");
    add_timed("syncs", "syncs");
    return table.text();
}

std::string queue_of(const json::object& now) {
    Table table{{say("STATE"), say("MESSAGES"), say("OLDEST")}};
    for (const json::value& each : array_of(now, "messages")) {
        if (!each.is_object()) continue;
        const json::object& row = each.as_object();
        table.add({text_of(row, "state"), whole(figure_of(row, "count")),
                   row.contains("oldest_age_s") ? age(figure_of(row, "oldest_age_s")) : "-"});
    }
    table.add({say("receipts on their way"), whole(figure_of(now, "receipts_waiting")), ""});
    return table.text();
}

}  // namespace

std::string tell_top(const json::object& now, const json::object* before) {
    const Span span{now, before};
    return head_of(now) + '\n' + rates_of(now, span) + '\n' + queue_of(now);
}

}  // namespace ctl
