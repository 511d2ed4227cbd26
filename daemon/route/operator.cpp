#include "route/operator.hpp"

#include <algorithm>
#include <cstdlib>

#include "route/answer.hpp"
#include "route/command.hpp"
#include "route/said.hpp"
#include "route/subject.hpp"

namespace route {

namespace {

using edi::MessageState;

Ruling ruling_of(Ruled ruled, std::string_view text, std::string detail = {}) {
    return {ruled, std::string{text}, std::move(detail)};
}

Ruling refused(std::string_view text, std::string detail = {}) {
    return ruling_of(Ruled::Refused, text, std::move(detail));
}
Ruling unchanged(std::string_view text) { return ruling_of(Ruled::Unchanged, text); }

Ruling done(std::string_view text, edi::Submission submission) {
    Ruling ruling = ruling_of(Ruled::Done, text);
    ruling.decision.change.submissions.push_back(std::move(submission));
    return ruling;
}

bool is_in_doubt(const edi::Submission& submission) {
    return submission.state == MessageState::InDoubt || submission.state == MessageState::Held;
}

Ruling flush(edi::Submission submission, const Moment& now) {
    if (submission.on_hold) return refused(said::on_hold_so_no_flush);
    if (submission.state == MessageState::Sending) return unchanged(said::under_way);
    if (submission.next_at <= now.even) return unchanged(said::due_already);
    submission.next_at = now.even;
    return done(is_in_doubt(submission) ? said::asked_now : said::tried_now, std::move(submission));
}

Ruling hold(edi::Submission submission, const edi::State& state, const Moment& now) {
    if (submission.on_hold) return unchanged(said::held_already);
    submission.on_hold = true;
    submission.held_at = now.wall;
    Ruling ruling = done(
        submission.state == MessageState::Sending ? said::held_under_way : said::held, submission);
    move_message(ruling.decision.change, submission, MessageState::Held, state);
    return ruling;
}

Ruling release(edi::Submission submission, const edi::State& state, const Moment& now) {
    if (!submission.on_hold)
        return unchanged(submission.state == MessageState::Held ? said::held_by_none
                                                                : said::not_on_hold);
    submission.on_hold = false;
    submission.held_milliseconds += held_since(submission, now.wall);
    submission.held_at = {};
    if (submission.state != MessageState::Sending) submission.next_at = now.even;
    Ruling ruling = done(said::goes_on, submission);
    move_message(ruling.decision.change, submission, submission.state, state);
    return ruling;
}

std::string codes_of(const std::vector<base::Finding>& findings) {
    std::string codes;
    for (const base::Finding& each : findings) {
        if (each.severity != base::Severity::Error) continue;
        if (codes.find(each.code) != std::string::npos) continue;
        codes += (codes.empty() ? "" : ", ") + each.code;
    }
    return codes;
}

Ruling requeue(edi::Submission submission, const Scene& scene, const Moment& now) {
    if (!never_left(submission)) return refused(said::bytes_stay);
    std::optional<edi::Application> application;
    if (submission.kind == edi::SubmissionKind::Application)
        application = current_application(submission, scene.state);
    if (application) {
        validate::Judgement judgement = validate::judge_stored(
            application->content, "/LicenceApplication", {}, facts_of(scene, submission.sender));
        if (!judgement.acceptable())
            return refused(said::against_rules, codes_of(judgement.findings));
        application->content = std::move(judgement.body);
        application->changed_at = now.wall;
    }
    submission.request.clear();
    submission.request_sha256.clear();
    submission.last_error.clear();
    submission.next_at = now.even;
    Ruling ruling =
        done(application ? said::judged_again : said::mapped_again, std::move(submission));
    if (application) ruling.decision.change.applications.push_back(std::move(*application));
    return ruling;
}

base::Finding given_up_finding(const Instruction& instruction, const edi::Submission& submission) {
    base::Finding finding;
    finding.code = submission.may_have_arrived ? "NET-IN-DOUBT"
                   : submission.attempts > 0   ? "NET-TIMEOUT"
                                               : "NET-UNREACHABLE";
    finding.variant = "GivenUp";
    finding.arguments = {{"reason", instruction.reason}};
    return finding;
}

Ruling give_up(const Instruction& instruction, edi::Submission submission, const edi::State& state,
               const Moment& now) {
    if (submission.state == MessageState::Sending) return ruling_of(Ruled::Busy, said::busy);
    const bool doubtful = is_in_doubt(submission);
    if (doubtful && instruction.doubt == Doubt::Spared) return refused(said::wants_in_doubt);
    // What it was given up as an earlier time may still be so.
    submission.may_have_arrived = submission.may_have_arrived || doubtful;
    Ruling ruling = ruling_of(Ruled::Done, doubtful ? said::given_up_in_doubt : said::given_up);
    edi::Receipt receipt = reply_to(submission, state, "undeliverable");
    receipt.problems.push_back(given_up_finding(instruction, submission));
    receipt.details = {{.name = "Reason", .text = instruction.reason},
                       {.name = "Attempts", .text = std::to_string(submission.attempts)},
                       {.name = "GivenUpBy", .text = "operator"}};
    if (doubtful && !submission.tries.empty()) receipt.proof = submission.tries.back();
    move_subject(ruling.decision, receipt, submission, Fate::GivenUp, {}, state, now.wall);
    ruling.decision.issues.push_back(issue_of(std::move(receipt), submission));
    settle(submission);
    ruling.decision.change.submissions.push_back(std::move(submission));
    return ruling;
}

// Why nothing can be done about what has no submission that waits.
Ruling refused_as_it_is(const edi::MessageRecord& record, const edi::Subject& subject) {
    if (record.state == MessageState::Rejected) return refused(said::was_rejected);
    if (subject.outcome == "undeliverable") return refused(said::was_undeliverable);
    if (!subject.outcome.empty()) return refused(said::ended, subject.outcome);
    return refused(subject.key.empty() ? said::not_submitted : said::ministry_has_it);
}

}  // namespace

const char* code_of(Verb verb) {
    switch (verb) {
        case Verb::Flush: return "flush";
        case Verb::Hold: return "hold";
        case Verb::Release: return "release";
        case Verb::Requeue: return "requeue";
        case Verb::GiveUp: return "give-up";
        case Verb::Pause: return "pause";
        case Verb::Resume: return "resume";
        case Verb::Reload: return "reload";
    }
    std::abort();
}

std::optional<Verb> verb_of(std::string_view code) {
    for (const Verb each : {Verb::Flush, Verb::Hold, Verb::Release, Verb::Requeue, Verb::GiveUp,
                            Verb::Pause, Verb::Resume, Verb::Reload})
        if (code_of(each) == code) return each;
    return std::nullopt;
}

const char* code_of(Ruled ruled) {
    switch (ruled) {
        case Ruled::Done: return "done";
        case Ruled::Unchanged: return "unchanged";
        case Ruled::Refused: return "refused";
        case Ruled::Busy: return "busy";
    }
    std::abort();
}

bool never_left(const edi::Submission& submission) {
    if (submission.state != MessageState::Waiting || submission.may_have_arrived) return false;
    // Of what was tried more often than that, not every attempt is known any more.
    if (submission.tries.size() >= edi::attempts_kept_max) return false;
    // An attempt that a stop cut off counts, and left no try; a question for the key leaves one.
    return submission.attempts == submission.tries.size() &&
           std::ranges::all_of(submission.tries, [](const edi::Attempt& each) {
               return each.what == "POST" && each.verdict == code_of(edi::AnswerClass::NotSent);
           });
}

Ruling rule(const Instruction& instruction, const edi::MessageRecord& record,
            const edi::Subject& subject, const Scene& scene, const Moment& now) {
    auto submission = subject.key.empty() ? std::nullopt : scene.state.submission(subject.key);
    if (!submission || !submission->unsettled()) return refused_as_it_is(record, subject);
    switch (instruction.verb) {
        case Verb::Flush: return flush(std::move(*submission), now);
        case Verb::Hold: return hold(std::move(*submission), scene.state, now);
        case Verb::Release: return release(std::move(*submission), scene.state, now);
        case Verb::Requeue: return requeue(std::move(*submission), scene, now);
        case Verb::GiveUp: return give_up(instruction, std::move(*submission), scene.state, now);
        case Verb::Pause:
        case Verb::Resume:
        case Verb::Reload: break;
    }
    std::abort();
}

PauseRuling rule_pause(const Instruction& instruction, std::vector<edi::Pause> pauses,
                       base::Time now) {
    const auto known = std::ranges::find(pauses, instruction.flow, &edi::Pause::flow);
    if (instruction.verb == Verb::Resume) {
        if (known == pauses.end()) return {Ruled::Unchanged, std::move(pauses)};
        pauses.erase(known);
        return {Ruled::Done, std::move(pauses)};
    }
    edi::Pause pause{
        instruction.flow, instruction.uid, instruction.user, instruction.reason, now, {}};
    if (instruction.lasts.count() > 0) pause.until = now + instruction.lasts;
    if (known != pauses.end()) {
        pause.since = known->since;
        *known = std::move(pause);
    } else {
        pauses.push_back(std::move(pause));
    }
    return {Ruled::Done, std::move(pauses)};
}

}  // namespace route
