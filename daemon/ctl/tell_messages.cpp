#include <boost/json/serialize.hpp>
#include <map>

#include "ctl/advice.hpp"
#include "ctl/table.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/times.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

// Beneath the table: each advice once, with the states that it is for.
std::string remedies_of(const json::array& rows, const json::object& list) {
    const std::string endpoint = text_of(list, "endpoint_condition");
    const std::string results = text_of(list, "results_condition");
    std::map<std::string, std::string> states;  // by advice
    std::vector<std::string> order;
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        const std::string remedy = advice_of(row, endpoint, results).remedy;
        if (remedy.empty()) continue;
        const auto [at, is_new] = states.try_emplace(remedy, text_of(row, "state"));
        if (is_new) order.push_back(remedy);
    }
    std::string out;
    for (const std::string& each : order) add_line(out, state_in_colour(states[each]), each);
    return out.empty() ? out : '\n' + say("What to do") + '\n' + out;
}

// What is not in the queue, as a reminder that it can be asked for.
std::string elsewhere(const json::object& counts) {
    std::string out;
    for (const char* state : {"ACKNOWLEDGED", "SETTLED", "REJECTED"})
        if (const auto count = number_of(counts, state); count > 0)
            out += (out.empty() ? "" : "  ") + code_and_word(state) + ' ' + std::to_string(count);
    return out.empty() ? out : say("not in the queue (list --state ...): {1}", {out}) + '\n';
}

std::string outcome_of(const json::object& row) {
    return first_of(word_of(text_of(row, "outcome")), problems_of(row));
}

}  // namespace

std::string tell_messages(const json::object& list) {
    const json::array& rows = array_of(list, "messages");
    const std::string rest = elsewhere(object_of(list, "not_listed"));
    if (rows.empty()) return (rest.empty() ? nothing() : say("nothing waits") + '\n') + rest;
    Table table{{say("MESSAGE"), say("REFERENCE"), say("TYPE"), say("MAILBOX"), say("STATE"),
                 say("AGE"), say("TRIES"), say("NEXT"), say("OUTCOME"), say("LAST ERROR")}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({first_of(text_of(row, "message_id"), text_of(row, "file")),
                   text_of(row, "reference"), text_of(row, "type"), text_of(row, "mailbox"),
                   state_in_colour(text_of(row, "state")),
                   span(std::chrono::seconds{number_of(row, "age_s")}), text_of(row, "attempts"),
                   row.contains("on_hold_since") ? say("on hold") : until(row, "next_at"),
                   outcome_of(row), text_of(row, "last_error")});
    }
    std::string out = table.text();
    if (text_of(list, "more") == "true")
        out += say("there are more: raise --limit, or --page") + '\n';
    out += remedies_of(rows, list);
    return rest.empty() ? out : out + '\n' + rest;
}

std::string tell_results(const json::object& list) {
    const json::array& rows = array_of(list, "results");
    if (rows.empty()) return nothing();
    Table table{
        {say("RESULT"), say("STATE"), say("KIND"), say("APPLICATION NO"), "SEQ", say("COLLECTED")}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "result"), code_and_word(text_of(row, "state")),
                   text_of(row, "kind"), text_of(row, "application_no"), text_of(row, "seq"),
                   time_of(row, "collected_at")});
    }
    return table.text() + '\n' + say("What to do") + '\n' +
           say("It is applied by itself when its application becomes known; if it stays, ask the "
               "ministry's service desk about its number.") +
           '\n';
}

}  // namespace ctl
