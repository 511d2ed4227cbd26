#include "route/arrival.hpp"

#include <algorithm>

#include "edi/lifecycle.hpp"
#include "validate/judge.hpp"

namespace route {

namespace {

using edi::ApplicationState;

base::Finding error(std::string code, std::string variant = {}) {
    base::Finding finding;
    finding.code = std::move(code);
    finding.variant = std::move(variant);
    return finding;
}

base::Finding error_at(const edi::Message& message, std::string code, const std::string& path,
                       std::string value) {
    base::Finding finding = error(std::move(code));
    finding.path = message.path + path;
    finding.position = message.body.position;
    finding.value = std::move(value);
    return finding;
}

edi::InReplyTo in_reply_to(const Examined& examined, const std::optional<edi::Header>& header) {
    edi::InReplyTo out;
    out.file = examined.arrival;
    if (!header) return out;
    out.message_id = header->message_id;
    const base::Element& root = *examined.parsed.root;
    if (root.children.size() > 1) out.type = root.children[1].name;
    return out;
}

edi::Receipt reply(const Examined& examined, const edi::InReplyTo& to, std::string kind) {
    edi::Receipt receipt;
    receipt.kind = std::move(kind);
    receipt.mailbox = examined.arrival.mailbox;
    receipt.in_reply_to = to;
    return receipt;
}

edi::Taking taking_of(const Examined& examined, edi::Box box) {
    edi::Taking taking;
    taking.file = examined.arrival;
    taking.box = box;
    return taking;
}

Decision rejected(const Examined& examined, const std::optional<edi::Header>& header,
                  std::vector<base::Finding> findings, const std::string& application_ref) {
    if (findings.size() > base::findings_max) findings.resize(base::findings_max);
    const edi::InReplyTo to = in_reply_to(examined, header);
    edi::MessageRecord record;
    if (header) record.sender = header->sender, record.message_id = header->message_id;
    record.type = to.type;
    record.file = examined.arrival;
    record.state = edi::MessageState::Rejected;
    for (const base::Finding& each : findings)
        if (std::find(record.problems.begin(), record.problems.end(), each.code) ==
            record.problems.end())
            record.problems.push_back(each.code);

    edi::Receipt receipt = reply(examined, to, "rejected");
    receipt.application_ref = application_ref;
    receipt.problems = std::move(findings);
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    decision.rejected = std::move(record);
    decision.taking = taking_of(examined, edi::Box::Fail);
    return decision;
}

// What makes the file unreadable as a whole; nothing when its root can be looked at.
std::optional<base::Finding> fatal_of(const Examined& examined) {
    if (examined.harmful) return error("FILE-HARMFUL");
    if (examined.too_large) return error("FILE-TOO-LARGE");
    if (examined.parsed.ended_early && examined.completeness != intake::Completeness::Renamed)
        return error("FILE-INCOMPLETE");
    return std::nullopt;
}

Decision duplicate(const Examined& examined, const edi::InReplyTo& to,
                   const edi::MessageRecord& first) {
    edi::Receipt receipt = reply(examined, to, "duplicate");
    for (const edi::ReceiptRef& each : first.receipts) {
        base::Element& row = receipt.details.emplace_back();
        row.name = "First";
        row.attributes = {{"number", edi::twelve_digits(each.number)},
                          {"kind", each.kind},
                          {"issuedAt", base::iso(each.issued_at)}};
    }
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    decision.taking = taking_of(examined, edi::Box::Sent);
    return decision;
}

base::Element totals_of(const base::Element& body) {
    base::Element totals{.name = "Totals", .text = {}};
    const base::Element* given = body.child("Totals");
    const base::Element* goods = body.child("SingleMachine");
    if (!goods) goods = body.child("Project");
    if (!given || !goods) return totals;
    totals.add_if("Quantity", std::string{given->text_at("Quantity")});
    totals.add_if("Amount", std::string{given->text_at("Amount")});
    totals.add_if("Currency", std::string{goods->text_at("Currency")});
    totals.add_if("AmountUsd", std::string{given->text_at("AmountUsd")});
    return totals;
}

// What permitd computed and filled in, for `accepted` and `done`.
std::vector<base::Element> completion(const validate::Judgement& judgement) {
    std::vector<base::Element> details;
    base::Element totals = totals_of(judgement.body);
    if (!totals.children.empty()) details.push_back(std::move(totals));
    for (const std::string& path : judgement.defaults) {
        base::Element filled{.name = "Default", .text = {}};
        filled.attributes = {{"path", path}};
        details.push_back(std::move(filled));
    }
    return details;
}

// A message that is valid, new and allowed: everything it changes.
struct Acceptance {
    const Examined& examined;
    const edi::Message& message;
    const edi::InReplyTo& to;
    const std::string& content;
    const validate::Judgement& judgement;
    const std::optional<edi::MessageRecord>& first;  // when an undelivered one goes on
    base::Time now;
};

edi::Application application_after(const Acceptance& accepted,
                                   const std::optional<edi::Application>& before,
                                   ApplicationState state, const std::string& key) {
    edi::Application application = before.value_or(edi::Application{});
    if (!before) {
        application.sender = accepted.message.sender;
        application.reference = accepted.message.body.text_at("ApplicationRef");
        application.created_at = accepted.now;
    }
    application.mailbox = accepted.examined.arrival.mailbox;
    application.state = state;
    application.content = accepted.judgement.body;
    application.changed_at = accepted.now;
    if (!key.empty()) {
        // The ministry may number its results from the start again for a new document.
        application.seq_highest = 0;
        application.message_id = accepted.message.message_id;
        application.submission_key = key;
    }
    return application;
}

edi::Submission submission_of(const Acceptance& accepted, const edi::Application& application) {
    edi::Submission submission;
    submission.key = application.submission_key;
    submission.sender = application.sender;
    submission.message_id = accepted.message.message_id;
    submission.subject = application.reference;
    submission.mailbox = application.mailbox;
    submission.accepted_at = accepted.now;
    submission.next_at = accepted.now;
    return submission;
}

Decision accept(const Acceptance& accepted, const std::optional<edi::Application>& before,
                ApplicationState state) {
    const bool submits = state == ApplicationState::Submitted;
    const std::string reference{accepted.message.body.text_at("ApplicationRef")};
    const std::string key =
        submits ? edi::idempotency_key(accepted.message.sender, accepted.message.message_id,
                                       reference, accepted.content)
                : std::string{};
    edi::Application application = application_after(accepted, before, state, key);

    edi::MessageRecord record;
    record.sender = accepted.message.sender;
    record.message_id = accepted.message.message_id;
    record.type = accepted.message.type;
    record.content = accepted.content;
    record.file = accepted.examined.arrival;
    record.subjects.push_back({reference, key, {}});
    if (accepted.first) record.receipts = accepted.first->receipts;

    edi::Receipt receipt = reply(accepted.examined, accepted.to, submits ? "accepted" : "done");
    receipt.application_ref = reference;
    receipt.state = state;
    receipt.problems = accepted.judgement.findings;
    receipt.details = completion(accepted.judgement);

    Decision decision;
    decision.issues.push_back({std::move(receipt), edi::record_id(record), reference});
    if (submits) decision.change.submissions.push_back(submission_of(accepted, application));
    decision.change.messages.push_back(std::move(record));
    decision.change.applications.push_back(std::move(application));
    decision.taking = taking_of(accepted.examined, edi::Box::Sent);
    return decision;
}

// mode="check": what a real run would say, and nothing changed.
Decision checked(const Acceptance& accepted) {
    edi::Receipt receipt = reply(accepted.examined, accepted.to, "done");
    receipt.application_ref = accepted.message.body.text_at("ApplicationRef");
    receipt.problems = accepted.judgement.findings;
    receipt.details = completion(accepted.judgement);
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    decision.taking = taking_of(accepted.examined, edi::Box::Sent);
    return decision;
}

// The same id and content after `undeliverable`: the same submission goes on under its key.
bool may_go_on(const edi::MessageRecord& first) {
    return std::any_of(first.subjects.begin(), first.subjects.end(),
                       [](const edi::Subject& each) { return each.outcome == "undeliverable"; });
}

Decision decide_message(const Examined& examined, const edi::Header& header,
                        const edi::State& state, const edi::Lists& lists, base::Time now) {
    const edi::Message message = edi::message_of(*examined.parsed.root);
    const edi::InReplyTo to = in_reply_to(examined, header);
    const std::string reference{message.body.text_at("ApplicationRef")};
    const std::string content = edi::content_digest(message.sender, message.body);

    const auto first = state.message(edi::record_id(message.sender, message.message_id));
    if (first && first->content != content) {
        base::Finding finding = error("DUP-MESSAGE-ID");
        finding.path = "/Message/Header/MessageId";
        if (const base::Element* id = examined.parsed.root->at("Header/MessageId"))
            finding.position = id->position;
        finding.value = message.message_id;
        return rejected(examined, header, {std::move(finding)}, reference);
    }
    if (first && !message.check_only && !may_go_on(*first)) return duplicate(examined, to, *first);

    validate::Facts facts{.now = now, .lists = &lists, .registration = {}, .importer = {}};
    validate::Judgement judgement = validate::judge(message, facts);
    const auto before = state.application({message.sender, reference});
    const auto event =
        message.function == "save" ? edi::ApplicationEvent::Save : edi::ApplicationEvent::Submit;
    const auto after = edi::next(before ? before->state : ApplicationState::None, event);
    if (!after) {
        base::Finding finding =
            error_at(message, "FLOW-STATE", "/" + message.type + "/ApplicationRef", reference);
        finding.arguments = {{"state", code_of(before->state)},
                             {"state_zh", chinese_of(before->state)},
                             {"event", edi::code_of(event)}};
        if (const base::Element* ref = message.body.child("ApplicationRef"))
            finding.position = ref->position;
        judgement.findings.push_back(std::move(finding));
    }
    if (!judgement.acceptable())
        return rejected(examined, header, std::move(judgement.findings), reference);
    const Acceptance accepted{examined, message, to, content, judgement, first, now};
    return message.check_only ? checked(accepted) : accept(accepted, before, *after);
}

}  // namespace

bool still_growing(const Examined& examined) {
    return examined.parsed.ended_early && !examined.overdue && !examined.harmful &&
           !examined.too_large && examined.completeness != intake::Completeness::Renamed;
}

Decision decide_arrival(const Examined& examined, const std::vector<std::string>& senders,
                        const edi::State& state, const edi::Lists& lists, base::Time now) {
    std::optional<edi::Header> header;
    if (examined.parsed.root) header = edi::readable_header(*examined.parsed.root);
    if (auto fatal = fatal_of(examined)) return rejected(examined, header, {std::move(*fatal)}, {});
    std::vector<base::Finding> findings = examined.parsed.findings;
    if (!examined.parsed.well_formed || !header) {
        // Valid, yet no message: a receipt or one of the ministry's documents was dropped here.
        if (findings.empty()) findings.push_back(error("XSD-INVALID", "NotAMessage"));
        return rejected(examined, header, std::move(findings), {});
    }
    if (std::find(senders.begin(), senders.end(), header->sender) == senders.end()) {
        base::Finding finding = error("AUTH-SENDER");
        finding.path = "/Message/Header/Sender";
        finding.position = examined.parsed.root->at("Header/Sender")->position;
        finding.value = header->sender;
        finding.arguments = {{"mailbox", examined.arrival.mailbox}};
        findings.insert(findings.begin(), std::move(finding));
    }
    if (!findings.empty()) {
        const base::Element& root = *examined.parsed.root;
        std::string reference;
        if (root.children.size() > 1)
            reference = base::collapsed(root.children[1].text_at("ApplicationRef"));
        return rejected(examined, header, std::move(findings),
                        edi::is_reference(reference) ? reference : std::string{});
    }
    return decide_message(examined, *header, state, lists, now);
}

}  // namespace route
