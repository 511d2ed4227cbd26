// Mailbox: the four boxes in which an enterprise leaves and fetches files, on a local file system.
//
//   OutBox   enterprise -> permitd      InBox    permitd -> enterprise
//   SentBox/YYYY-MM-DD, FailBox/YYYY-MM-DD   what became of the originals
//
// Everything goes through directory handles; links are never followed; only regular files with one
// name are read (operations.md 1).
// Threads: scan() and open() on the intake thread, read_pieces() on any, the rest on the deliver
// thread; the numbers of the boxes' descriptors stay for the life of the object, whatever settle()
// puts in their place. Throws: nothing.
#pragma once

#include <list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/held.hpp"
#include "edi/receipt.hpp"
#include "mailbox/fate.hpp"

namespace mailbox {

// A name in the OutBox, as a scan saw it.
struct Entry {
    std::string name;
    std::uint64_t bytes = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    base::Time modified_at = {};
    base::Time changed_at = {};  // of the inode: its name, rights or content
};

// Where an enterprise finds the boxes. Of a remote mailbox those beneath the spool are the queue
// between a courier (mailbox/courier.hpp) and the line.
enum class Place { Here, Remote };

// How an enterprise and permitd agreed to use the boxes.
struct Terms {
    std::string group;              // the boxes are given to it; empty: they keep their own
    std::string marker_ending;      // ".done": x.xml.done vouches for x.xml and goes with it
    bool progress_receipts = true;  // false: those of stage progress stay in the archive
    Place place = Place::Here;
};

// A box beneath <spool>/<mailbox>, and the mode that it is made with; the mailbox itself is ".".
struct BoxKind {
    const char* name;
    unsigned mode;
};
std::span<const BoxKind> box_kinds();

// What a look through old days has removed.
struct Swept {
    std::uint64_t files = 0;
    std::uint64_t days = 0;
    bool more = false;  // the bound was met first
};

// Why a name in an OutBox is left alone. Told once for each name, not on each scan.
enum class Oddity { NotRegular, SeveralLinks, Unreadable, NotOurName, LoneMarker };

class Mailbox {
public:
    // Opens <spool>/<name> and its boxes; makes those that are missing (2770, OutBox 3730). With
    // a group, those that are there get it and these modes too; else they are left as they are. The
    // spool itself must exist: a missing one is more likely a disk that is not mounted.
    static base::Result<Mailbox> open(const std::string& spool, const std::string& name,
                                      Terms terms = {});

    const std::string& name() const { return name_; }
    const Terms& terms() const { return terms_; }
    // Other terms from now on. REQUIRES: the same group and place; no other thread looks.
    void agree(Terms terms) { terms_ = std::move(terms); }
    Place place() const { return terms_.place; }
    int outbox() const { return outbox_.number(); }
    int inbox() const { return inbox_.number(); }
    // The directories that are not, or only now, what stands at their paths (base/held.hpp). One
    // that was deleted is made again. Beneath one that does not stand nothing is looked at.
    // One that cannot be given to its group is told with the fault, once, and tried again each
    // time.
    struct Settled {
        std::string path;
        base::Stand stand = base::Stand::Same;
        std::optional<base::Fault> fault = {};
    };
    // Whether nothing has its name in the spool; false where that cannot be known now.
    bool is_gone(int spool_directory) const;
    // Whether what is held of the mailbox and its boxes is what stands at their paths.
    bool boxes_stand() const;
    std::vector<Settled> settle(int spool_directory, const base::Grounds& spool_before);
    int failbox() const { return failbox_.number(); }
    // REQUIRES: place() is Remote.
    Notes& notes() { return *notes_; }
    const std::string& marker_ending() const { return terms_.marker_ending; }
    bool wants_progress() const { return terms_.progress_receipts; }

    // Up to `limit` entries of the OutBox that look like declarations, oldest first (mtime, then
    // name); `skip` is asked about each and says which are known already. Oddities go to `odd`; an
    // OutBox that cannot be listed is the oddity of ".". Memory grows with `limit` only.
    std::vector<Entry> scan(std::size_t limit, const std::function<bool(const Entry&)>& skip,
                            const std::function<void(const std::string&, Oddity)>& odd) const;
    // The entry of that name as it is now; nothing when it is gone or not a regular file of ours
    // with one name.
    std::optional<Entry> see(const std::string& entry_name) const;
    // The same of the name that remove() gives a file on its way out.
    std::optional<Entry> see_taken(const edi::Taking& taking) const;
    // The marker of the file of that name, as it is now; nothing when there is none or it is not a
    // regular file with one name.
    std::optional<Entry> see_marker(const std::string& entry_name) const;
    // The name of the file that a marker of that name vouches for; empty when it is no marker's.
    std::string vouched_for_by(std::string_view marker_name) const;
    // The whole file, if it is still the one that was seen and did not change while it was read.
    // Nothing when it vanished, changed or is not to be read; at most bytes_max + 1 bytes.
    std::optional<std::string> read(const Entry& entry, std::size_t bytes_max) const;
    // The same in pieces, for a file that memory should not hold; `take` ends it by Stop. False
    // where the above gives nothing, and after a stop.
    enum class Go { On, Stop };
    bool read_pieces(const Entry& entry, std::size_t piece_bytes,
                     const std::function<Go(std::string_view)>& take) const;

    // Gives our durable copy its name in SentBox or FailBox of that day.
    base::Outcome box(const edi::Taking& taking, int copy_directory, const std::string& copy_name);
    // Gives a receipt its name beside the original in FailBox.
    base::Outcome box_receipt(const edi::Taking& taking, int receipt_directory);
    // Takes the name out of the OutBox: renamed to .taken-<n>, compared with what was read (inode,
    // size, mtime), unlinked; another file is renamed back and is a new arrival. A name that is
    // gone already is success. Its marker goes before it. Finishes what a crash left of it. Of a
    // remote mailbox the fate of what a courier fetched is made durable first.
    base::Outcome remove(const edi::Taking& taking);
    // Removes the days of SentBox and FailBox before that one ("2026-08-01") and the links in them,
    // at most so many names at once. What is not ours stays, and its day.
    Swept sweep(const std::string& before_day, std::size_t names_max);
    // Makes durable what the functions above and links into the InBox have changed.
    base::Outcome sync_boxes();

private:
    // The directory of a day in SentBox or FailBox, kept open until sync_boxes().
    base::Result<int> day_of(const edi::Taking& taking);
    base::Outcome named(const edi::Taking& taking, base::Outcome outcome);
    base::Outcome give_back(const std::string& taken_name, const edi::Taking& taking);
    base::Outcome tell_fate(const edi::Taking& taking);
    base::Outcome remove_marker(const edi::Taking& taking);
    std::optional<base::Fault> give_again(std::size_t kind, int directory, const std::string& path);
    Settled settle_notes(const std::string& within);

    std::string name_;
    std::string spool_path_;
    Terms terms_;
    base::Fd root_, outbox_, inbox_, sentbox_, failbox_;
    base::Grounds root_before_;        // until all boxes stand in one that was opened anew
    std::set<std::size_t> not_given_;  // kinds of boxes that are yet to be given to the group
    std::map<std::pair<edi::Box, std::string>, base::Fd> days_;
    std::optional<Notes> notes_;
};

// A mailbox stays where it is in memory while others come and go.
using Mailboxes = std::list<Mailbox>;

// Whether a name is one that permitd takes: *.xml or *.zip in any case, no dot in front, none of
// the endings and patterns of unfinished uploads (operations.md 1).
bool is_ours(std::string_view name);
// Whether a name is one of those endings and patterns, and nobody's mistake.
bool is_unfinished(std::string_view name);

// The mailboxes that have boxes beneath the spool, whatever the configuration says.
std::vector<std::string> names_in(const std::string& spool);

}  // namespace mailbox
