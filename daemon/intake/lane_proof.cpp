// A lane whose mailbox demands a proof: what stands beside a file decides when it is ready.
#include "intake/lane.hpp"
#include "intake/proof.hpp"

namespace intake {

void Lane::look_again(Known& known, const mailbox::Entry& entry, base::Tick now) {
    if (proof_ == Proof::None) return watch(known, entry, now);
    // Weighed by the next scan: within this turn one that never rests would never let go.
    known.entry = entry;
    known.since = now;
    known.overdue = false;
    known.beside = 0;
    look_at_ = std::min(look_at_, now + options_.settle);
    suspend(files_.find(key_of(entry)));
}

bool Lane::is_unproven_beyond_memory(const mailbox::Entry& entry) const {
    return proof_ != Proof::None && postponed_ >= window_ &&
           look_beside(outbox_, entry, proof_).standing != Standing::Good;
}

// Where a proof is demanded: the file is ready when it stands beside it.
void Lane::weigh(const mailbox::Entry& entry, base::Tick now) {
    auto found = files_.find(key_of(entry));
    const bool fresh = found == files_.end();
    if (fresh) {
        enter(entry, Phase::Watched, now);
        found = files_.find(key_of(entry));
    }
    Known& known = found->second;
    if (known.phase == Phase::Handed) {
        known.touched = true;
        return;
    }
    const Beside beside = look_beside(outbox_, entry, proof_);
    if (fresh || !is_unchanged(known.entry, entry) || known.beside != beside.trace) {
        known.since = now;
        known.overdue = false;
        known.unreadable = false;
    } else if (known.phase == Phase::Postponed) {
        // Neither has changed: it did not prove it before, unless it could not be read.
        known.overdue = now - known.since >= options_.incomplete_after;
        if (known.overdue || known.unreadable) make_ready(known, Completeness::Marked);
        return;
    }
    known.entry = entry;
    known.beside = beside.trace;
    if (beside.standing == Standing::Good)
        make_ready(known, Completeness::Marked);
    else if (known.phase != Phase::Ready)
        suspend(found);
}

void Lane::suspend(Files::iterator file) {
    if (postponed_ >= window_)
        forget(file);
    else
        move(file->second, Phase::Postponed);
}

void Lane::doubt(base::Tick now) {
    const auto found = files_.find(order_.front());
    order_.pop_front();
    Known& known = found->second;
    // It was read: what it waits for now is another proof, not the disk.
    known.unreadable = false;
    const auto entry = outbox_.see(known.entry.name);
    if (!entry || entry->inode != known.entry.inode) {
        look_at_ = std::min(look_at_, now + options_.settle);
        forget(found);
        return;
    }
    const std::uint64_t trace = look_beside(outbox_, *entry, proof_).trace;
    if (is_unchanged(known.entry, *entry) && known.beside == trace) return suspend(found);
    look_again(known, *entry, now);
}

}  // namespace intake
