// Lane: the files of one mailbox on their way from its OutBox to a chunk, in arrival order.
//
//   watched --settled or event--> ready --take()--> handed --release()--> forgotten
//                                                     '--postpone()--> postponed --changed-->
// watched
//                                                                          '--overdue--> ready
//
// Where a proof is demanded, nothing settles and no event completes: a file without its proof is
// postponed until it or what stands beside it changes, or until it is overdue.
//
// At most `window` files are watched or ready at a time, and as many postponed; beyond that they
// are not remembered but found by a later scan.
// Threads: one (intake). Throws: nothing.
#pragma once

#include <deque>
#include <unordered_map>

#include "intake/intake.hpp"
#include "intake/proof.hpp"
#include "intake/watch.hpp"

namespace intake {

// What that mailbox demands.
Proof proof_of(const Options& options, const std::string& mailbox_name);
// The same size and time as before.
bool is_unchanged(const mailbox::Entry& a, const mailbox::Entry& b);

class Lane {
public:
    // `options` may change while no call is under way, but for what this mailbox demands.
    Lane(mailbox::Mailbox& outbox, const Options& options, std::size_t window);

    struct Ready {
        mailbox::Entry entry;
        Completeness completeness = Completeness::Settled;
        bool overdue = false;
    };

    mailbox::Mailbox& outbox() { return outbox_; }
    Proof proof() const { return proof_; }
    void widen(std::size_t window) { window_ = window; }
    void hear(const Notice& notice, base::Tick now);
    void look_everywhere() { look_at_ = {}; }
    // The OutBox itself may not be there any more: look more often.
    void lose();
    // It is another directory, or there again. No: there are no events.
    enum class Watched { Yes, No };
    void find(Watched watched);
    // Waits: nothing is in front until it goes on.
    enum class Pace { GoesOn, Waits };
    void set(Pace pace) { pace_ = pace; }
    // Scans when it is time to, and finds out what has settled.
    void refresh(base::Tick now);
    base::Tick look_again_at(base::Tick now) const;

    // The next one in arrival order, or null; then either hand_on() or reject() it.
    const Ready* front();
    // Shut: nothing comes after it until it is released or postponed.
    enum class Onwards { Open, Shut };
    void hand_on(Onwards onwards = Onwards::Open);
    // It, or its digest, could not be read: gone, changed or not readable.
    void reject(Unread unread, base::Tick now);
    // What stands beside it does not prove it.
    void doubt(base::Tick now);
    // Handed on in vain: it comes first again. In the reverse order of hand_on().
    void take_back(const Ready& ready);

    void release(const edi::Arrival& arrival);
    void postpone(const edi::Arrival& arrival, base::Tick now);
    void already_taken(const edi::Arrival& arrival, Onwards onwards = Onwards::Open);

private:
    enum class Phase { Watched, Ready, Handed, Postponed };
    struct Key {
        std::string name;
        std::uint64_t inode = 0;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    struct Known {
        mailbox::Entry entry;
        Phase phase = Phase::Watched;
        Completeness completeness = Completeness::Settled;
        base::Tick since = {};     // unchanged, as far as we know
        std::uint64_t seen = 0;    // by which scan
        std::uint64_t beside = 0;  // trace of what stood beside it
        bool overdue = false;
        bool touched = false;  // while it was handed: look again when it is released
        // It ended early once. From then on a close proves nothing: whoever appends with a close
        // for each piece would else have each piece read, archived and examined.
        bool torn = false;
        bool unreadable = false;  // postponed, because it may be readable later
        base::Tick asked = {};    // when it was not
    };
    struct Odd {
        base::Tick since = {};
        base::Tick seen = {};
        unsigned times = 0;
        bool told = false;
    };
    using Files = std::unordered_map<Key, Known, Hash>;

    static Key key_of(const mailbox::Entry& entry) { return {entry.name, entry.inode}; }
    static Key key_of(const edi::Arrival& arrival) { return {arrival.name, arrival.inode}; }
    bool in_window(Phase phase) const { return phase == Phase::Watched || phase == Phase::Ready; }
    Known& enter(const mailbox::Entry& entry, Phase phase, base::Tick since);
    void move(Known& known, Phase phase);
    void open_after(const Key& key);
    Files::iterator forget(Files::iterator file);
    void watch(Known& known, const mailbox::Entry& entry, base::Tick now);
    void look_again(Known& known, const mailbox::Entry& entry, base::Tick now);
    void make_ready(Known& known, Completeness completeness);
    bool is_unproven_beyond_memory(const mailbox::Entry& entry) const;
    void weigh(const mailbox::Entry& entry, base::Tick now);
    void suspend(Files::iterator file);
    void scan(base::Tick now);
    bool is_known(const mailbox::Entry& entry, base::Tick now);
    void settle(base::Tick now);
    void tell(const std::string& name, mailbox::Oddity oddity, base::Tick now);

    mailbox::Mailbox& outbox_;
    const Options& options_;
    const Proof proof_;
    std::size_t window_;
    Files files_;
    std::deque<Key> order_;  // of what is ready; may name files that are not any more
    Ready front_;
    std::size_t waiting_ = 0;  // watched and ready ones
    std::size_t postponed_ = 0;
    std::uint64_t scans_ = 0;
    std::optional<Key> shut_by_;
    Pace pace_ = Pace::GoesOn;
    bool polled_ = false;
    bool more_ = false;  // the OutBox holds more than the window
    base::Tick look_at_ = {};
    base::Tick scan_when_busy_at_ = {};
    base::Tick settled_at_ = base::Tick::max();
    std::unordered_map<std::string, Odd> odd_;
};

}  // namespace intake
