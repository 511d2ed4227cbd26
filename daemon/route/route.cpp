#include "route/route.hpp"

#include <algorithm>

#include "route/licence.hpp"
#include "route/step.hpp"

namespace route {

namespace {

constexpr std::chrono::minutes chores_every{1};
constexpr std::chrono::seconds look_again_when_full{1};
constexpr std::size_t chores_max = 256;  // a turn

}  // namespace

bool Inputs::empty() const {
    return examined.empty() && answered.empty() && delivered.deliveries.empty() &&
           delivered.takings.empty();
}

Route::Route(Parts parts, Options options)
    : parts_(parts), options_(std::move(options)), jitter_(options_.jitter_seed) {}

void Route::recover() {
    const base::Time now = parts_.clock.now();
    std::vector<edi::Change> changes;
    for (edi::Submission& each : parts_.store.sending()) {
        edi::Change& change = changes.emplace_back();
        const std::string id = edi::record_id(each.sender, each.message_id);
        if (auto record = parts_.store.message(id);
            record && record->state == edi::MessageState::Sending) {
            record->state = edi::MessageState::InDoubt;
            change.messages.push_back(std::move(*record));
        }
        change.submissions.push_back(in_doubt_after_start(std::move(each), now));
    }
    if (!changes.empty()) parts_.store.commit(changes);
}

Effects Route::step(Inputs inputs) {
    Step step{*this, parts_.clock.now()};
    // Answers first: they free the line, and they are older than what is only now arriving.
    for (const Answered& each : inputs.answered) step.take(each);
    for (const Examined& each : inputs.examined) step.take(each);
    step.take(inputs.delivered);
    if (step.now >= chores_at_) {
        expire(step);
        warn(step);
        chores_at_ = step.now + chores_every;
    }
    if (sends_) {
        send_due(step);
        under_way_ += step.requests.size();
        ask_for_results(step);
    }
    step.finish();
    return std::move(step.effects);
}

base::Time Route::wake_at() const {
    base::Time at = chores_at_;
    if (!sends_) return at;
    if (!results_under_way_) at = std::min(at, results_at_);
    if (const auto due = parts_.store.next_due()) {
        const base::Time now = parts_.clock.now();
        const bool blocked = *due <= now && (parts_.gateway.capacity() == 0 || !asked_.empty());
        at = std::min(at, blocked ? now + look_again_when_full : *due);
    }
    return at;
}

void Route::expire(Step& step) {
    const std::string today = base::iso(base::day_of(step.now));
    for (edi::Licence& each : parts_.store.expired_before(today, chores_max))
        if (const auto current = step.pending.licence(each.number))
            step.apply(decide_expired(*current, step.pending));
}

void Route::warn(Step& step) {
    const base::Time accepted_at_most =
        step.now -
        std::chrono::duration_cast<std::chrono::microseconds>(options_.patience.warn_after);
    for (const edi::Submission& each : parts_.store.unwarned(accepted_at_most, chores_max)) {
        auto current = step.pending.submission(each.key);
        if (current && current->unsettled() && !current->delayed_told)
            step.apply(decide_delayed(std::move(*current), step.pending));
    }
}

void Route::send_due(Step& step) {
    const std::size_t room = parts_.gateway.capacity();
    if (room == 0) return;
    for (const edi::Submission& each : parts_.store.due(step.now, room + asked_.size())) {
        if (step.requests.size() >= room) break;
        auto current = step.pending.submission(each.key);
        if (!current || !current->unsettled() || current->next_at > step.now) continue;
        if (current->state == edi::MessageState::Waiting) {
            step.intend(std::move(*current));
        } else if (current->state != edi::MessageState::Sending &&
                   asked_.insert(current->key).second) {
            step.requests.push_back(
                {dispatch::Ask::ByKey, current->key, {}, {}, current->attempts});
        }
    }
}

void Route::ask_for_results(Step& step) {
    if (results_under_way_ || step.now < results_at_) return;
    results_under_way_ = true;
    step.requests.push_back({dispatch::Ask::Results, {}, {}, step.pending.cursor(), 0});
}

}  // namespace route
