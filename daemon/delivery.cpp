// The deliver thread: takes up from the store what was committed, a window at a time, so that
// memory does not grow with what waits for an InBox.
#include <sys/eventfd.h>

#include <algorithm>

#include "daemon.hpp"
#include "delivery_window.hpp"
#include "housekeeping.hpp"
#include "receipts/deliver.hpp"

namespace permitd {

namespace {

constexpr std::chrono::seconds retry_every{10};

// A mailbox costs a dozen calls of the system.
constexpr std::chrono::seconds places_every{2};

// Those of mailboxes that wait go behind the others.
template <class Item>
std::span<const Item> at_hand(std::vector<Item>& all,
                              const std::function<bool(const std::string&)>& waits) {
    const auto rest = std::stable_partition(
        all.begin(), all.end(), [&](const Item& each) { return !waits(mailbox_of(each)); });
    return {all.begin(), rest};
}

}  // namespace

// Whether anything is other than before.
bool Daemon::look_at_places() {
    const std::set<std::string> changed = standing_->look();
    for (const std::string& each : changed) {
        intake_->look_anew(each);
        couriers_->restart(each);
    }
    if (changed.empty()) return false;
    [[maybe_unused]] const int written = ::eventfd_write(intake_wakes_.number(), 1);
    return true;
}

// False when nobody called for a while.
bool Daemon::await_call(Filled filled) {
    std::unique_lock lock{deliver_mutex_};
    nothing_to_deliver_ = filled == Filled::No && !deliver_now_;
    const auto rest = pulse_.resting(Pulse::Thread::Deliver);
    const base::Tick now = clock_.tick(), look_at = now + places_every;
    // One that is overdue could not be signed: the archive does not stand.
    const base::Tick due = ledger_->head_due().value_or(look_at);
    const auto wait = (due > now ? std::min(due, look_at) : look_at) - now;
    const bool called =
        deliver_wakes_.wait_for(lock, wait, [this] { return deliver_now_ || all_stops_; });
    deliver_now_ = false;
    return called;
}

void Daemon::await_deliveries(Filled filled) {
    const base::Tick until = clock_.tick() + retry_every;
    do {
        if (await_call(filled)) return;
        const Edge::Turn turn{deliver_edge_};
        if (look_at_places()) return;
        if (standing_->stands()) ledger_->sign_heads();
    } while (clock_.tick() < until);
}

// Whether anything was made.
bool Daemon::deliver(DeliveryWindow& window) {
    const bool stands = standing_->stands();
    const auto waits = [&](const std::string& mailbox) {
        return !stands || standing_->waits(mailbox);
    };
    const base::Tick began = clock_.tick();
    receipts::Delivered made =
        receipts::deliver(at_hand(window.deliveries(), waits), at_hand(window.takings(), waits),
                          mailboxes_, *archive_, *ledger_, &departed_);
    meters_->deliver.observe(clock_.tick() - began);
    const bool any = !made.deliveries.empty() || !made.takings.empty();
    window.settle(made);
    inbox_.put_delivered(std::move(made));
    return any;
}

// When nothing is new, all that was committed is listed, but for what is stuck.
void Daemon::sign(const DeliveryWindow& window, bool is_idle) {
    ledger_->sign_heads();
    if (is_idle)
        ledger_->close_days([&](const std::string& mailbox) { return window.is_stuck(mailbox); });
}

void Daemon::run_deliver() {
    DeliveryWindow window;
    Housekeeping housekeeping{config().boxes_keep, clock_};
    Housekeeping of_departed{config().boxes_keep, clock_};
    base::Tick places_at = {};
    while (!all_stops_) {
        pulse_.beat(Pulse::Thread::Deliver);
        std::optional<Edge::Turn> turn{deliver_edge_};
        for (Housekeeping* const each : {&housekeeping, &of_departed})
            each->keep(config_.boxes_keep);
        if (!standing_->stands() || clock_.tick() >= places_at) {
            look_at_places();
            places_at = clock_.tick() + places_every;
        }
        bool is_idle = !window.fill(*store_);
        if (!window.is_empty()) is_idle &= !deliver(window);
        if (standing_->stands()) sign(window, is_idle);
        const bool may_sweep = !sending_stops_ && standing_->stands() && standing_->all_stand();
        const bool swept =
            may_sweep && (housekeeping.step(mailboxes_) || of_departed.step(departed_));
        turn.reset();
        if (!swept && is_idle) await_deliveries(window.is_empty() ? Filled::No : Filled::Yes);
    }
    ledger_->sign_all_heads();
}

}  // namespace permitd
