// Ledger: which files the archive holds, in the order of issue, chained and signed.
//
//   <archive>/<mailbox>/YYYY/MM/DD/SHA256SUMS       a line a file; the first is the digest of the
//                                                   list before it; formats: sums.hpp
//   <archive>/<mailbox>/YYYY/MM/DD/SHA256SUMS.sig   raw Ed25519, once the day is over
//   <archive>/<mailbox>/checkpoint                  the signed head: head.hpp
//   <archive>/keys/                                 keys.hpp
//
// An original is listed in the group in which its file is finished with, before the receipt that
// answered it where both are in one group. Listed with its taking, because only then nothing can
// undo it any more; before the file leaves the OutBox, because afterwards nobody would come back
// to it.
//
// The order of effects in a group, and what a crash leaves:
//
//   1  the receipts' files are written in the archive; one syncfs          (receipts/deliver)
//   2  at the turn of a day: the list is synced, signed, its signature synced, renamed; the next
//      list is begun
//   3  lines are written; one sync: of the list, or where several grew, of the file system
//   4  names in the InBoxes, files leave the OutBoxes; confirmed           (receipts/deliver)
//   5  at most once a second: the head is written aside, synced, renamed
//
//   a crash      leaves                                  the next start
//   before 1     nothing                                 delivers again
//   1 to 3       files that no list names                writes the same files, then lists them
//   in 2         a list without its signature, or with   signs it, to the same bytes (Ed25519 is
//                it and no next one                      deterministic), or finds it signed
//   in 3         lines whose end is torn                 cuts the torn end; what is listed is found
//                                                        by its number and not listed twice
//   3 to 4       lines of receipts without names         finds them listed, gives the names
//   4 to 5       a head that covers less                 reads on from that head, signs a new one
//   in 5         .checkpoint, half written               writes it over; the older head counts
//
// No head and no signature is ever made of what is not synced. A list that was signed is never
// written again: what comes for its day is listed in the next one, under its path.
// Threads: one (deliver), but for open(). Throws: std::bad_alloc only; a failed sync of a head or a
// closed day calls base::stop().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>

#include "ledger/book.hpp"

namespace ledger {

class Ledger {
public:
    // Settles the keys (keys.hpp); nothing else is read yet.
    static base::Result<Ledger> open(const Archive& archive, const std::string& key_file,
                                     const base::Clock& clock);

    using Faults = std::map<std::string, base::Fault>;  // by mailbox
    // Before the files of a group are written: a receipt number that a list has already must stand
    // there for the same file.
    Faults check(std::span<const Entry> entries);
    // Lists them; durable when it returns, but for the mailboxes that it names. REQUIRES: their
    // files are synced; those of a mailbox were checked.
    Faults add(std::vector<Entry> entries);

    // Signs the heads of what was listed, each at most once a second.
    void sign_heads();
    // All that wait, now.
    void sign_all_heads();
    // When the next one is due.
    std::optional<base::Tick> head_due() const;
    // Signs the lists of days that are over, but of mailboxes to which something is still to come.
    // What comes all the same is listed in the next one. Cheap when nothing is to be done.
    void close_days(const std::function<bool(const std::string& mailbox)>& waits);

private:
    struct Open {
        Book book;
        std::optional<base::Tick> due = {};  // its head is to be signed then
        base::Tick signed_at = {};
    };
    Ledger(const Archive& archive, Keys keys, const base::Clock& clock)
        : archive_(&archive), keys_(std::make_unique<Keys>(std::move(keys))), clock_(&clock) {}

    base::Result<Open*> open_book(const std::string& mailbox);
    base::Outcome follow_archive();
    void sign_heads_until(base::Tick until);
    base::Outcome sync(std::span<Open* const> touched);
    bool worked(const std::string& mailbox, const base::Outcome& outcome);

    const Archive* archive_;
    std::unique_ptr<Keys> keys_;
    const base::Clock* clock_;
    unsigned age_ = 0;  // of the archive that the books are in
    std::map<std::string, Open> books_;
    std::set<std::string> stuck_;
    std::string closed_before_;  // all lists of days before this one are signed
};

}  // namespace ledger
