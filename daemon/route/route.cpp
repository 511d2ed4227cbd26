#include "route/route.hpp"

#include <algorithm>

#include "route/events.hpp"
#include "route/licence.hpp"
#include "route/older.hpp"
#include "route/step.hpp"

namespace route {

namespace {

constexpr std::chrono::minutes chores_every{1};
constexpr std::chrono::seconds look_again_when_full{1};  // or paused
constexpr std::chrono::seconds look_at_pauses{1};
constexpr std::size_t chores_max = 256;  // a turn
constexpr std::chrono::minutes asked_again_every{15};
constexpr std::size_t asked_again_max = 1000;
// Every so many turns questions come before submissions, so that neither starves.
constexpr std::uint64_t questions_first_every = 4;

// The number of the application that a result is about; it may bear only the key.
std::string number_of(const edi::MinistryResult& result, const edi::State& state) {
    if (!result.application_no.empty()) return result.application_no;
    const auto submission = state.submission(result.key);
    if (!submission) return {};
    const auto application = state.application({submission->sender, submission->subject});
    return application ? application->application_no : std::string{};
}

}  // namespace

bool Inputs::empty() const {
    return examined.empty() && answered.empty() && printed.empty() && batches.empty() &&
           instructions.empty() && delivered.deliveries.empty() && delivered.takings.empty();
}

Route::Route(Parts parts, Options options)
    : parts_(parts), options_(std::move(options)), jitter_(options_.jitter_seed),
      errands_(options_.patience.query_lifetime),
      recall_(options_.recalls ? options_.forgotten : nullptr),
      catalogues_(parts_.lists, parts_.store, parts_.clock.now()), steadiness_(parts_.clock),
      newest_day_(options_.newest_day) {}

void Route::use(Terms terms) {
    parts_.mapper = terms.mapper;
    parts_.lists = terms.lists;
    parts_.catalogue = terms.catalogue;
    options_.senders = std::move(terms.senders);
    options_.patience = terms.patience;
    errands_.use(options_.patience.query_lifetime);
    catalogues_.use(parts_.lists, steadiness_.even());
}

const std::string& Route::day_of(base::Time now) {
    newest_day_ = std::max(newest_day_, base::iso(base::day_of(now)));
    return newest_day_;
}

bool Route::is_paused(edi::Flow flow) const {
    return std::ranges::find(pauses_, flow, &edi::Pause::flow) != pauses_.end();
}

void Route::recover() {
    const base::Time now = parts_.clock.now();
    pauses_ = parts_.store.pauses();
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
    std::set<std::string> senders;
    for (const auto& [mailbox, of_mailbox] : options_.senders)
        senders.insert(of_mailbox.begin(), of_mailbox.end());
    recall_.begin(parts_.store, senders, steadiness_.even());
}

void Route::note(const base::Steadiness::Look& look) {
    if (look.jump.count() != 0) {
        const auto moved = std::chrono::duration_cast<std::chrono::seconds>(look.jump);
        base::log(event::clock_jumped, {{"seconds", std::int64_t{moved.count()}}});
        trouble_.clock = {look.now, moved};
    } else if (look.steady) {
        trouble_.clock.reset();
    }
}

Effects Route::step(Inputs inputs) {
    const base::Steadiness::Look look = steadiness_.look();
    note(look);
    Step step{*this, look};
    // Before anything ends one: what is only pending the store does not know yet.
    errands_.open(parts_.store, step.moment());
    // Answers first: they free the line, and they are older than what is only now arriving.
    for (const Answered& each : inputs.answered) step.take(each);
    step.end_pauses();
    for (const Instruction& each : inputs.instructions) step.take(each);
    for (const Examined& each : inputs.examined) step.take(each);
    for (BatchEvent& each : inputs.batches) step.take(std::move(each));
    for (Printed& each : inputs.printed) step.take(std::move(each));
    step.take(inputs.delivered);
    chores(step);
    run_errands(step);
    if (sends_) send(step);
    step.finish();
    step.effects.trouble = trouble_;
    return std::move(step.effects);
}

void Route::send(Step& step) {
    const bool dispatches = !is_paused(edi::Flow::Dispatch);
    if (dispatches) {
        const bool questions_first = ++turns_ % questions_first_every == 0;
        if (questions_first) ask_questions(step);
        send_due(step);
        if (!questions_first) ask_questions(step);
        ask_again(step);
    }
    under_way_ += step.requests.size();
    if (!is_paused(edi::Flow::Results)) ask_for_results(step);
    if (dispatches) ask_for_catalogue(step);
}

base::Tick Route::wake_at() const {
    base::Time at = chores_at_;
    if (!sends_) return steadiness_.tick_of(at);
    const base::Time now = steadiness_.even();
    // A pause ends by the wall clock, which may be moved.
    if (std::ranges::any_of(pauses_, [](const auto& each) { return each.until != base::Time{}; }))
        at = std::min(at, now + look_at_pauses);
    const bool full = is_paused(edi::Flow::Dispatch) || parts_.gateway.capacity() == 0;
    // What needs room on the line cannot be done before there is some.
    const auto with_room = [&](base::Time due) {
        return due <= now && full ? now + look_again_when_full : due;
    };
    at = std::min({at, with_room(errands_.wake_at()), with_room(recall_.wake_at()),
                   with_room(ask_again_at_), with_room(catalogues_.wake_at())});
    if (!results_under_way_ && !is_paused(edi::Flow::Results)) at = std::min(at, results_at_);
    if (const auto due = parts_.store.next_due()) {
        const bool blocked = *due <= now && (full || !asked_.empty());
        at = std::min(at, blocked ? now + look_again_when_full : *due);
    }
    return steadiness_.tick_of(at);
}

void Route::chores(Step& step) {
    if (step.even < chores_at_) return;
    if (step.steady) {
        expire(step);
        warn(step);
    }
    chores_at_ = step.even + chores_every;
}

void Route::expire(Step& step) {
    const base::Date day = base::day_of(step.now);
    for (const edi::Licence& each : parts_.store.expired_before(base::iso(day), chores_max))
        if (const auto current = step.pending.licence(each.number))
            step.apply(decide_expired(*current, step.pending));
    const std::string soon = base::iso(base::Date{std::chrono::sys_days{day} + warned_before});
    for (const edi::Licence& each : parts_.store.expiring_until(soon, chores_max))
        if (const auto current = step.pending.licence(each.number))
            step.apply(decide_expiring(*current, step.pending));
}

// Begins prints, and answers what has come to its end.
void Route::run_errands(Step& step) {
    for (const edi::Errand& each : errands_.prints(step.even))
        step.effects.prints.push_back(print_of(each, step.now));
    for (const Errands::Finished& each : errands_.finished(step.moment())) {
        step.apply(decide_answered(each.errand, each.source, each.as_of, step.scene()));
        errands_.close({each.errand.sender, each.errand.message_id});
    }
}

void Route::ask_questions(Step& step) {
    const std::size_t room = parts_.gateway.capacity();
    if (room <= step.requests.size()) return;
    for (Question& each : errands_.due(step.even, room - step.requests.size()))
        step.ask(each.number, each.content);
    if (room <= step.requests.size()) return;
    for (Question& each : recall_.due(step.even, room - step.requests.size()))
        step.ask(each.number, each.content);
}

// An approval without its licence is a fact that cannot be acted upon: the ministry is asked.
void Route::ask_again(Step& step) {
    const std::size_t capacity = parts_.gateway.capacity();
    if (step.even < ask_again_at_ || capacity <= step.requests.size()) return;
    ask_again_at_ = step.even + asked_again_every;
    std::size_t room = capacity - step.requests.size();
    for (const edi::MinistryResult& each : parts_.store.incomplete(asked_again_max)) {
        const std::string number = number_of(each, step.pending);
        if (number.empty()) continue;
        if (room-- == 0) break;
        base::Element question{.name = "Question", .text = {}};
        question.add("About", "opinions");
        question.add("ApplicationNo", number);
        step.ask("again " + each.id, question);
    }
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
    for (const edi::Submission& each : parts_.store.due(step.even, room + asked_.size())) {
        if (step.requests.size() >= room) break;
        auto current = step.pending.submission(each.key);
        // It may have been held or settled in this very turn.
        if (!current || !current->unsettled() || current->on_hold || current->next_at > step.even)
            continue;
        if (const std::string older = older_key(*current); !older.empty()) {
            if (!asked_.insert(older).second) continue;
            newer_[older] = current->key;
            step.requests.push_back({.ask = dispatch::Ask::ByKey, .key = older});
        } else if (current->state == edi::MessageState::Waiting) {
            step.intend(std::move(*current));
        } else if (current->state != edi::MessageState::Sending &&
                   asked_.insert(current->key).second) {
            step.requests.push_back(
                {.ask = dispatch::Ask::ByKey, .key = current->key, .attempt = current->attempts});
        }
    }
}

void Route::ask_for_results(Step& step) {
    if (results_under_way_ || step.even < results_at_) return;
    results_under_way_ = true;
    step.requests.push_back({.ask = dispatch::Ask::Results, .cursor = step.pending.cursor()});
}

void Route::ask_for_catalogue(Step& step) {
    if (auto request = catalogues_.due(step.moment(), step.pending))
        step.requests.push_back(std::move(*request));
}

}  // namespace route
