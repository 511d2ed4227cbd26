// Intake: finds complete files in the OutBoxes, reads each once, and keeps our own durable copy.
//
// A trigger (inotify, timer, start) only says "look now"; the scan finds the work, so a lost event
// costs latency, never a file. A file is complete when it was renamed into place, or closed after
// writing, or when its size and mtime have not changed for `settle` by our clock; where its mailbox
// demands a marker or digest, only when that stands beside it (proof.hpp). Mailboxes take turns.
// What was handed on and is not yet taken from the OutBox is remembered by name and inode.
// A document that cannot be decoded and one that is too large are handed on without a digest:
// nothing of them is archived but what the receipt tells.
// A batch (root element Batch) may be larger. It is handed on without bytes and without a copy, for
// copy_batch(); until it is released, nothing of its mailbox is handed on after it, so that the
// mailbox's messages keep their order.
// Of a zip all this holds for the document inside, which is unpacked first: it alone is archived,
// hashed and handed on. A zip that breaks a rule is refused, one that is torn is handed on without
// a byte.
// Threads: one (intake); release(), postpone(), look_anew() from the commit and deliver threads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "base/clock.hpp"
#include "base/finding.hpp"
#include "ledger/archive.hpp"
#include "mailbox/mailbox.hpp"
#include "zip/unpack.hpp"

namespace intake {

// What a mailbox demands before a file counts as complete.
enum class Proof {
    None,    // nothing beside the file: as below
    Marker,  // x.xml.done beside it
    Digest,  // x.xml.sha256 beside it, and it is that of the file
};

// The ending of the file beside a declaration that proves it; empty for None.
std::string ending_of(Proof proof);

struct Options {
    std::chrono::milliseconds settle{2'000};
    std::chrono::milliseconds rescan{10'000};
    std::chrono::milliseconds incomplete_after{3'600'000};
    std::size_t file_bytes_max = 16u << 20;
    std::uint64_t batch_bytes_max = 256u << 20;
    std::size_t chunk_files_max = 64;
    std::size_t chunk_bytes_max = 8u << 20;
    // So many waiting files are remembered, over all mailboxes (at least 64 for each); the others
    // wait in their OutBoxes.
    std::size_t window_files_max = 65'536;
    // By mailbox: names of root elements that are batches beside Batch, as bytes of each encoding.
    std::map<std::string, std::vector<std::string>> batch_roots = {};
    std::map<std::string, Proof> proofs = {};  // by mailbox; None where it is not named
    // Told of each thing that is left alone, once; on the intake thread.
    std::function<void(mailbox::Oddity)> left_alone = [](mailbox::Oddity) {};
};

// What is kept in memory of a file that is too large.
inline constexpr std::size_t beginning_bytes = 65'536;

// How we know that a file is complete.
enum class Completeness {
    Renamed,  // moved in: nothing more will come
    Closed,   // closed after writing: a torn upload may look so too
    Settled,  // unchanged for a while
    Marked,   // the marker or digest that its mailbox demands: nothing more will come
};

struct Interchange {
    edi::Arrival arrival;
    Completeness completeness = Completeness::Settled;
    bool too_large = false;  // bytes holds only the first beginning_bytes
    bool overdue = false;    // older than incomplete_after: an early end is now a fault
    bool batch = false;      // to be copied and read as a stream: no bytes, unless out of a zip
    // Why it is not even looked into (FILE-ZIP, FILE-INCOMPLETE): stands alone. No bytes.
    std::optional<base::Finding> refused = {};
    std::string bytes;  // as they stood in the OutBox, or in the zip
};

// Unpacks a zip where its bytes can do no harm; nothing when the daemon stops.
using Unpack = std::function<std::optional<zip::Unpacked>(const zip::Request& request)>;

class Intake {
public:
    Intake(Options options, mailbox::Mailboxes& mailboxes, ledger::Archive& archive,
           const base::Clock& clock, Unpack unpack);
    ~Intake();

    // Other options and mailboxes from now on; one that is the same object goes on with what is
    // known of its files, unless its proof is another. The names of those that begin anew: what is
    // already taken of theirs must be told. REQUIRES: on the intake thread, or while it stands; the
    // mailboxes that are left out are still there.
    std::set<std::string> use(Options options, mailbox::Mailboxes& mailboxes);

    // Takes in what inotify has to say; true when there is reason to look. Never blocks.
    bool notice();
    // The descriptor that becomes readable when notice() has something; -1 where there is no
    // inotify.
    int descriptor() const;
    // The next chunk in arrival order, its originals written and synced; empty when there is
    // nothing complete. Files that match an open taking are not arrivals. After a fault nothing is
    // lost: the same files come again. A stop in the middle ends the chunk early and is no fault.
    base::Result<std::vector<Interchange>> next();
    // Nothing of these mailboxes comes until this is called without them; their files are watched
    // all the same.
    void hold(const std::function<bool(const std::string& mailbox)>& waits);
    // When next() may find something without a new event (a file settling, the rescan).
    base::Tick look_again_at() const;

    // The file was taken and its name removed: forget it.
    void release(const edi::Arrival& arrival);
    // The file ended early and may still be growing: look at it again when it changed or is
    // overdue.
    void postpone(const edi::Arrival& arrival);
    // The mailbox's OutBox is another directory than before, or in its place again.
    void look_anew(const std::string& mailbox);
    // At start, before the first next(): the file is already taken, only its removal is open.
    void already_taken(const edi::Arrival& arrival);
    // Likewise: the file is a batch whose messages are still being taken.
    void being_taken(const edi::Arrival& arrival);

private:
    struct Memory;
    std::unique_ptr<Memory> memory_;
};

}  // namespace intake
