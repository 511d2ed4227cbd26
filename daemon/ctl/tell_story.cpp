#include <boost/json/serialize.hpp>

#include "ctl/advice.hpp"
#include "ctl/table.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_changes.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

std::string both(const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + ' ' + b;
}

// What the subject is: an application, the enterprise itself, or what names neither.
std::string heading_of(const json::object& subject) {
    const std::string reference = text_of(subject, "reference");
    const std::string enterprise = text_of(subject, "enterprise");
    if (!reference.empty()) return say("reference {1}", {reference});
    return enterprise.empty() ? say("the message itself") : say("enterprise {1}", {enterprise});
}

void add_subject(std::string& out, const json::object& subject) {
    out += '\n' + heading_of(subject) + '\n';
    const auto add = [&](const std::string& name, const std::string& value) {
        add_line(out, "  " + name, value);
    };
    add(say("state"), both(text_of(subject, "state"), text_of(subject, "state_zh")));
    add(say("registration"),
        both(text_of(subject, "registration_state"), text_of(subject, "registration_state_zh")));
    add(say("account"), text_of(subject, "account"));
    add(say("application no"), text_of(subject, "application_no"));
    add(say("licence no"), text_of(subject, "licence_no"));
    add(say("licence"), code_and_word(text_of(subject, "licence_state")));
    add(say("expiry"), text_of(subject, "expiry"));
    add(say("customs"), code_and_word(text_of(subject, "customs_transfer")));
    add(say("quantity left"), text_of(subject, "quantity_left"));
    add(say("outcome"), code_and_word(text_of(subject, "outcome")));
    add(say("key"), text_of(subject, "key"));
    add(say("submission"), both(word_of(text_of(subject, "submission_kind")),
                                code_and_word(text_of(subject, "submission_state"))));
    add(say("on hold since"), time_of(subject, "on_hold_since"));
    add(say("next attempt"), time_of(subject, "next_at"));
    add(say("last error"), text_of(subject, "last_error"));
}

void add_tries(std::string& out, const json::object& subject) {
    const json::array& tries = array_of(subject, "tries");
    if (tries.empty()) return;
    Table table{{"  " + say("ATTEMPT"), say("WHAT"), say("SENT AT"), say("ANSWERED AT"), "HTTP",
                 say("VERDICT"), say("ERROR")}};
    for (const json::value& each : tries) {
        const json::object& row = each.as_object();
        table.add({"  " + text_of(row, "attempt"), text_of(row, "what"), time_of(row, "sent_at"),
                   time_of(row, "answered_at"), text_of(row, "http_status"),
                   text_of(row, "verdict"), text_of(row, "error")});
    }
    out += '\n' + table.text();
}

void add_trail(std::string& out, const json::object& subject) {
    const json::array& trail = array_of(subject, "trail");
    if (trail.empty()) return;
    Table table{{"  SEQ", say("AT"), say("RESULT"), say("SAID")}};
    for (const json::value& each : trail) {
        const json::object& row = each.as_object();
        std::string said;
        for (const auto& [name, value] : object_of(row, "said"))
            said += (said.empty() ? "" : " ") + std::string{name} + "=" +
                    (value.is_string() ? printable(std::string{value.get_string()}) : "");
        table.add({"  " + text_of(row, "seq"), time_of(row, "at"), text_of(row, "kind"), said});
    }
    out += '\n' + table.text();
}

void add_findings(std::string& out, const json::object& story) {
    for (const json::value& each : array_of(story, "findings")) {
        const json::object& finding = each.as_object();
        out += '\n' + in_colour(31, text_of(finding, "code")) + '\n';
        add_line(out, "  " + say("meaning"), in_language(finding, "meaning"));
        add_line(out, "  " + say("what to do"), in_language(finding, "remedy"));
    }
}

void add_receipts(std::string& out, const json::object& story) {
    Table table{{say("RECEIPT"), say("KIND"), say("STAGE"), say("ISSUED")}};
    for (const json::value& each : array_of(story, "receipts")) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "number"), code_and_word(text_of(row, "kind")),
                   word_of(text_of(row, "stage")), time_of(row, "issued_at")});
    }
    if (!table.empty()) out += '\n' + table.text();
}

}  // namespace

std::string tell_message(const json::object& story) {
    std::string out;
    add_line(out, say("message"), first_of(text_of(story, "message_id"), say("(unreadable)")));
    add_line(out, say("type"), text_of(story, "type"));
    add_line(out, say("state"), state_in_colour(text_of(story, "state")));
    const Advice advice =
        advice_of(story, text_of(story, "endpoint_condition"), text_of(story, "results_condition"));
    add_line(out, say("reason"), advice.reason);
    add_line(out, say("what to do"), advice.remedy);
    add_line(out, say("mailbox"), text_of(story, "mailbox"));
    add_line(out, say("sender"), text_of(story, "sender"));
    add_line(out, say("file"),
             say("{1}, {2} bytes", {text_of(story, "file"), text_of(story, "bytes")}));
    add_line(out, "sha256", text_of(story, "sha256"));
    add_line(out, say("received"), time_of(story, "received_at"));
    for (const json::value& each : array_of(story, "subjects")) add_subject(out, each.as_object());
    return out;
}

std::string tell_story(const json::object& story) {
    std::string out = tell_message(story);
    add_findings(out, story);
    for (const json::value& each : array_of(story, "subjects")) {
        add_tries(out, each.as_object());
        add_trail(out, each.as_object());
    }
    add_receipts(out, story);
    out += tell_actions_on(story);
    return out;
}

}  // namespace ctl
