#include "ledger/ledger.hpp"

#include <algorithm>
#include <tuple>

#include "base/stop.hpp"
#include "ledger/contents.hpp"
#include "ledger/events.hpp"

namespace ledger {

namespace {

constexpr std::chrono::seconds head_every{1};
constexpr std::chrono::seconds head_again{10};  // one that could not be written
// So long after midnight a commit of the day before is still awaited.
constexpr std::chrono::minutes day_ends_after{1};

using ByMailbox = std::map<std::string, std::vector<const Entry*>>;

ByMailbox by_mailbox(std::span<const Entry> entries) {
    ByMailbox sorted;
    for (const Entry& each : entries) sorted[each.mailbox].push_back(&each);
    for (auto& [mailbox, some] : sorted)
        std::ranges::stable_sort(some, {}, [](const Entry* each) {
            return std::pair{each->number, each->kind};
        });
    return sorted;
}

}  // namespace

base::Result<Ledger> Ledger::open(const Archive& archive, const std::string& key_file,
                                  const base::Clock& clock) {
    auto keys = Keys::settle(archive, key_file);
    if (!keys) return keys.fault();
    Ledger ledger{archive, std::move(*keys), clock};
    ledger.age_ = archive.age();
    return ledger;
}

// In another archive than before nothing is as it was.
base::Outcome Ledger::follow_archive() {
    if (age_ == archive_->age()) return base::done;
    const unsigned age = archive_->age();
    books_.clear();
    if (auto published = keys_->publish(*archive_); !published) return published;
    age_ = age;
    closed_before_.clear();
    return base::done;
}

base::Result<Ledger::Open*> Ledger::open_book(const std::string& mailbox) {
    if (auto followed = follow_archive(); !followed) return followed.fault();
    const auto found = books_.find(mailbox);
    if (found != books_.end() && found->second.book.stands()) return &found->second;
    if (found != books_.end()) books_.erase(found);
    auto book = Book::open({*archive_, *keys_, *clock_}, mailbox);
    if (!book) return book.fault();
    Open& open = books_.emplace(mailbox, Open{std::move(*book)}).first->second;
    if (open.book.has_lines()) open.due = clock_->tick();
    open.book.settled();
    return &open;
}

Ledger::Faults Ledger::check(std::span<const Entry> entries) {
    Faults faults;
    for (const auto& [mailbox, some] : by_mailbox(entries)) {
        const auto open = open_book(mailbox);
        const base::Outcome checked =
            open ? (*open)->book.check(some) : base::Outcome{open.fault()};
        if (!checked) faults.emplace(mailbox, checked.fault());
    }
    return faults;
}

base::Outcome Ledger::sync(std::span<Open* const> touched) {
    const bool is_one_file = touched.size() == 1 && !touched[0]->book.has_begun();
    return is_one_file ? base::sync(touched[0]->book.list()) : archive_->sync();
}

Ledger::Faults Ledger::add(std::vector<Entry> entries) {
    Faults faults;
    std::map<std::string, Open*> touched;
    for (const auto& [mailbox, some] : by_mailbox(entries)) {
        const auto open = open_book(mailbox);
        const base::Outcome added = open ? (*open)->book.add(some) : base::Outcome{open.fault()};
        if (!added) {
            faults.emplace(mailbox, added.fault());
            books_.erase(mailbox);
        } else if ((*open)->book.has_lines()) {
            touched[mailbox] = *open;
        }
    }
    if (touched.empty()) return faults;
    std::vector<Open*> grown;
    for (const auto& [mailbox, open] : touched) grown.push_back(open);
    const auto synced = sync(grown);
    for (const auto& [mailbox, open] : touched) {
        if (!synced) {
            faults.emplace(mailbox, synced.fault());
            books_.erase(mailbox);
            continue;
        }
        open->book.settled();
        if (!open->due) open->due = std::max(clock_->tick(), open->signed_at + head_every);
    }
    return faults;
}

// Told when it begins and when it ends.
bool Ledger::worked(const std::string& mailbox, const base::Outcome& outcome) {
    if (!outcome) {
        if (outcome.fault().remedy == base::Remedy::Stop) base::stop(outcome.fault());
        if (stuck_.insert(mailbox).second)
            base::log(event::stuck, {{"mailbox", mailbox}, {"error", outcome.fault().text}});
        return false;
    }
    if (stuck_.erase(mailbox) != 0) base::log(event::resumed, {{"mailbox", mailbox}});
    return true;
}

std::optional<base::Tick> Ledger::head_due() const {
    std::optional<base::Tick> due;
    for (const auto& [mailbox, open] : books_)
        if (open.due && (!due || *open.due < *due)) due = open.due;
    return due;
}

void Ledger::sign_heads() { sign_heads_until(clock_->tick()); }

void Ledger::sign_all_heads() { sign_heads_until(base::Tick::max()); }

void Ledger::sign_heads_until(base::Tick until) {
    std::vector<std::pair<std::string, base::Fd>> written;
    for (auto& [mailbox, open] : books_) {
        if (!open.due || *open.due > until) continue;
        auto head = open.book.write_head();
        open.due = clock_->tick() + head_again;
        if (worked(mailbox, head ? base::Outcome{base::done} : base::Outcome{head.fault()}))
            written.emplace_back(mailbox, std::move(*head));
    }
    if (written.empty()) return;
    const auto synced =
        written.size() == 1 ? base::sync(written[0].second.number()) : archive_->sync();
    for (const auto& [mailbox, file] : written) {
        Open& open = books_.at(mailbox);
        if (!worked(mailbox, synced) || !worked(mailbox, open.book.name_head())) continue;
        open.due.reset();
        open.signed_at = clock_->tick();
    }
}

void Ledger::close_days(const std::function<bool(const std::string&)>& waits) {
    if (!worked("", follow_archive())) return;
    const std::string today = base::iso(base::day_of(clock_->now() - day_ends_after));
    if (today == closed_before_) return;
    const auto mailboxes = mailboxes_of(archive_->held_path() + "/.");
    if (!worked("", mailboxes ? base::Outcome{base::done} : base::Outcome{mailboxes.fault()}))
        return;
    bool all = true;
    for (const std::string& mailbox : *mailboxes) {
        if (waits(mailbox)) {
            all = false;
            continue;
        }
        const auto open = open_book(mailbox);
        const bool closed =
            worked(mailbox, open ? (*open)->book.close_before(today) : base::Outcome{open.fault()});
        if (!closed) books_.erase(mailbox);
        all &= closed;
    }
    if (all) closed_before_ = today;
}

}  // namespace ledger
