// Audit: a copy of an archive held against its ledger, with nothing but public keys and, where
// somebody kept them outside, heads (ledger.hpp says what stands there).
//
// Every file is read once, as a stream. Memory holds what was found, and the names of one day where
// its folder and its list do not agree. An archive that permitd goes on writing may be read: a
// file that is younger than a minute need not be listed yet.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/head.hpp"
#include "ledger/trust.hpp"

namespace ledger {

enum class Objection {
    Changed,          // file
    Swapped,          // file, whose bytes it has
    Missing,          // file
    Added,            // file
    Unlisted,         // an original
    NoLine,           // list, line
    Twice,            // file
    ChainBroken,      // list
    DayMissing,       // list, which list is gone
    ListMissing,      // folder of a day
    EndCut,           // head, lines that it covers, lines that there are
    OtherRoot,        // head, lines that it covers
    Gap,              // file, its sequence, the one that is due
    NumberAgain,      // file, the number before it
    NotSigned,        // list
    BadSignature,     // list
    KeyReplaced,      // key of the archive
    KeyUnreadable,    // file
    NoHead,           // mailbox
    BadHead,          // head
    BeginsLater,      // mailbox, sequence of the first receipt
    OlderThanLedger,  // mailbox, files
    NotYetListed,     // file
    TornEnd,          // list
    NumbersElsewhere  // numbers, of how many
};
const char* code_of(Objection objection);  // "changed"
// What only wants to be known, and is nobody's fault.
bool is_note(Objection objection);

struct Found {
    Objection objection;
    std::string mailbox;
    std::vector<std::string> values;  // as above; paths from the archive on
};

struct Anchor {
    std::string name;  // of the file
    Note note;
};

struct Question {
    std::string archive;
    std::vector<base::VerifyingKey> keys;
    std::vector<Anchor> anchors = {};
    std::string mailbox = {};  // one alone; empty: all
};

struct Ears {
    std::function<void(const Found&)> found;
    std::function<void(std::uint64_t files)> progress = [](std::uint64_t) {};
};

struct Audited {
    std::uint64_t mailboxes = 0, days = 0, files = 0, bytes = 0;
    std::uint64_t faults = 0;  // found, notes not counted
};

// A fault when something cannot be read; what was told before that is true.
base::Result<Audited> audit(const Question& question, const Ears& ears);

}  // namespace ledger
