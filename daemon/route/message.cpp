#include "route/message.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "route/application.hpp"
#include "route/forgotten.hpp"
#include "route/query.hpp"
#include "route/registration.hpp"
#include "route/withdrawal.hpp"

namespace route {

namespace {

struct Body {
    std::string_view type;
    Decision (*decide)(const Command&);
};
constexpr Body bodies[] = {
    {"EnterpriseRegistration", decide_registration},
    {"AccountBinding", decide_binding},
    {"RegistrationDelete", decide_registration_delete},
    {"LicenceApplication", decide_application},
    {"ApplicationSubmit", decide_submit},
    {"ApplicationDelete", decide_delete},
    {"ApplicationCopy", decide_copy},
    {"ApplicationWithdraw", decide_withdraw},
    {"AttachmentAdd", decide_attachment_add},
    {"AttachmentRemove", decide_attachment_remove},
    {"AttachmentGet", decide_attachment_get},
};

// The readable values of a message that may be wrong in all else.
edi::InReplyTo answered(const Incoming& incoming, const std::optional<edi::Header>& header) {
    edi::InReplyTo out;
    out.file = incoming.arrival;
    if (!header) return out;
    out.message_id = header->message_id;
    const base::Element& root = *incoming.parsed.root;
    if (root.children.size() > 1) out.type = root.children[1].name;
    return out;
}

std::optional<edi::Header> header_of(const Incoming& incoming) {
    return incoming.parsed.root ? edi::readable_header(*incoming.parsed.root) : std::nullopt;
}

std::string reference_in(const Incoming& incoming) {
    const base::Element& root = *incoming.parsed.root;
    if (root.children.size() < 2) return {};
    // One of several is nobody's subject.
    if (root.children[1].all("ApplicationRef").size() != 1) return {};
    std::string reference = base::collapsed(root.children[1].text_at("ApplicationRef"));
    return edi::is_reference(reference) ? reference : std::string{};
}

base::Finding header_finding(const Incoming& incoming, const char* code, const char* element,
                             const std::string& value) {
    base::Finding finding;
    finding.code = code;
    finding.path = incoming.path + "/Header/" + element;
    if (const base::Element* at = incoming.parsed.root->at(std::string{"Header/"} + element))
        finding.position = at->position;
    finding.value = value;
    return xml::at_source(std::move(finding), incoming.parsed.places);
}

// What was found in the document is told where it stands in the file that it was made from.
Decision at_source(Decision decision, const xml::Places& places) {
    for (Issue& issue : decision.issues) xml::tell_at_source(issue.receipt.problems, places);
    return decision;
}

Command command_of(const Incoming& incoming, const Scene& scene) {
    Command command{scene, incoming.arrival, edi::message_of(*incoming.parsed.root), {}, {}, {},
                    {}};
    command.message.path = incoming.path;
    base::Element* const password = password_in(command.message.body);
    if (!password) {
        command.content = edi::content_digest(command.message.sender, command.message.body);
        command.digest = command.content;
        return command;
    }
    command.content =
        scene.seal.mac(edi::content_digest(command.message.sender, command.message.body));
    command.password = std::exchange(password->text, "***");
    command.digest = edi::content_digest(command.message.sender, command.message.body);
    return command;
}

Decision duplicate(const Command& command, const edi::MessageRecord& first) {
    edi::Receipt receipt = reply(command, "duplicate");
    receipt.details = firsts_of(first);
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    return decision;
}

// The same id and content after `undeliverable`: the same submission goes on under its key.
bool may_go_on(const edi::MessageRecord& first) {
    return std::ranges::any_of(
        first.subjects, [](const edi::Subject& each) { return each.outcome == "undeliverable"; });
}

// mode="check": what a real run would say, and nothing changed.
Decision checked(const Command& command, Decision decision) {
    if (decision.rejected) return decision;
    decision.change = {};
    if (decision.issues.empty()) decision.issues.push_back({reply(command, "done"), {}, {}});
    for (Issue& each : decision.issues) {
        each.record_id.clear();
        each.reference.clear();
        each.enclosed.clear();
        if (each.receipt.kind == "rejected") continue;
        if (each.receipt.kind != "accepted" && each.receipt.kind != "done")
            each.receipt.details = {};
        each.receipt.kind = "done";
        each.receipt.state = {};
    }
    return decision;
}

Decision decide_command(Command command) {
    const std::string& type = command.message.type;
    const auto* const body = std::ranges::find(bodies, type, &Body::type);
    return body == std::end(bodies) ? decide_query(command) : body->decide(command);
}

base::Finding foreign_sender(const Incoming& incoming, const std::string& sender) {
    base::Finding finding = header_finding(incoming, "AUTH-SENDER", "Sender", sender);
    if (incoming.batch_sender.empty()) {
        finding.arguments = {{"mailbox", incoming.arrival.mailbox}};
    } else {
        finding.variant = "Batch";
        finding.arguments = {{"sender", incoming.batch_sender}};
    }
    return finding;
}

base::Finding forgotten_finding(const Incoming& incoming, const ForgottenMessage& other,
                                const edi::Submission& submission) {
    const bool same_id = other.message_id == submission.message_id;
    base::Finding finding = header_finding(incoming, same_id ? "DUP-MESSAGE-ID" : "FLOW-STATE",
                                           "MessageId", submission.message_id);
    finding.variant = "Restored";
    finding.arguments = {{"message_id", other.message_id},
                         {"number", edi::twelve_digits(other.number)},
                         {"reference", submission.subject}};
    return finding;
}

// Of a state that was restored: nothing goes under another key than it had before, and what goes
// under the same is asked for first.
Decision remembered(Decision decision, const Incoming& incoming, const Scene& scene) {
    std::vector<base::Finding> findings;
    for (const edi::Submission& each : decision.change.submissions)
        if (const auto* const other = scene.forgotten->against(each, incoming.arrival, scene.state))
            findings.push_back(forgotten_finding(incoming, *other, each));
    if (!findings.empty()) return rejected(incoming, std::move(findings));
    for (edi::Submission& each : decision.change.submissions)
        if (scene.forgotten->knows(each.mailbox, each.message_id)) {
            each.state = edi::MessageState::InDoubt;
            for (edi::MessageRecord& record : decision.change.messages)
                record.state = edi::MessageState::InDoubt;
        }
    return decision;
}

// What was given up in doubt and goes on under its key is asked for before it is sent again.
Decision gone_on(Decision decision, const edi::State& state) {
    for (edi::Submission& each : decision.change.submissions) {
        const auto before = state.submission(each.key);
        if (!before || !before->may_have_arrived) continue;
        each.state = edi::MessageState::InDoubt;
        each.may_have_arrived = true;
        for (edi::MessageRecord& record : decision.change.messages)
            record.state = edi::MessageState::InDoubt;
    }
    return decision;
}

}  // namespace

Decision rejected(const Incoming& incoming, std::vector<base::Finding> findings) {
    if (findings.size() > base::findings_max) findings.resize(base::findings_max);
    const auto header = header_of(incoming);
    edi::MessageRecord record;
    if (header) record.sender = header->sender, record.message_id = header->message_id;
    edi::Receipt receipt;
    receipt.kind = "rejected";
    receipt.mailbox = incoming.arrival.mailbox;
    receipt.in_reply_to = answered(incoming, header);
    if (header) receipt.application_ref = reference_in(incoming);
    record.type = receipt.in_reply_to->type;
    record.file = incoming.arrival;
    record.state = edi::MessageState::Rejected;
    note_problems(record, findings);
    receipt.problems = std::move(findings);
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    decision.rejected = std::move(record);
    return decision;
}

Decision decide_message(const Incoming& incoming, const std::vector<std::string>& senders,
                        const Scene& scene) {
    const auto header = header_of(incoming);
    std::vector<base::Finding> findings = incoming.parsed.findings;
    if (!incoming.parsed.well_formed || !header) {
        // Valid, yet no message: a receipt or one of the ministry's documents was dropped here.
        if (findings.empty()) {
            findings.emplace_back().code = "XSD-INVALID";
            findings.back().variant = "NotAMessage";
        }
        return rejected(incoming, std::move(findings));
    }
    if (std::ranges::find(senders, header->sender) == senders.end())
        findings.insert(findings.begin(), foreign_sender(incoming, header->sender));
    if (!findings.empty()) return rejected(incoming, std::move(findings));

    Command command = command_of(incoming, scene);
    const edi::Message& message = command.message;
    auto first = scene.state.message(edi::record_id(message.sender, message.message_id));
    if (first && first->content != command.content)
        return rejected(incoming, {header_finding(incoming, "DUP-MESSAGE-ID", "MessageId",
                                                  message.message_id)});
    const bool check_only = message.check_only;
    if (first && !check_only && !may_go_on(*first)) return duplicate(command, *first);
    if (!check_only) command.first = std::move(first);
    Decision decision = at_source(decide_command(command), incoming.parsed.places);
    if (command.first) decision = gone_on(std::move(decision), scene.state);
    if (scene.forgotten && !command.first)
        decision = remembered(std::move(decision), incoming, scene);
    return check_only ? checked(command, std::move(decision)) : decision;
}

}  // namespace route
