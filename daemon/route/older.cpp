#include "route/older.hpp"

#include <algorithm>

#include "route/answer.hpp"
#include "route/subject.hpp"

namespace route {

namespace {

using edi::MessageState;

bool was_given_up(const edi::Submission& submission, const edi::State& state) {
    const auto record = state.message(edi::record_id(submission.sender, submission.message_id));
    return record && std::ranges::any_of(record->subjects, [&](const edi::Subject& each) {
               return each.key == submission.key && each.outcome == "undeliverable";
           });
}

// A record of version 2 has it in the content.
bool is_in_content(const edi::Submission& submission) {
    return submission.kind == edi::SubmissionKind::Application &&
           submission.content.name == "Older";
}

void go_on(edi::Submission& submission, const Moment& now) {
    submission.older.clear();
    if (is_in_content(submission)) submission.content = {};
    submission.not_found = 0;
    submission.next_at = now.even;
}

// The ministry has the older one: it counts, and the new one was never sent.
Decision adopted(edi::Submission submission, const edi::Submission& older,
                 const std::string& application_no, const edi::State& state, const Moment& now) {
    Decision decision;
    auto application = current_application(submission, state);
    Issue known = issue_of(reply_to(older, state, "submitted"), older);
    known.receipt.stage = edi::Stage::Notice;  // its message had its outcome
    known.receipt.application_no = application_no;
    known.receipt.proof = submission.tries.back();
    Issue refused = issue_of(reply_to(submission, state, "rejected"), submission);
    base::Finding& finding = refused.receipt.problems.emplace_back();
    finding.code = "FLOW-STATE";
    finding.variant = "OlderKnown";
    finding.arguments = {{"message_id", older.message_id}};
    if (application) {
        application->submission_key = older.key;
        application->message_id = older.message_id;
        application->application_no = application_no;
        if (const auto to = edi::next(application->state, edi::ApplicationEvent::Acknowledged))
            application->state = *to;
        application->changed_at = now.wall;
        known.receipt.state = refused.receipt.state = application->state;
        decision.change.applications.push_back(std::move(*application));
    }
    if (auto registration = current_registration(submission, state)) {
        registration->submission_key = older.key;
        registration->message_id = older.message_id;
        if (const auto to = edi::next(registration->state, edi::RegistrationEvent::Acknowledged))
            registration->state = *to;
        registration->changed_at = now.wall;
        known.receipt.state = refused.receipt.state = registration->state;
        decision.change.registrations.push_back(std::move(*registration));
    }
    refused.receipt.application_no = application_no;
    decision.issues.push_back(std::move(known));
    decision.issues.push_back(std::move(refused));
    submission.older.clear();
    if (is_in_content(submission)) submission.content = {};
    settle(submission);
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

// Of what was never sent itself, or is sent again, the one before it may still be unknown.
void ask_first(edi::Submission& submission, const edi::Submission& before, bool was_sent) {
    const bool is_known = before.key != submission.key && (was_sent || before.may_have_arrived);
    const std::string key = is_known ? before.key : older_key(before);
    if (key != submission.key) submission.older = key;
}

}  // namespace

std::string older_key(const edi::Submission& submission) {
    return is_in_content(submission) ? submission.content.text : submission.older;
}

void ask_older_first(edi::Submission& submission, const edi::Application& application,
                     const edi::State& state) {
    const auto before = state.submission(application.submission_key);
    // What the ministry has said something of is not asked for any more.
    if (!before || application.seq_highest > 0 || !was_given_up(*before, state)) return;
    ask_first(submission, *before, before->attempts > 0);
}

void ask_older_first(edi::Submission& submission, const edi::Registration& registration,
                     const edi::State& state) {
    const auto before = state.submission(registration.submission_key);
    if (before && registration.seq_highest == 0 && was_given_up(*before, state))
        ask_first(submission, *before, false);
}

Decision decide_older(edi::Submission submission, const dispatch::Answer& answer,
                      edi::AnswerClass answer_class, const mapping::Reply& reply,
                      const edi::State& state, const Patience& patience, const Moment& now,
                      double jitter) {
    remember(submission, answer, answer_class);
    const auto older = state.submission(older_key(submission));
    const bool verdict =
        answer_class == edi::AnswerClass::Verdict || answer_class == edi::AnswerClass::Document;
    if (verdict && reply.acknowledgement && older)
        return adopted(std::move(submission), *older, reply.acknowledgement->application_no, state,
                       now);
    if (verdict) {
        go_on(submission, now);
    } else if (answer_class == edi::AnswerClass::NotFound) {
        if (is_unknown_for_good(submission, patience, now.even)) go_on(submission, now);
    } else if (answer_class == edi::AnswerClass::Configuration) {
        submission.next_at = now.even;
    } else {
        submission.not_found = 0;
        submission.next_at =
            now.even +
            backoff(patience, static_cast<std::uint32_t>(submission.tries.size()), jitter);
        if (is_lifetime_over(submission, patience, now))
            return decide_lifetime_over(std::move(submission), state, patience, now);
    }
    Decision decision;
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

}  // namespace route
