#include "route/registration.hpp"

#include <algorithm>
#include <cstdlib>

#include "route/older.hpp"
#include "route/subject.hpp"

namespace route {

namespace {

using edi::RegistrationEvent;
using edi::RegistrationState;

edi::Registration registration_of(const Command& command) {
    auto registration = command.scene.state.registration(command.message.sender);
    if (registration) return std::move(*registration);
    edi::Registration made;
    made.sender = command.message.sender;
    made.created_at = command.scene.now;
    return made;
}

// Moves the registration, or says why it cannot be.
Taken stepped(const Command& command, edi::Registration& registration, RegistrationEvent event,
              std::string kind) {
    Taken taken;
    const auto to = edi::next(registration.state, event);
    if (!to) {
        taken.findings.push_back(state_finding(command.message, '/' + command.message.type,
                                               command.message.body, registration.state,
                                               edi::code_of(event)));
        taken.findings.back().variant = "Registration";
        taken.findings.back().value.clear();
        return taken;
    }
    registration.mailbox = command.file.mailbox;
    registration.state = *to;
    registration.changed_at = command.scene.now;
    taken.receipt = reply(command, std::move(kind));
    taken.receipt.state = *to;
    return taken;
}

// On its way to the ministry, with its password.
void submit(const Command& command, edi::SubmissionKind kind, edi::Registration& registration,
            Taken& taken) {
    edi::Submission submission = submission_of(command, kind, {});
    submission.content = command.message.body;
    submission.sealed_password =
        command.scene.seal.sealed(command.password, secret_context(submission.key));
    ask_older_first(submission, registration, command.scene.state);
    registration.message_id = command.message.message_id;
    registration.submission_key = submission.key;
    registration.seq_highest = 0;
    taken.key = submission.key;
    taken.change.submissions.push_back(std::move(submission));
}

std::optional<RegistrationEvent> event_of(const base::Element& body) {
    const std::string_view decision = body.text_at("Decision");
    if (body.name == "Binding") {
        if (decision == "bound") return RegistrationEvent::Bound;
        if (decision == "refused") return RegistrationEvent::BindingRefused;
        return std::nullopt;
    }
    if (decision == "approved") return RegistrationEvent::Approved;
    if (decision == "returned") return RegistrationEvent::Returned;
    return std::nullopt;
}

const char* kind_of(RegistrationEvent event) {
    switch (event) {
        case RegistrationEvent::Approved: return "registered";
        case RegistrationEvent::Returned: return "registration-returned";
        case RegistrationEvent::Bound: return "bound";
        case RegistrationEvent::BindingRefused: return "binding-refused";
        case RegistrationEvent::Save:
        case RegistrationEvent::Submit:
        case RegistrationEvent::Bind:
        case RegistrationEvent::Delete:
        case RegistrationEvent::Acknowledged:
        case RegistrationEvent::Refused:
        case RegistrationEvent::GivenUp: break;
    }
    std::abort();
}

bool is_good(RegistrationEvent event) {
    return event == RegistrationEvent::Approved || event == RegistrationEvent::Bound;
}

// What a good decision teaches: the account, and the enterprise as the ministry has it.
void learn(edi::Registration& registration, const edi::MinistryResult& result,
           const edi::Submission& submission) {
    registration.account = result.body.text_at("Account");
    const base::Element* const sent = submission.content.child("Enterprise");
    const base::Element* const brought = result.body.child("Enterprise");
    if (brought)
        registration.approved = *brought;
    else if (sent)
        registration.approved = *sent;
    if (registration.account.empty()) registration.account = submission.content.text_at("Account");
}

void enter_trail(edi::Registration& registration, const edi::MinistryResult& result) {
    edi::TrailEntry entry{result.seq, result.id, {}, result.at, result.body};
    const auto behind =
        std::ranges::upper_bound(registration.trail, entry.seq, {}, &edi::TrailEntry::seq);
    registration.trail.insert(behind, std::move(entry));
}

Issue answer_of(const edi::Registration& registration, const edi::Submission& submission,
                RegistrationEvent event, const edi::MinistryResult& result,
                const edi::State& state) {
    Issue issue;
    issue.record_id = edi::record_id(submission.sender, submission.message_id);
    edi::Receipt& receipt = issue.receipt;
    receipt.kind = kind_of(event);
    receipt.mailbox = submission.mailbox;
    receipt.in_reply_to = in_reply_to(issue.record_id, state);
    receipt.state = registration.state;
    if (is_good(event) && !registration.account.empty())
        receipt.details.push_back({.name = "Account", .text = registration.account});
    else if (!is_good(event))
        add_review(receipt, result.body);
    if (!is_open(state, issue.record_id, {})) receipt.stage = edi::Stage::Notice;
    return issue;
}

}  // namespace

base::Element* password_in(base::Element& body) {
    if (base::Element* const alone = body.child("Password")) return alone;
    return body.at("LicensingAccount/Password");
}

std::string secret_context(const std::string& submission_key) {
    return "submission " + submission_key;
}

Decision decide_registration(const Command& command) {
    const bool submits = command.message.function == "submit";
    validate::Judgement judgement = validate::judge(command.message, facts_of(command));
    edi::Registration registration = registration_of(command);
    Taken taken = stepped(command, registration,
                          submits ? RegistrationEvent::Submit : RegistrationEvent::Save,
                          submits ? "accepted" : "done");
    std::ranges::move(judgement.findings, std::back_inserter(taken.findings));
    registration.content = command.message.body;
    if (submits) submit(command, edi::SubmissionKind::Registration, registration, taken);
    taken.change.registrations.push_back(std::move(registration));
    return take_one(command, {}, std::move(taken));
}

Decision decide_binding(const Command& command) {
    edi::Registration registration = registration_of(command);
    Taken taken = stepped(command, registration, RegistrationEvent::Bind, "accepted");
    submit(command, edi::SubmissionKind::Binding, registration, taken);
    taken.change.registrations.push_back(std::move(registration));
    return take_one(command, {}, std::move(taken));
}

Decision decide_registration_delete(const Command& command) {
    edi::Registration registration = registration_of(command);
    Taken taken = stepped(command, registration, RegistrationEvent::Delete, "done");
    registration.content = {};
    taken.change.registrations.push_back(std::move(registration));
    return take_one(command, {}, std::move(taken));
}

Decision decide_registered(edi::MinistryResult result, const edi::Submission& submission,
                           const std::optional<edi::Attempt>& proof, const edi::State& state,
                           base::Time now) {
    Decision decision;
    auto registration = state.registration(submission.sender);
    const bool step = result.body.name == "Step";
    const auto event = event_of(result.body);
    if (!registration || (!event && !step)) {
        result.state = edi::ResultState::Incomplete;
        decision.change.results.push_back(std::move(result));
        return decision;
    }
    const bool repeated =
        std::ranges::any_of(registration->trail, [&](const edi::TrailEntry& each) {
            return each.seq == result.seq && each.at == result.at &&
                   each.body.element() == result.body;
        });
    if (repeated) {
        result.state = edi::ResultState::Applied;
        result.body = {};
        decision.change.results.push_back(std::move(result));
        return decision;
    }
    const bool current = registration->submission_key == submission.key;
    const bool newest = result.seq > registration->seq_highest;
    if (event && current && newest) {
        if (const auto to = edi::next(registration->state, *event)) registration->state = *to;
        if (is_good(*event)) learn(*registration, result, submission);
        registration->seq_highest = result.seq;
    }
    enter_trail(*registration, result);
    registration->changed_at = now;
    if (event) {
        decision.issues.push_back(answer_of(*registration, submission, *event, result, state));
        decision.issues.back().receipt.proof = proof;
    }
    decision.change.registrations.push_back(std::move(*registration));
    result.state = edi::ResultState::Applied;
    result.body = {};
    decision.change.results.push_back(std::move(result));
    return decision;
}

}  // namespace route
