#include "standing.hpp"

#include <fcntl.h>

#include <algorithm>

#include "base/stop.hpp"
#include "events.hpp"
#include "spool_mark.hpp"

namespace permitd {

namespace {

using base::Stand;

base::Place place_of(const std::string& path) { return {.above = AT_FDCWD, .name = path}; }

void tell(const Standing::Displaced& each, const base::Event& event) {
    base::log(event, {{"place", each.place}, {"mailbox", each.mailbox}, {"error", each.error}});
}

const base::Event& event_of(const Standing::Displaced& each) {
    switch (each.stand) {
        case Stand::Gone: return event::place_gone;
        case Stand::Foreign: return event::place_taken;
        case Stand::Anew: return event::place_anew;
        case Stand::Same: break;
    }
    return event::place_back;
}

// After a failed sync nothing is tried again.
void note(std::vector<Standing::Displaced>& found, Standing::Displaced each,
          const std::optional<base::Fault>& fault) {
    if (fault && fault->remedy == base::Remedy::Stop) base::stop(*fault);
    if (each.stand == Stand::Same) return;
    if (fault) each.error = fault->text;
    found.push_back(std::move(each));
}

bool is_beneath(const std::string& place, const std::string& other) {
    return place.starts_with(other + '/');
}

}  // namespace

const char* code_of(Stand stand) {
    switch (stand) {
        case Stand::Same: return "stands";
        case Stand::Anew: return "anew";
        case Stand::Gone: return "gone";
        case Stand::Foreign: return "another";
    }
    return "";
}

base::Result<Standing> Standing::open(const Config& config, Mailboxes mailboxes,
                                      ledger::Archive& archive, const base::Clock& clock) {
    auto spool = base::open_directory(config.spool);
    if (!spool) return spool.fault();
    Standing standing{config, mailboxes, archive, clock};
    standing.spool_ = std::move(*spool);
    standing.mark_ = leave_mark(standing.spool_.number(), {});
    if (auto kept = remember_spool(config.state, standing.spool_.number(), standing.mark_); !kept)
        return kept.fault();
    return standing;
}

bool Standing::is_same_spool(int fresh) const { return !mark_.empty() && mark_in(fresh) == mark_; }

bool Standing::stands() const {
    return base::stands(spool_.number(), place_of(config_.spool)) && archive_.stands();
}

// Nobody knows what stands above it, so that it is never made.
base::Settled Standing::settle_spool() {
    if (base::stands(spool_.number(), place_of(config_.spool))) return {Stand::Same};
    auto fresh = base::open_directory(config_.spool);
    if (!fresh) return {Stand::Gone, fresh.fault()};
    const auto before = base::ground_of(spool_.number());
    const bool is_made_again =
        base::is_deleted(spool_.number()) && before && before == base::ground_of(fresh->number());
    if (!is_made_again && !is_same_spool(fresh->number())) return {Stand::Foreign};
    if (auto taken = base::hold_instead(spool_, std::move(*fresh)); !taken)
        return {Stand::Gone, taken.fault()};
    if (before) spool_before_.push_back(*before);
    mark_ = leave_mark(spool_.number(), mark_);
    return {Stand::Anew};
}

void Standing::look_beneath(Found& found) {
    auto archive = archive_.settle(spool_.number(), spool_before_);
    note(found, {config_.archive, {}, archive.stand}, archive.fault);
    for (mailbox::Mailbox& each : mailboxes_.configured)
        for (auto& settled : each.settle(spool_.number(), spool_before_))
            note(found, {std::move(settled.path), each.name(), settled.stand}, settled.fault);
    // Of these an operator gets rid.
    for (auto each = mailboxes_.departed.begin(); each != mailboxes_.departed.end();) {
        const auto box = each++;
        if (box->is_gone(spool_.number()))
            mailboxes_.gone.splice(mailboxes_.gone.end(), mailboxes_.departed, box);
    }
}

std::set<std::string> Standing::look() {
    Found found;
    const auto [spool, fault] = settle_spool();
    note(found, {config_.spool, {}, spool}, fault);
    if (spool == Stand::Same || spool == Stand::Anew) {
        look_beneath(found);
        if (std::ranges::all_of(found,
                                [](const Displaced& each) { return each.stand == Stand::Anew; }))
            spool_before_.clear();
    }
    return change(std::move(found));
}

std::set<std::string> Standing::change(Found found) {
    std::set<std::string> changed;
    const auto add = [&](const Displaced& each) {
        if (!each.mailbox.empty()) changed.insert(each.mailbox);
        for (const mailbox::Mailbox& box : mailboxes_.configured)
            if (each.mailbox.empty()) changed.insert(box.name());
    };
    const std::lock_guard lock{*mutex_};
    std::vector<Displaced> displaced;
    const auto is_at = [](const Displaced& each) {
        return [&each](const Displaced& other) { return other.place == each.place; };
    };
    for (Displaced& each : found) {
        const auto before = std::ranges::find_if(displaced_, is_at(each));
        const bool known = before != displaced_.end() && before->stand == each.stand;
        each.since = known ? before->since : clock_.now();
        // One that was made again says enough of what is made again beneath it.
        const bool is_told_above = std::ranges::any_of(found, [&](const Displaced& other) {
            return is_beneath(each.place, other.place) && other.stand == Stand::Anew &&
                   each.stand == Stand::Anew;
        });
        if (!known && !is_told_above) tell(each, event_of(each));
        if (each.stand == Stand::Anew)
            add(each);
        else
            displaced.push_back(each);
    }
    for (const Displaced& each : displaced_) {
        const bool is_hidden = std::ranges::any_of(
            displaced, [&](const Displaced& other) { return is_beneath(each.place, other.place); });
        if (is_hidden || std::ranges::any_of(found, is_at(each))) continue;
        tell({each.place, each.mailbox, Stand::Same}, event::place_back);
        add(each);
    }
    displaced_ = std::move(displaced);
    return changed;
}

bool Standing::waits(const std::string& mailbox) const {
    const std::lock_guard lock{*mutex_};
    return std::ranges::any_of(displaced_, [&](const Displaced& each) {
        return each.mailbox.empty() || each.mailbox == mailbox;
    });
}

bool Standing::all_stand() const {
    const std::lock_guard lock{*mutex_};
    return displaced_.empty();
}

std::vector<Standing::Displaced> Standing::state() const {
    const std::lock_guard lock{*mutex_};
    return displaced_;
}

}  // namespace permitd
