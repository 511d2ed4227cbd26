// What an operator wants, in one turn of the route: the rulings, and the entry in the journal, in
// the batch that makes them true.
#include <algorithm>

#include "route/events.hpp"
#include "route/said.hpp"
#include "route/step.hpp"

namespace route {

namespace {

base::Field text(std::string_view name, std::string value) { return {name, std::move(value)}; }
base::Field number(std::string_view name, std::uint64_t value) {
    return {name, static_cast<std::int64_t>(value)};
}

edi::Action action_of(const Instruction& instruction, base::Time now) {
    edi::Action action;
    action.at = now;
    action.uid = instruction.uid;
    action.user = instruction.user;
    action.command = code_of(instruction.verb);
    action.reason = instruction.reason;
    return action;
}

void log_action(const edi::Action& action) {
    std::string message_id;
    if (action.targets.size() == 1) {
        const std::string& id = action.targets.front().record_id;
        message_id = id.substr(id.find('\0') + 1);
    }
    base::log(event::operator_action,
              {number("number", action.number), text("command", action.command),
               number("uid", action.uid), text("user", action.user), text("reason", action.reason),
               text("message_id", message_id), number("done", action.targets.size())});
}

void log_pause(const edi::Pause& pause) {
    base::log(event::paused,
              {text("what", code_of(pause.flow)), number("uid", pause.uid),
               text("user", pause.user), text("reason", pause.reason),
               text("until", pause.until == base::Time{} ? "" : base::iso(pause.until))});
}

void log_resumed(edi::Flow flow, const std::string& why) {
    base::log(event::resumed, {text("what", code_of(flow)), text("reason", why)});
}

bool is_for(const Target& target, const edi::Subject& subject) {
    return !target.reference || *target.reference == subject.reference;
}

}  // namespace

std::uint64_t Route::Step::journal(edi::Action action) {
    edi::Change change;
    edi::Counters counters = pending.counters();
    action.number = ++counters.action_number;
    after_commit.push_back([action] { log_action(action); });
    const std::uint64_t given = action.number;
    change.counters = std::move(counters);
    change.actions.push_back(std::move(action));
    pending.add(std::move(change));
    return given;
}

edi::ActionTarget Route::Step::carry_out(const Instruction& instruction,
                                         const edi::MessageRecord& record,
                                         const edi::Subject& subject) {
    Ruling ruling = rule(instruction, record, subject, scene(), moment());
    edi::ActionTarget target{edi::record_id(record), subject.reference, code_of(ruling.ruled),
                             std::move(ruling.text), std::move(ruling.detail)};
    if (ruling.ruled != Ruled::Done) return target;
    apply(std::move(ruling.decision));
    if (instruction.verb != Verb::Requeue) return target;
    // Told at once, not with the attempt that fails of it.
    if (auto submission = pending.submission(subject.key))
        if (const auto bytes = request_of(*submission); !bytes) {
            target.text = said::cannot_be_mapped;
            target.detail = bytes.fault().text;
        }
    return target;
}

void Route::Step::take(const Instruction& instruction) {
    InstructionDone done;
    done.ticket = instruction.ticket;
    done.command = code_of(instruction.verb);
    if (instruction.verb == Verb::Reload) {
        done.ruled = Ruled::Done;
        done.action = journal(action_of(instruction, now));
        effects.instructions.push_back(std::move(done));
        return;
    }
    if (instruction.verb == Verb::Pause || instruction.verb == Verb::Resume) {
        take_pause(instruction, done);
        effects.instructions.push_back(std::move(done));
        return;
    }
    for (std::size_t i = 0; i < instruction.targets.size(); ++i) {
        const Target& each = instruction.targets[i];
        const auto record = pending.message(each.record_id);
        if (!record) continue;  // records are kept for ever
        std::vector<edi::Subject> subjects = record->subjects;
        if (subjects.empty()) subjects.emplace_back();
        for (const edi::Subject& subject : subjects) {
            if (!is_for(each, subject)) continue;
            done.targets.push_back(carry_out(instruction, *record, subject));
            done.asked.push_back(i);
        }
    }
    if (instruction.verb == Verb::Flush) {
        after_commit.push_back([&gateway = route.parts_.gateway] { gateway.probe_now(); });
        route.results_at_ = std::min(route.results_at_, even);
    }
    edi::Action action = action_of(instruction, now);
    std::ranges::copy_if(
        done.targets, std::back_inserter(action.targets),
        [](const edi::ActionTarget& each) { return each.result == code_of(Ruled::Done); });
    const bool goes_out = instruction.verb == Verb::Flush || instruction.verb == Verb::Release ||
                          instruction.verb == Verb::Requeue;
    done.dispatch_paused =
        goes_out && !action.targets.empty() && route.is_paused(edi::Flow::Dispatch);
    if (!action.targets.empty()) done.action = journal(std::move(action));
    effects.instructions.push_back(std::move(done));
}

void Route::Step::take_pause(const Instruction& instruction, InstructionDone& done) {
    PauseRuling ruling = rule_pause(instruction, route.pauses_, now);
    done.ruled = ruling.ruled;
    done.command += std::string{'-'} + code_of(instruction.flow);
    if (ruling.ruled != Ruled::Done) return;
    const bool was_paused = route.is_paused(instruction.flow);
    edi::Action action = action_of(instruction, now);
    action.command += std::string{" "} + code_of(instruction.flow);
    done.action = journal(std::move(action));
    for (const edi::Pause& each : ruling.pauses)
        if (each.flow == instruction.flow && !was_paused)
            after_commit.push_back([each] { log_pause(each); });
    if (instruction.verb == Verb::Resume)
        after_commit.push_back(
            [flow = instruction.flow, why = instruction.reason] { log_resumed(flow, why); });
    put_pauses(std::move(ruling.pauses));
}

void Route::Step::put_pauses(std::vector<edi::Pause> pauses) {
    edi::Change change;
    change.pauses = pauses;
    pending.add(std::move(change));
    effects.pauses = pauses;
    route.pauses_ = std::move(pauses);
}

void Route::Step::end_pauses() {
    std::vector<edi::Pause> left;
    for (const edi::Pause& each : route.pauses_) {
        if (!each.is_over(now)) {
            left.push_back(each);
            continue;
        }
        after_commit.push_back([flow = each.flow] { log_resumed(flow, "its time is over"); });
    }
    if (left.size() < route.pauses_.size()) put_pauses(std::move(left));
}

}  // namespace route
