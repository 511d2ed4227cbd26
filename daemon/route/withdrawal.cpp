#include "route/withdrawal.hpp"

#include <algorithm>

#include "route/application.hpp"
#include "route/subject.hpp"

namespace route {

namespace {

using edi::ApplicationEvent;
using edi::ApplicationState;

Taken asked(const Command& command, edi::Application application) {
    Taken taken;
    edi::Submission submission =
        submission_of(command, edi::SubmissionKind::Withdrawal, application.reference);
    submission.content = {.name = "ApplicationWithdraw", .text = {}};
    submission.content.add("ApplicationNo", application.application_no);
    submission.content.add("ApplicationRef", application.reference);
    application.withdrawal_key = submission.key;
    application.changed_at = command.scene.now;
    taken.receipt = reply(command, "accepted");
    taken.receipt.state = application.state;
    taken.receipt.application_no = application.application_no;
    taken.key = submission.key;
    taken.change.submissions.push_back(std::move(submission));
    taken.change.applications.push_back(std::move(application));
    return taken;
}

// One that was given up goes on under its key when it is sent again.
std::string key_of(const Command& command, const std::string& reference) {
    return submission_of(command, edi::SubmissionKind::Withdrawal, reference).key;
}

Issue about(const edi::Application& application, const std::string& message_id, std::string kind,
            const edi::State& state) {
    Issue issue;
    edi::Receipt& receipt = issue.receipt;
    receipt.kind = std::move(kind);
    receipt.mailbox = application.mailbox;
    receipt.application_ref = application.reference;
    receipt.application_no = application.application_no;
    receipt.state = application.state;
    issue.record_id = edi::record_id(application.sender, message_id);
    issue.reference = application.reference;
    receipt.in_reply_to = in_reply_to(issue.record_id, state);
    return issue;
}

// To the message that had submitted it; what had its outcome already gets a notice.
Issue told_to_submitter(const edi::Application& application, const edi::MinistryResult& result,
                        const edi::State& state) {
    Issue issue = about(application, application.message_id, "withdrawn", state);
    if (!is_open(state, issue.record_id, application.reference))
        issue.receipt.stage = edi::Stage::Notice;
    add_review(issue.receipt, result.body);
    return issue;
}

}  // namespace

void end_withdrawal(edi::Application& application, const std::string& key) {
    if (application.withdrawal_key == key) application.withdrawal_key.clear();
}

Decision decide_withdraw(const Command& command) {
    return take_each(command, [&](const std::string& reference, const std::string& path,
                                  const base::Element& at) {
        auto application = application_of(command, reference);
        Taken taken;
        if (!application) {
            taken.findings.push_back(unknown_application(command, path, at));
        } else if (!edi::next(application->state, ApplicationEvent::Withdraw)) {
            taken.findings.push_back(state_finding(command.message, path, at, application->state,
                                                   edi::code_of(ApplicationEvent::Withdraw)));
        } else if (!application->withdrawal_key.empty() &&
                   application->withdrawal_key != key_of(command, reference)) {
            taken.findings.push_back(state_finding(command.message, path, at, application->state,
                                                   edi::code_of(ApplicationEvent::Withdraw)));
            taken.findings.back().variant = "Withdrawing";
        } else {
            taken = asked(command, std::move(*application));
        }
        return taken;
    });
}

Decision withdrawn(edi::Application application, const edi::Submission& withdrawal,
                   const edi::MinistryResult& result, Moves moves,
                   const std::optional<edi::Attempt>& proof, const edi::State& state) {
    Decision decision;
    const bool confirmed = result.body.text_at("Decision") == "confirmed";
    end_withdrawal(application, withdrawal.key);
    if (confirmed && moves == Moves::State)
        if (const auto after = edi::next(application.state, ApplicationEvent::WithdrawalConfirmed))
            application.state = *after;
    Issue answer = about(application, withdrawal.message_id, confirmed ? "done" : "refused", state);
    answer.receipt.mailbox = withdrawal.mailbox;
    if (!confirmed) {
        base::Finding& finding = answer.receipt.problems.emplace_back();
        finding.code = "MINISTRY-REFUSED";
        finding.arguments = {{"text", std::string{result.body.text_at("Opinion")}}};
    }
    if (!is_open(state, answer.record_id, application.reference))
        answer.receipt.stage = edi::Stage::Notice;
    answer.receipt.proof = proof;
    decision.issues.push_back(std::move(answer));
    if (confirmed) {
        decision.issues.push_back(told_to_submitter(application, result, state));
        decision.issues.back().receipt.proof = proof;
    }
    decision.change.applications.push_back(std::move(application));
    return decision;
}

}  // namespace route
