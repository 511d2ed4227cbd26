#include "intake/lane.hpp"

#include <algorithm>
#include <utility>

#include "intake/events.hpp"

namespace intake {

namespace {

constexpr std::size_t odd_names_max = 1'000;
constexpr std::chrono::hours odd_names_kept{1};
constexpr std::chrono::minutes unreadable_again{1};
constexpr int scans_skipped_when_busy = 6;
constexpr std::chrono::hours lone_marker_after{1};

const char* reason_of(mailbox::Oddity oddity) {
    switch (oddity) {
        case mailbox::Oddity::NotRegular: return "not a regular file";
        case mailbox::Oddity::SeveralLinks: return "a file with several names";
        case mailbox::Oddity::Unreadable: return "not readable";
        case mailbox::Oddity::NotOurName: return "not named *.xml or *.zip";
        case mailbox::Oddity::LoneMarker: return "a marker without its file";
    }
    return "";
}

}  // namespace

Proof proof_of(const Options& options, const std::string& mailbox_name) {
    const auto found = options.proofs.find(mailbox_name);
    return found == options.proofs.end() ? Proof::None : found->second;
}

bool is_unchanged(const mailbox::Entry& a, const mailbox::Entry& b) {
    return a.bytes == b.bytes && a.modified_at == b.modified_at;
}

std::size_t Lane::Hash::operator()(const Key& key) const {
    return std::hash<std::string>{}(key.name) ^ (key.inode * 0x9e3779b97f4a7c15ULL);
}

Lane::Lane(mailbox::Mailbox& outbox, const Options& options, std::size_t window)
    : outbox_(outbox), options_(options), proof_(proof_of(options, outbox.name())),
      window_(window) {}

Lane::Known& Lane::enter(const mailbox::Entry& entry, Phase phase, base::Tick since) {
    const auto [file, fresh] = files_.try_emplace(key_of(entry));
    Known& known = file->second;
    if (!fresh)
        move(known, phase);
    else if (in_window(phase))
        ++waiting_;
    else if (phase == Phase::Postponed)
        ++postponed_;
    known.entry = entry;
    known.phase = phase;
    known.since = since;
    known.seen = scans_;
    return known;
}

void Lane::move(Known& known, Phase phase) {
    waiting_ += in_window(phase);
    waiting_ -= in_window(known.phase);
    postponed_ += phase == Phase::Postponed;
    postponed_ -= known.phase == Phase::Postponed;
    known.phase = phase;
}

Lane::Files::iterator Lane::forget(Files::iterator file) {
    move(file->second, Phase::Handed);
    return files_.erase(file);
}

void Lane::watch(Known& known, const mailbox::Entry& entry, base::Tick now) {
    move(known, Phase::Watched);
    known.entry = entry;
    known.completeness = Completeness::Settled;
    known.since = now;
    known.overdue = false;
    settled_at_ = std::min(settled_at_, now + options_.settle);
}

void Lane::make_ready(Known& known, Completeness completeness) {
    known.completeness = completeness;
    if (known.phase == Phase::Ready) return;
    move(known, Phase::Ready);
    order_.push_back(key_of(known.entry));
}

void Lane::hear(const Notice& notice, base::Tick now) {
    const std::string vouched_for = outbox_.vouched_for_by(notice.name);
    const std::string& name = vouched_for.empty() ? notice.name : vouched_for;
    if (!mailbox::is_ours(name)) return;
    const auto entry = outbox_.see(name);
    if (!entry) {
        // A second name that goes in a moment, or an oddity: the scan will tell.
        look_at_ = std::min(look_at_, now + options_.settle);
        return;
    }
    const auto found = files_.find(key_of(*entry));
    if (found == files_.end() && waiting_ >= window_) {
        more_ = true;
        return;
    }
    if (proof_ != Proof::None) return weigh(*entry, now);
    if (found != files_.end()) {
        Known& known = found->second;
        if (known.phase == Phase::Handed) {
            known.touched = true;
            return;
        }
        const bool unchanged = is_unchanged(known.entry, *entry);
        if (known.phase == Phase::Postponed && unchanged && !known.unreadable) return;
        if (known.phase == Phase::Watched && unchanged && notice.sign == Sign::Touched) return;
    }
    Known& known = found == files_.end() ? enter(*entry, Phase::Watched, now) : found->second;
    if (known.phase != Phase::Ready) {
        watch(known, *entry, now);
    } else if (!is_unchanged(known.entry, *entry)) {
        // It was whole, and is being written again.
        known.completeness = Completeness::Closed;
        known.overdue = false;
    }
    known.entry = *entry;
    // A courier moves in what it fetched, and that may be a torn upload.
    if (notice.sign == Sign::MovedIn)
        make_ready(known, outbox_.place() == mailbox::Place::Here ? Completeness::Renamed
                                                                  : Completeness::Closed);
    else if (notice.sign == Sign::Closed && !known.torn)
        make_ready(known, Completeness::Closed);
}

void Lane::lose() {
    polled_ = true;
    look_everywhere();
}

void Lane::find(Watched watched) {
    polled_ = watched == Watched::No;
    look_everywhere();
}

void Lane::refresh(base::Tick now) {
    if (now >= look_at_ || (more_ && waiting_ <= window_ / 2)) scan(now);
    if (now >= settled_at_) settle(now);
}

base::Tick Lane::look_again_at(base::Tick now) const {
    const bool ready = waiting_ > 0 && !order_.empty() && !shut_by_ && pace_ == Pace::GoesOn;
    if (ready || (more_ && waiting_ <= window_ / 2)) return now;
    return std::min(look_at_, settled_at_);
}

bool Lane::is_known(const mailbox::Entry& entry, base::Tick now) {
    const auto found = files_.find(key_of(entry));
    if (found == files_.end()) return is_unproven_beyond_memory(entry);
    Known& known = found->second;
    known.seen = scans_;
    if (known.phase == Phase::Handed && !is_unchanged(known.entry, entry)) known.touched = true;
    if (known.phase != Phase::Postponed) return true;
    if (!is_unchanged(known.entry, entry)) return false;
    if (proof_ != Proof::None && look_beside(outbox_, entry, proof_).trace != known.beside)
        return false;
    return known.unreadable ? now - known.asked < unreadable_again
                            : now - known.since < options_.incomplete_after;
}

void Lane::scan(base::Tick now) {
    look_at_ = now + (polled_ ? std::min(options_.settle, options_.rescan) : options_.rescan);
    more_ = true;
    // While half the window waits there is enough to do, and a scan looks at every name.
    const bool busy = waiting_ > window_ / 2 && now < scan_when_busy_at_;
    if (waiting_ >= window_ || busy) return;
    scan_when_busy_at_ = now + scans_skipped_when_busy * options_.rescan;
    ++scans_;
    const std::size_t room = window_ - waiting_;
    const auto entries = outbox_.scan(
        room, [&](const mailbox::Entry& entry) { return is_known(entry, now); },
        [&](const std::string& name, mailbox::Oddity oddity) { tell(name, oddity, now); });
    more_ = entries.size() == room;
    for (const mailbox::Entry& entry : entries) {
        if (proof_ != Proof::None) {
            weigh(entry, now);
            continue;
        }
        const auto found = files_.find(key_of(entry));
        const bool overdue = found != files_.end() && is_unchanged(found->second.entry, entry);
        Known& known = found == files_.end() ? enter(entry, Phase::Watched, now) : found->second;
        if (overdue) {
            known.overdue = !known.unreadable;
            make_ready(known, known.completeness);
        } else {
            watch(known, entry, now);
        }
    }
    for (auto file = files_.begin(); file != files_.end();) {
        const Phase phase = file->second.phase;
        const bool gone =
            file->second.seen != scans_ && (phase == Phase::Postponed || phase == Phase::Watched);
        if (gone && !outbox_.see(file->first.name))
            file = forget(file);
        else
            ++file;
    }
    std::erase_if(odd_, [&](const auto& odd) { return now - odd.second.seen > odd_names_kept; });
}

void Lane::settle(base::Tick now) {
    base::Tick earliest = base::Tick::max();
    std::vector<mailbox::Entry> settled;
    for (auto file = files_.begin(); file != files_.end();) {
        Known& known = file->second;
        const bool watched = known.phase == Phase::Watched;
        if (watched && now - known.since >= options_.settle) {
            const auto entry = outbox_.see(known.entry.name);
            if (!entry || entry->inode != known.entry.inode) {
                if (!entry) look_at_ = std::min(look_at_, now + options_.settle);
                file = forget(file);
                continue;
            }
            if (is_unchanged(known.entry, *entry))
                settled.push_back(*entry);
            else
                watch(known, *entry, now);
        }
        if (watched && now - known.since < options_.settle)
            earliest = std::min(earliest, known.since + options_.settle);
        ++file;
    }
    std::ranges::sort(settled, {}, [](const mailbox::Entry& entry) {
        return std::pair{entry.modified_at, entry.name};
    });
    for (const mailbox::Entry& entry : settled)
        make_ready(files_.find(key_of(entry))->second, Completeness::Settled);
    // Not more often, because each time every file of the window is looked at.
    settled_at_ =
        earliest == base::Tick::max() ? earliest : std::max(earliest, now + options_.settle / 8);
}

const Lane::Ready* Lane::front() {
    if (shut_by_ || pace_ == Pace::Waits) return nullptr;
    while (!order_.empty()) {
        const auto found = files_.find(order_.front());
        if (found != files_.end() && found->second.phase == Phase::Ready) {
            const Known& known = found->second;
            front_ = {known.entry, known.completeness, known.overdue};
            return &front_;
        }
        order_.pop_front();
    }
    return nullptr;
}

void Lane::hand_on(Onwards onwards) {
    Known& known = files_.find(order_.front())->second;
    known.unreadable = false;
    if (onwards == Onwards::Shut) shut_by_ = order_.front();
    move(known, Phase::Handed);
    known.touched = false;
    order_.pop_front();
}

void Lane::reject(Unread unread, base::Tick now) {
    const auto found = files_.find(order_.front());
    order_.pop_front();
    const auto entry = outbox_.see(found->first.name);
    const Known& known = found->second;
    const auto changed = [&] {
        return !is_unchanged(*entry, known.entry) ||
               (proof_ != Proof::None &&
                look_beside(outbox_, *entry, proof_).trace != known.beside);
    };
    if (entry && entry->inode == found->first.inode && changed()) {
        look_again(found->second, *entry, now);
        return;
    }
    if (!entry || entry->inode != found->first.inode) {
        look_at_ = std::min(look_at_, now + options_.settle);
        forget(found);
        return;
    }
    const bool itself = unread != Unread::Digest;
    tell(itself ? entry->name : entry->name + ending_of(proof_), mailbox::Oddity::Unreadable, now);
    // Remembered, so that the next scan looks for others instead of these.
    if (postponed_ >= window_) {
        forget(found);
        return;
    }
    found->second.unreadable = true;
    found->second.asked = now;
    move(found->second, Phase::Postponed);
}

void Lane::open_after(const Key& key) {
    if (shut_by_ == key) shut_by_.reset();
}

void Lane::take_back(const Ready& ready) {
    open_after(key_of(ready.entry));
    const auto found = files_.find(key_of(ready.entry));
    move(found->second, Phase::Ready);
    order_.push_front(found->first);
}

void Lane::release(const edi::Arrival& arrival) {
    open_after(key_of(arrival));
    const auto found = files_.find(key_of(arrival));
    if (found == files_.end() || found->second.phase != Phase::Handed) return;
    // Something of that name and inode was seen while it was handed: perhaps a new file.
    if (found->second.touched) look_everywhere();
    forget(found);
}

void Lane::postpone(const edi::Arrival& arrival, base::Tick now) {
    open_after(key_of(arrival));
    const auto found = files_.find(key_of(arrival));
    if (found == files_.end() || found->second.phase != Phase::Handed) return;
    const auto entry = outbox_.see(arrival.name);
    if (!entry || entry->inode != arrival.inode || postponed_ >= window_) {
        forget(found);
        return;
    }
    found->second.torn = true;
    if (is_unchanged(*entry, found->second.entry))
        move(found->second, Phase::Postponed);
    else
        look_again(found->second, *entry, now);
}

void Lane::already_taken(const edi::Arrival& arrival, Onwards onwards) {
    if (onwards == Onwards::Shut) shut_by_ = key_of(arrival);
    const mailbox::Entry entry{arrival.name, arrival.bytes, arrival.device, arrival.inode,
                               arrival.modified_at};
    enter(entry, Phase::Handed, {});
}

void Lane::tell(const std::string& name, mailbox::Oddity oddity, base::Tick now) {
    if (odd_.size() >= odd_names_max && !odd_.contains(name)) return;
    Odd& odd = odd_[name];
    if (odd.times == 0) odd.since = now;
    odd.seen = now;
    ++odd.times;
    // A file that is published by link and unlink has two names for a moment.
    // A marker may come before its file, and may be in the way between two of them.
    const bool passing =
        (oddity == mailbox::Oddity::SeveralLinks && odd.times < 2) ||
        (oddity == mailbox::Oddity::LoneMarker && now - odd.since < lone_marker_after);
    if (odd.told || passing) return;
    odd.told = true;
    options_.left_alone(oddity);
    base::log(event::file_left_alone, {{"mailbox", outbox_.name()},
                                       {"file", edi::printable(name)},
                                       {"reason", reason_of(oddity)}});
}

}  // namespace intake
