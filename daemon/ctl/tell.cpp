#include "ctl/tell.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "ctl/table.hpp"
#include "edi/lifecycle.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

const json::array& array_of(const json::object& object, const char* name) {
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value && value->is_array() ? value->as_array() : none;
}

std::string age_of(const json::object& row) {
    const json::value* value = row.if_contains("age_s");
    const std::int64_t seconds = value && value->is_int64() ? value->as_int64() : 0;
    if (seconds >= 86'400) return std::to_string(seconds / 86'400) + "d";
    if (seconds >= 3600) return std::to_string(seconds / 3600) + "h";
    if (seconds >= 60) return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

std::string state_in_colour(const std::string& state) {
    if (state == "REJECTED" || state == "HELD") return in_colour(31, state);
    if (state == "IN_DOUBT") return in_colour(33, state);
    if (state == "SETTLED") return in_colour(32, state);
    return state;
}

// "name  value" lines for what is there.
void add_line(std::string& out, const std::string& name, const std::string& value) {
    if (value.empty()) return;
    out += name + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') + value + '\n';
}

std::string problems_of(const json::object& row) {
    std::string out;
    for (const json::value& each : array_of(row, "problems"))
        if (each.is_string()) out += (out.empty() ? "" : " ") + std::string{each.as_string()};
    return out;
}

std::string first_of(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

std::string two_words(const json::object& object, const char* first, const char* second) {
    const std::string a = text_of(object, first);
    const std::string b = text_of(object, second);
    return a.empty() || b.empty() ? a + b : a + ' ' + b;
}

// What the subject is: an application, the enterprise itself, or what names neither.
std::string heading_of(const json::object& subject) {
    const std::string reference = text_of(subject, "reference");
    const std::string enterprise = text_of(subject, "enterprise");
    if (!reference.empty()) return "reference " + reference;
    return enterprise.empty() ? "the message itself" : "enterprise " + enterprise;
}

void add_subject(std::string& out, const json::object& subject) {
    out += '\n' + heading_of(subject) + '\n';
    add_line(out, "  state", two_words(subject, "state", "state_zh"));
    add_line(out, "  registration",
             two_words(subject, "registration_state", "registration_state_zh"));
    add_line(out, "  account", text_of(subject, "account"));
    add_line(out, "  application no", text_of(subject, "application_no"));
    add_line(out, "  licence no", text_of(subject, "licence_no"));
    add_line(out, "  licence", text_of(subject, "licence_state"));
    add_line(out, "  expiry", text_of(subject, "expiry"));
    add_line(out, "  customs", text_of(subject, "customs_transfer"));
    add_line(out, "  quantity left", text_of(subject, "quantity_left"));
    add_line(out, "  outcome", text_of(subject, "outcome"));
    add_line(out, "  key", text_of(subject, "key"));
    add_line(out, "  submission", two_words(subject, "submission_kind", "submission_state"));
    add_line(out, "  next attempt", text_of(subject, "next_at"));
    add_line(out, "  last error", text_of(subject, "last_error"));
}

void add_tries(std::string& out, const json::object& subject) {
    const json::array& tries = array_of(subject, "tries");
    if (tries.empty()) return;
    Table table{{"  ATTEMPT", "WHAT", "SENT", "ANSWERED", "HTTP", "VERDICT", "ERROR"}};
    for (const json::value& each : tries) {
        const json::object& row = each.as_object();
        table.add({"  " + text_of(row, "attempt"), text_of(row, "what"), text_of(row, "sent_at"),
                   text_of(row, "answered_at"), text_of(row, "http_status"),
                   text_of(row, "verdict"), text_of(row, "error")});
    }
    out += '\n' + table.text();
}

void add_trail(std::string& out, const json::object& subject) {
    const json::array& trail = array_of(subject, "trail");
    if (trail.empty()) return;
    Table table{{"  SEQ", "AT", "RESULT", "SAID"}};
    for (const json::value& each : trail) {
        const json::object& row = each.as_object();
        std::string said;
        if (const json::value* words = row.if_contains("said"); words && words->is_object())
            for (const auto& [name, value] : words->as_object())
                said += (said.empty() ? "" : " ") + std::string{name} + "=" +
                        (value.is_string() ? printable(std::string{value.as_string()}) : "");
        table.add({"  " + text_of(row, "seq"), text_of(row, "at"), text_of(row, "kind"), said});
    }
    out += '\n' + table.text();
}

}  // namespace

namespace {

void add_held(std::string& out, const char* what, const json::array& holds) {
    for (const json::value& each : holds) {
        const json::object& hold = each.as_object();
        const std::string condition = text_of(hold, "condition");
        const std::string place = text_of(hold, "place");
        const bool least = condition == "free-space" || condition == "free-inodes";
        std::string why = condition + (place.empty() ? "" : " of " + place);
        if (condition != "space-unknown")
            why += " is " + text_of(hold, "figure") + (least ? ", at least " : ", at most ") +
                   text_of(hold, "limit");
        add_line(out, what,
                 in_colour(31, "held") + " since " + text_of(hold, "since") + ": " + why);
    }
}

// What is to be done, because that is another thing for each.
void add_displaced(std::string& out, const json::array& displaced) {
    for (const json::value& each : displaced) {
        const json::object& row = each.as_object();
        const bool is_gone = text_of(row, "found") == "gone";
        add_line(out, "place",
                 text_of(row, "place") + ' ' +
                     in_colour(31, is_gone ? "is gone" : "is another directory") + " since " +
                     text_of(row, "since") +
                     (is_gone ? ": put it back" : ": mount the right one, or restart permitd") +
                     (text_of(row, "error").empty() ? "" : " (" + text_of(row, "error") + ')'));
    }
}

}  // namespace

std::string text_of(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    if (!value || value->is_null()) return {};
    if (value->is_string()) return printable(std::string{value->as_string()});
    return json::serialize(*value);
}

std::string tell_intake(const json::object& intake) {
    std::string out;
    if (const json::value* paused = intake.if_contains("paused"); paused && paused->is_object()) {
        const json::object& by = paused->as_object();
        const std::string until = text_of(by, "until");
        add_line(out, "intake",
                 in_colour(33, "paused") + " since " + text_of(by, "since") +
                     (until.empty() ? "" : " until " + until) + " by uid " + text_of(by, "uid") +
                     ": " + text_of(by, "reason"));
    }
    add_held(out, "intake", array_of(intake, "held"));
    if (out.empty()) add_line(out, "intake", in_colour(32, "open"));
    return out;
}

std::string tell_status(const json::object& status) {
    std::string out;
    add_line(out, "permitd",
             text_of(status, "version") + ", pid " + text_of(status, "pid") + ", since " +
                 text_of(status, "started_at"));
    add_line(out, "endpoint", text_of(status, "endpoint"));
    const std::string condition = text_of(status, "endpoint_condition");
    add_line(out, "condition", in_colour(condition == "open" ? 32 : 31, condition));
    std::string messages;
    if (const json::value* counts = status.if_contains("messages"); counts && counts->is_object())
        for (const auto& [state, count] : counts->as_object())
            messages +=
                (messages.empty() ? "" : "  ") + std::string{state} + " " + json::serialize(count);
    add_line(out, "messages", first_of(messages, "none"));
    add_line(out, "next due", first_of(text_of(status, "next_due_at"), "nothing waits"));
    add_line(out, "receipts",
             text_of(status, "receipts_issued") + " issued, " +
                 text_of(status, "receipts_waiting") + " on their way");
    if (const json::value* back = status.if_contains("restored"); back && back->is_object()) {
        const json::object& restored = back->as_object();
        add_line(out, "state",
                 in_colour(31, "restored") + ", noticed " + text_of(restored, "noticed_at") +
                     ": it knew receipt " + text_of(restored, "receipt_known") + " of " +
                     text_of(restored, "receipt_issued") + "; at the start " +
                     text_of(restored, "messages_missing") + " accepted messages were missing (" +
                     text_of(restored, "list") + ')');
    }
    add_line(out, "results cursor", text_of(status, "results_cursor"));
    if (const json::value* intake = status.if_contains("intake"); intake && intake->is_object())
        out += tell_intake(intake->as_object());
    add_held(out, "commits", array_of(status, "commits_held"));
    add_displaced(out, array_of(status, "displaced"));
    add_line(out, "spool", text_of(status, "spool"));
    std::string mailboxes;
    for (const json::value& each : array_of(status, "mailboxes"))
        mailboxes += (mailboxes.empty() ? "" : " ") + std::string{each.as_string()};
    add_line(out, "mailboxes", mailboxes);
    for (const json::value& each : array_of(status, "couriers")) {
        const json::object& row = each.as_object();
        const std::string well = text_of(row, "condition");
        add_line(out, "  " + text_of(row, "mailbox"),
                 in_colour(well == "connected" ? 32 : 31, well) + "  " + text_of(row, "error"));
    }
    return out;
}

std::string tell_messages(const json::object& list) {
    const json::array& rows = array_of(list, "messages");
    if (rows.empty()) return "nothing there\n";
    Table table{{"MESSAGE", "TYPE", "MAILBOX", "STATE", "AGE", "REFERENCE", "OUTCOME", "TRIES",
                 "NEXT", "LAST ERROR"}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({first_of(text_of(row, "message_id"), text_of(row, "file")),
                   first_of(text_of(row, "type"), "-"), text_of(row, "mailbox"),
                   state_in_colour(text_of(row, "state")), age_of(row),
                   first_of(text_of(row, "reference"), "-"),
                   first_of(first_of(text_of(row, "outcome"), problems_of(row)), "-"),
                   first_of(text_of(row, "attempts"), "-"), first_of(text_of(row, "next_at"), "-"),
                   text_of(row, "last_error")});
    }
    std::string out = table.text();
    if (text_of(list, "more") == "true") out += "there are more: raise --limit\n";
    return out;
}

std::string tell_results(const json::object& list) {
    const json::array& rows = array_of(list, "results");
    if (rows.empty()) return "nothing there\n";
    Table table{{"RESULT", "STATE", "KIND", "APPLICATION NO", "SEQ", "COLLECTED"}};
    for (const json::value& each : rows) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "result"), text_of(row, "state"), text_of(row, "kind"),
                   first_of(text_of(row, "application_no"), "-"), text_of(row, "seq"),
                   text_of(row, "collected_at")});
    }
    return table.text();
}

std::string tell_message(const json::object& story) {
    std::string out;
    add_line(out, "message", first_of(text_of(story, "message_id"), "(unreadable)"));
    add_line(out, "type", text_of(story, "type"));
    add_line(out, "state", state_in_colour(text_of(story, "state")));
    add_line(out, "mailbox", text_of(story, "mailbox"));
    add_line(out, "sender", text_of(story, "sender"));
    add_line(out, "file", text_of(story, "file") + ", " + text_of(story, "bytes") + " bytes");
    add_line(out, "sha256", text_of(story, "sha256"));
    add_line(out, "received", text_of(story, "received_at"));
    add_line(out, "problems", problems_of(story));
    for (const json::value& each : array_of(story, "subjects")) add_subject(out, each.as_object());
    return out;
}

std::string tell_story(const json::object& story) {
    std::string out = tell_message(story);
    for (const json::value& each : array_of(story, "subjects")) {
        add_tries(out, each.as_object());
        add_trail(out, each.as_object());
    }
    Table table{{"RECEIPT", "KIND", "STAGE", "ISSUED"}};
    for (const json::value& each : array_of(story, "receipts")) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "number"), text_of(row, "kind"), text_of(row, "stage"),
                   text_of(row, "issued_at")});
    }
    return out + '\n' + table.text();
}

std::string tell_lifecycle() {
    Table applications{{"APPLICATION", "EVENT", "BECOMES"}};
    for (const edi::ApplicationRow& row : edi::application_rows())
        applications.add({code_of(row.from), code_of(row.event),
                          std::string{code_of(row.to)} + " " + chinese_of(row.to)});
    Table registrations{{"REGISTRATION", "EVENT", "BECOMES"}};
    for (const edi::RegistrationRow& row : edi::registration_rows())
        registrations.add({code_of(row.from), code_of(row.event),
                           std::string{code_of(row.to)} + " " + chinese_of(row.to)});
    Table licences{{"LICENCE", "EVENT", "BECOMES"}};
    for (const edi::LicenceRow& row : edi::licence_rows())
        licences.add({code_of(row.from), reason_of(row.to), code_of(row.to)});
    Table messages{{"MESSAGE", "EVENT", "BECOMES"}};
    for (const edi::MessageRow& row : edi::message_rows())
        messages.add({code_of(row.from), row.event, code_of(row.to)});
    return applications.text() + '\n' + registrations.text() + '\n' + licences.text() + '\n' +
           messages.text();
}

}  // namespace ctl
