#include "story.hpp"

#include <boost/json/array.hpp>

#include "base/utf8.hpp"
#include "control_change.hpp"

namespace permitd {

namespace {

namespace json = boost::json;

json::object row_of(const edi::Attempt& attempt) {
    json::object row{{"attempt", attempt.number},
                     {"what", attempt.what},
                     {"sent_at", base::iso(attempt.sent_at)},
                     {"answered_at", base::iso(attempt.answered_at)},
                     {"http_status", attempt.http_status},
                     {"verdict", attempt.verdict},
                     {"endpoint", attempt.endpoint}};
    if (!attempt.error.empty()) row["error"] = attempt.error;
    if (!attempt.request_sha256.empty()) row["request_sha256"] = attempt.request_sha256;
    if (!attempt.answer_sha256.empty()) row["answer_sha256"] = attempt.answer_sha256;
    if (!attempt.peer_certificate_sha256.empty())
        row["peer_certificate_sha256"] = attempt.peer_certificate_sha256;
    return row;
}

json::object row_of(const edi::TrailEntry& entry) {
    json::object row{{"seq", entry.seq},
                     {"result", entry.result_id},
                     {"at", base::iso(entry.at)},
                     {"kind", entry.body->name}};
    json::object said;
    for (const base::Element& each : entry.body->children)
        if (each.children.empty()) said[each.name] = each.text;
    row["said"] = std::move(said);
    return row;
}

void add_submission(json::object& row, const edi::Submission& submission) {
    row["key"] = submission.key;
    row["submission_kind"] = code_of(submission.kind);
    row["submission_state"] = code_of(submission.state);
    row["attempts"] = submission.attempts;
    if (submission.on_hold) row["on_hold_since"] = base::iso(submission.held_at);
    if (submission.unsettled() && !submission.on_hold)
        row["next_at"] = base::iso(submission.next_at);
    if (!submission.last_error.empty()) row["last_error"] = submission.last_error;
    json::array tries;
    for (const edi::Attempt& each : submission.tries) tries.push_back(row_of(each));
    row["tries"] = std::move(tries);
}

json::array trail_of(const std::vector<edi::TrailEntry>& entries) {
    json::array trail;
    for (const edi::TrailEntry& each : entries) trail.push_back(row_of(each));
    return trail;
}

void add_application(json::object& row, const edi::Application& application,
                     const edi::Store& store) {
    row["state"] = code_of(application.state);
    row["state_zh"] = chinese_of(application.state);
    if (!application.application_no.empty()) row["application_no"] = application.application_no;
    row["trail"] = trail_of(application.trail);
    if (application.licence_no.empty()) return;
    row["licence_no"] = application.licence_no;
    if (const auto licence = store.licence(application.licence_no)) {
        row["licence_no"] = licence->written;
        row["licence_state"] = code_of(licence->state);
        row["customs_transfer"] = code_of(licence->transfer);
        row["expiry"] = licence->expiry;
        if (!licence->quantity_left.empty()) row["quantity_left"] = licence->quantity_left;
        if (!licence->uses_left.empty()) row["uses_left"] = licence->uses_left;
    }
}

// Whether such a message is about the enterprise itself.
bool concerns_registration(const std::string& type) {
    return type == "EnterpriseRegistration" || type == "AccountBinding" ||
           type.starts_with("Registration");
}

void add_registration(json::object& row, const edi::Registration& registration) {
    row["registration_state"] = code_of(registration.state);
    row["registration_state_zh"] = chinese_of(registration.state);
    if (!registration.account.empty()) row["account"] = registration.account;
    row["trail"] = trail_of(registration.trail);
}

json::object subject_of(const edi::Subject& subject, const edi::MessageRecord& record,
                        const edi::Store& store) {
    json::object row{{"reference", subject.reference}, {"outcome", subject.outcome}};
    if (!subject.key.empty())
        if (const auto submission = store.submission(subject.key)) add_submission(row, *submission);
    if (const auto application = store.application({record.sender, subject.reference}))
        add_application(row, *application, store);
    if (!concerns_registration(record.type)) return row;
    row["enterprise"] = record.sender;
    add_registration(row, store.registration(record.sender).value_or(edi::Registration{}));
    return row;
}

json::object finding_of(const std::string& code, const receipts::Catalogue& catalogue) {
    json::object row{{"code", code}};
    const auto put = [&](const char* name, const receipts::Texts* texts) {
        if (texts) row[name] = json::object{{"zh", texts->zh}, {"en", texts->en}};
    };
    put("meaning", catalogue.meaning(code));
    put("remedy", catalogue.remedy(code));
    return row;
}

}  // namespace

json::object row_of(const edi::MessageRecord& record, const edi::Store& store, base::Time now) {
    const auto age =
        std::chrono::duration_cast<std::chrono::seconds>(now - record.file.received_at);
    json::object row{{"message_id", record.message_id},
                     {"sender", record.sender},
                     {"mailbox", record.file.mailbox},
                     {"type", record.type},
                     {"state", code_of(record.state)},
                     {"file", base::valid_utf8(record.file.name)},
                     {"received_at", base::iso(record.file.received_at)},
                     {"age_s", age.count()}};
    if (record.rejected_number != 0) row["receipt"] = edi::twelve_digits(record.rejected_number);
    json::array problems;
    for (const std::string& each : record.problems) problems.push_back(json::string{each});
    if (!problems.empty()) row["problems"] = std::move(problems);
    for (const edi::Subject& each : record.subjects) {
        if (!each.reference.empty()) row["reference"] = each.reference;
        if (!each.outcome.empty()) row["outcome"] = each.outcome;
        const auto submission = store.submission(each.key);
        if (!submission || !submission->unsettled()) continue;
        row["key"] = submission->key;
        row["attempts"] = submission->attempts;
        if (submission->on_hold)
            row["on_hold_since"] = base::iso(submission->held_at);
        else
            row["next_at"] = base::iso(submission->next_at);
        if (!submission->tries.empty()) row["verdict"] = submission->tries.back().verdict;
        if (!submission->last_error.empty()) row["last_error"] = submission->last_error;
    }
    return row;
}

json::object story_of(const edi::MessageRecord& record, const edi::Store& store,
                      const receipts::Catalogue& catalogue, base::Time now) {
    json::object story = row_of(record, store, now);
    json::array findings;
    for (const std::string& each : record.problems) findings.push_back(finding_of(each, catalogue));
    story["findings"] = std::move(findings);
    story["sha256"] = record.file.sha256;
    story["bytes"] = record.file.bytes;
    if (!record.content.empty()) story["content_sha256"] = record.content;
    json::array subjects;
    for (const edi::Subject& each : record.subjects)
        subjects.push_back(subject_of(each, record, store));
    story["subjects"] = std::move(subjects);
    json::array receipts;
    for (const edi::ReceiptRef& each : record.receipts)
        receipts.push_back(json::object{{"number", edi::twelve_digits(each.number)},
                                        {"kind", each.kind},
                                        {"stage", each.stage},
                                        {"issued_at", base::iso(each.issued_at)}});
    story["receipts"] = std::move(receipts);
    story["actions"] = actions_on(record, store);
    return story;
}

json::object row_of(const edi::MinistryResult& result) {
    const bool incomplete = result.state == edi::ResultState::Incomplete;
    return {{"result", result.id},        {"state", incomplete ? "INCOMPLETE" : "UNCLAIMED"},
            {"kind", result.body.name},   {"application_no", result.application_no},
            {"key", result.key},          {"seq", result.seq},
            {"at", base::iso(result.at)}, {"collected_at", base::iso(result.collected_at)}};
}

}  // namespace permitd
