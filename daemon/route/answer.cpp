#include "route/answer.hpp"

#include <algorithm>
#include <cstdlib>

#include "route/subject.hpp"

namespace route {

namespace {

using edi::MessageState;
using std::chrono::milliseconds;

constexpr std::chrono::minutes held_is_asked_every{15};

Decision refused(edi::Submission submission, const std::vector<edi::Refusal::Fault>& faults,
                 const edi::State& state, base::Time now) {
    Decision decision;
    edi::Receipt receipt = reply_to(submission, state, "refused");
    for (const edi::Refusal::Fault& each : faults) {
        if (receipt.problems.size() == base::findings_max) break;
        base::Finding finding;
        finding.code = "MINISTRY-REFUSED";
        finding.arguments = {{"text", each.text}};
        if (!each.code.empty()) finding.arguments.push_back({"ministryCode", each.code});
        if (!each.field.empty()) finding.arguments.push_back({"ministryField", each.field});
        receipt.problems.push_back(std::move(finding));
    }
    if (!submission.tries.empty()) receipt.proof = submission.tries.back();
    move_subject(decision, receipt, submission, Fate::Refused, {}, state, now);
    decision.issues.push_back(issue_of(std::move(receipt), submission));
    submission.may_have_arrived = false;
    settle(submission);
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

// How long to wait after this answer, by our own patience. Questions for a key burn no attempt, yet
// each that fails makes the next one wait longer.
std::chrono::microseconds wait_after(const edi::Submission& submission,
                                     const dispatch::Answer& answer, const Patience& patience,
                                     double jitter) {
    const bool asked = answer.request.ask == dispatch::Ask::ByKey;
    const auto tries = static_cast<std::uint32_t>(submission.tries.size());
    return backoff(patience, asked ? tries : submission.attempts, jitter);
}

// The same again later. Only a request that was certainly not taken in goes back to WAITING; a
// question for a key leaves the doubt as it is.
Decision again_later(edi::Submission submission, const dispatch::Answer& answer,
                     const edi::State& state, const Patience& patience, const Moment& now,
                     double jitter) {
    Decision decision;
    // The wait that the ministry asks for wins. None at all ("0", a time that is past) asks for
    // nothing: each attempt costs two synced batches, and would follow the last one at once.
    const bool asked_for = answer.retry_after && answer.retry_after->count() > 0;
    const std::chrono::microseconds wait = asked_for
                                               ? std::chrono::microseconds{*answer.retry_after}
                                               : wait_after(submission, answer, patience, jitter);
    submission.next_at = now.even + wait;
    if (answer.request.ask == dispatch::Ask::Submit) submission.state = MessageState::Waiting;
    if (is_lifetime_over(submission, patience, now))
        return decide_lifetime_over(std::move(submission), state, patience, now);
    if (submission.state == MessageState::Waiting)
        move_message(decision.change, submission, MessageState::Waiting, state);
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

Decision in_doubt(edi::Submission submission, const dispatch::Answer& answer,
                  const edi::State& state, const Patience& patience, const Moment& now,
                  double jitter) {
    Decision decision;
    const bool asked = answer.request.ask == dispatch::Ask::ByKey;
    // Ask at once after a lost answer; a lost question waits its turn.
    submission.next_at =
        asked ? now.even + wait_after(submission, answer, patience, jitter) : now.even;
    if (asked) submission.not_found = 0;
    if (asked && is_lifetime_over(submission, patience, now))
        return decide_lifetime_over(std::move(submission), state, patience, now);
    if (submission.state != MessageState::Held) {
        submission.state = MessageState::InDoubt;
        move_message(decision.change, submission, MessageState::InDoubt, state);
    }
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

Decision not_found(edi::Submission submission, const edi::State& state, const Patience& patience,
                   base::Time now) {
    Decision decision;
    if (is_unknown_for_good(submission, patience, now)) {
        submission.state = MessageState::Waiting;
        submission.may_have_arrived = false;
        move_message(decision.change, submission, MessageState::Waiting, state);
    }
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

// It was given up in doubt, and the ministry has it: the fact counts, and is told as news.
Decision arrived_after_all(edi::Submission submission, const std::string& application_no,
                           const edi::State& state, base::Time now) {
    Decision decision;
    edi::Receipt receipt = reply_to(submission, state, "submitted");
    receipt.stage = edi::Stage::Notice;  // its message had its outcome
    receipt.application_no = application_no;
    receipt.proof = submission.tries.back();
    move_subject(decision, receipt, submission, Fate::Acknowledged, application_no, state, now);
    const bool moved =
        !decision.change.applications.empty() || !decision.change.registrations.empty();
    if (moved && submission.kind != edi::SubmissionKind::Withdrawal)
        decision.issues.push_back(issue_of(std::move(receipt), submission));
    submission.may_have_arrived = false;
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

// The same, but it is nowhere and will not be: nothing stands in the way of another one.
Decision refused_after_all(edi::Submission submission, const edi::State& state, base::Time now) {
    Decision decision;
    edi::Receipt untold;
    move_subject(decision, untold, submission, Fate::Refused, {}, state, now);
    submission.may_have_arrived = false;
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

// We were not let in: no attempt is burned and no message is blamed.
Decision unburned(edi::Submission submission, const dispatch::Answer& answer,
                  const edi::State& state, base::Time now) {
    Decision decision;
    submission.next_at = now;
    if (answer.request.ask == dispatch::Ask::Submit) {
        if (submission.attempts > 0) --submission.attempts;
        submission.state = MessageState::Waiting;
        move_message(decision.change, submission, MessageState::Waiting, state);
    }
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

}  // namespace

void settle(edi::Submission& submission) {
    submission.state = MessageState::Settled;
    submission.on_hold = false;
    submission.request.clear();
    submission.sealed_password.clear();
}

void move_message(edi::Change& change, const edi::Submission& submission, MessageState to,
                  const edi::State& state) {
    if (submission.on_hold && to != MessageState::Acknowledged) to = MessageState::Held;
    auto record = state.message(edi::record_id(submission.sender, submission.message_id));
    if (!record || record->state == MessageState::Settled || record->state == to) return;
    record->state = to;
    change.messages.push_back(std::move(*record));
}

std::uint64_t held_since(const edi::Submission& submission, base::Time now) {
    // A clock that was set back gives no time to anybody.
    const auto held = std::max(now - submission.held_at, std::chrono::microseconds{0});
    return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(held).count());
}

edi::Receipt reply_to(const edi::Submission& submission, const edi::State& state,
                      std::string kind) {
    edi::Receipt receipt;
    receipt.kind = std::move(kind);
    receipt.mailbox = submission.mailbox;
    receipt.application_ref = submission.subject;
    receipt.in_reply_to =
        in_reply_to(edi::record_id(submission.sender, submission.message_id), state);
    return receipt;
}

Issue issue_of(edi::Receipt receipt, const edi::Submission& submission) {
    return {std::move(receipt), edi::record_id(submission.sender, submission.message_id),
            submission.subject};
}

bool is_unknown_for_good(edi::Submission& submission, const Patience& patience, base::Time now) {
    if (submission.not_found == 0) {
        submission.not_found = 1;
        submission.not_found_at = now;
        submission.next_at = now + patience.commit_lag;
        return false;
    }
    if (now - submission.not_found_at < patience.commit_lag) {
        submission.next_at = submission.not_found_at + patience.commit_lag;
        return false;
    }
    submission.not_found = 0;
    submission.next_at = now;
    return true;
}

bool is_lifetime_over(const edi::Submission& submission, const Patience& patience,
                      const Moment& now) {
    const milliseconds held{submission.held_milliseconds +
                            (submission.on_hold ? held_since(submission, now.wall) : 0)};
    return now.wall - submission.accepted_at - held >= patience.lifetime;
}

void remember(edi::Submission& submission, const dispatch::Answer& answer,
              edi::AnswerClass answer_class) {
    edi::Attempt attempt = answer.attempt;
    attempt.verdict = code_of(answer_class);
    submission.last_error = attempt.error;
    if (submission.last_error.empty() && answer.http_status >= 400)
        submission.last_error = "HTTP status " + std::to_string(answer.http_status);
    if (submission.tries.size() >= edi::attempts_kept_max)
        submission.tries.erase(submission.tries.begin() + 1);
    submission.tries.push_back(std::move(attempt));
}

Decision decide_acknowledged(edi::Submission submission, const std::string& application_no,
                             const std::optional<edi::Attempt>& proof, const edi::State& state,
                             base::Time now) {
    Decision decision;
    edi::Receipt receipt = reply_to(submission, state, "submitted");
    receipt.application_no = application_no;
    receipt.proof = proof;
    move_subject(decision, receipt, submission, Fate::Acknowledged, application_no, state, now);
    // Of a withdrawal only its end is told (messages.md 5, "Who gets what").
    if (submission.kind != edi::SubmissionKind::Withdrawal)
        decision.issues.push_back(issue_of(std::move(receipt), submission));
    move_message(decision.change, submission, MessageState::Acknowledged, state);
    submission.may_have_arrived = false;
    settle(submission);
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

Decision decide_late_answer(edi::Submission submission, const dispatch::Answer& answer,
                            edi::AnswerClass answer_class, const mapping::Reply& reply,
                            const edi::State& state, base::Time now) {
    Decision decision;
    remember(submission, answer, answer_class);
    std::optional<edi::Application> application;
    if (submission.kind == edi::SubmissionKind::Application)
        application = current_application(submission, state);
    const bool acknowledged = answer_class == edi::AnswerClass::Verdict && reply.acknowledgement;
    const bool is_refused = answer_class == edi::AnswerClass::Document || reply.refusal;
    if (submission.may_have_arrived && is_refused)
        return refused_after_all(std::move(submission), state, now);
    if (acknowledged && submission.may_have_arrived)
        return arrived_after_all(std::move(submission), reply.acknowledgement->application_no,
                                 state, now);
    if (acknowledged && application && application->application_no.empty()) {
        application->application_no = reply.acknowledgement->application_no;
        application->changed_at = now;
        decision.change.applications.push_back(std::move(*application));
    }
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

Decision decide_answer(edi::Submission submission, const dispatch::Answer& answer,
                       edi::AnswerClass answer_class, const mapping::Reply& reply,
                       const edi::State& state, const Patience& patience, const Moment& now,
                       double jitter) {
    remember(submission, answer, answer_class);
    switch (answer_class) {
        case edi::AnswerClass::Verdict:
        case edi::AnswerClass::Document: {
            const edi::Attempt proof = submission.tries.back();
            if (reply.acknowledgement)
                return decide_acknowledged(std::move(submission),
                                           reply.acknowledgement->application_no, proof, state,
                                           now.wall);
            static const std::vector<edi::Refusal::Fault> unexplained{
                {"", "", "the document was refused without a reason"}};
            return refused(std::move(submission),
                           reply.refusal ? reply.refusal->faults : unexplained, state, now.wall);
        }
        case edi::AnswerClass::NotFound:
            return not_found(std::move(submission), state, patience, now.even);
        case edi::AnswerClass::NotProcessed:
        case edi::AnswerClass::NotSent:
            return again_later(std::move(submission), answer, state, patience, now, jitter);
        case edi::AnswerClass::InDoubt:
            return in_doubt(std::move(submission), answer, state, patience, now, jitter);
        case edi::AnswerClass::Configuration:
            return unburned(std::move(submission), answer, state, now.even);
    }
    std::abort();
}

Decision decide_lifetime_over(edi::Submission submission, const edi::State& state,
                              const Patience& patience, const Moment& now) {
    Decision decision;
    if (submission.state != MessageState::Waiting) {
        submission.state = MessageState::Held;
        submission.next_at = now.even + held_is_asked_every;
        move_message(decision.change, submission, MessageState::Held, state);
        decision.change.submissions.push_back(std::move(submission));
        return decision;
    }
    edi::Receipt receipt = reply_to(submission, state, "undeliverable");
    base::Finding finding;
    finding.code = submission.attempts > 0 ? "NET-TIMEOUT" : "NET-UNREACHABLE";
    finding.arguments = {{"days", std::to_string(patience.lifetime.count() / 24)},
                         {"error", submission.last_error}};
    receipt.problems.push_back(std::move(finding));
    receipt.details = {
        {.name = "Reason",
         .text = submission.last_error.empty() ? "never sent" : submission.last_error},
        {.name = "Attempts", .text = std::to_string(submission.attempts)}};
    move_subject(decision, receipt, submission, Fate::GivenUp, {}, state, now.wall);
    decision.issues.push_back(issue_of(std::move(receipt), submission));
    settle(submission);
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

Decision decide_delayed(edi::Submission submission, const edi::State& state) {
    Decision decision;
    edi::Receipt receipt = reply_to(submission, state, "delayed");
    base::Finding finding;
    finding.severity = base::Severity::Warning;
    finding.code = submission.state == MessageState::Waiting ? "NET-UNREACHABLE" : "NET-IN-DOUBT";
    if (submission.on_hold) finding.variant = "OnHold";
    finding.arguments = {{"error", submission.last_error}};
    receipt.problems.push_back(std::move(finding));
    const std::string reason = submission.on_hold              ? "held by the operator"
                               : submission.last_error.empty() ? "not sent yet"
                                                               : submission.last_error;
    receipt.details = {{.name = "Reason", .text = reason},
                       {.name = "Attempts", .text = std::to_string(submission.attempts)}};
    if (!submission.on_hold)
        receipt.details.push_back({.name = "NextAttemptAt", .text = base::iso(submission.next_at)});
    show_subject(receipt, submission, state);
    decision.issues.push_back(issue_of(std::move(receipt), submission));
    submission.delayed_told = true;
    decision.change.submissions.push_back(std::move(submission));
    return decision;
}

edi::Submission in_doubt_after_start(edi::Submission submission, base::Time now) {
    submission.state = MessageState::InDoubt;
    submission.not_found = 0;
    submission.next_at = now;
    submission.last_error = "the daemon stopped before the answer came";
    return submission;
}

}  // namespace route
