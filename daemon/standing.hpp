// Standing: whether the spool, the archive and the boxes are still the directories that stand at
// their paths, while permitd holds them open.
//
// What does not stand waits: nothing is taken from there, and nothing is left where nobody would
// see it. What was deleted and made again, or comes back, goes on by itself. By the mark of
// a spool (spool_mark.hpp) another file system in its place is known to be the same: an empty mount
// point never is.
//
// Threads: look() on the deliver thread; all else any. Throws: std::bad_alloc only; where a sync
// failed look() calls base::stop().
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "config.hpp"
#include "ledger/archive.hpp"
#include "mailbox/mailbox.hpp"

namespace permitd {

class Standing {
public:
    struct Mailboxes {
        mailbox::Mailboxes& configured;
        mailbox::Mailboxes& departed;  // those that are gone go into `gone`
        mailbox::Mailboxes& gone;      // nobody looks at them, but somebody may still hold one
    };
    // Leaves the mark where there is none. Where it cannot be left, no other file system is taken
    // for the spool.
    static base::Result<Standing> open(const Config& config, Mailboxes mailboxes,
                                       ledger::Archive& archive, const base::Clock& clock);

    // Tells what begins and ends, and names the mailboxes whose boxes are others now, or stand
    // again.
    std::set<std::string> look();

    // Whether the spool and the archive stand at this moment.
    bool stands() const;
    // As of the last look.
    bool waits(const std::string& mailbox) const;
    bool all_stand() const;

    struct Displaced {
        std::string place;
        std::string mailbox;  // that waits; empty: all do
        base::Stand stand = base::Stand::Gone;
        std::string error = {};
        base::Time since = {};
    };
    std::vector<Displaced> state() const;

private:
    Standing(const Config& config, Mailboxes mailboxes, ledger::Archive& archive,
             const base::Clock& clock)
        : config_(config), mailboxes_(mailboxes), archive_(archive), clock_(clock) {}

    using Found = std::vector<Displaced>;
    base::Settled settle_spool();
    bool is_same_spool(int fresh) const;
    void look_beneath(Found& found);
    std::set<std::string> change(Found found);

    const Config& config_;
    const Mailboxes mailboxes_;
    ledger::Archive& archive_;
    const base::Clock& clock_;
    base::Fd spool_;
    std::string mark_;            // what is in it
    base::Grounds spool_before_;  // until all stands beneath one that was opened anew
    std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
    std::vector<Displaced> displaced_;
};

// "gone", "another": of what does not stand.
const char* code_of(base::Stand stand);

}  // namespace permitd
