// Written: what the lists of one mailbox hold, as it is read at a start from the signed head on.
//
// The head says how far it covers; behind that stand at most the lines of a burst. So a start reads
// the newest list, and of a mailbox without a head all of them, once.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <set>

#include "ledger/head.hpp"
#include "ledger/keys.hpp"
#include "ledger/sums.hpp"

namespace ledger {

// The originals that a list names: 16 bytes each, enough that nobody finds two alike.
class OriginalsListed {
public:
    // False when it is there already. REQUIRES: lower-case hex of a SHA-256.
    bool insert(std::string_view sha256);
    bool contains(std::string_view sha256) const;
    void clear();

private:
    using Key = std::array<unsigned char, 16>;
    static Key key_of(std::string_view sha256);
    std::array<std::vector<Key>, 256> shelves_;  // by first byte; sorted
};

struct Written {
    Tree tree;
    std::uint64_t covered = 0;  // leaves of it that the head covers
    std::string day = {};       // of the newest list; empty: there is none yet
    std::uint64_t lines = 0;    // of that list
    std::uint64_t bytes = 0;
    base::Sha256 digest = {};    // over these bytes
    bool is_closed = false;      // it is signed, and gets no further line
    std::uint64_t receipt = 0;   // the greatest number that any list names
    std::set<std::string> open;  // files of the receipt behind it, which is not listed yet
    OriginalsListed originals = {};

    // A list begins behind the newest one.
    void begin(const std::string& list_day);
    // One that the tree has already, or not yet.
    void take(std::string_view line_with_end, const Subject& subject);
    void add(std::string_view line_with_end, const Subject& subject) {
        tree.add(line_with_end);
        take(line_with_end, subject);
    }
};

// Reads; a last line that a crash left half written is cut off, nothing else is changed. A fault
// when the lists are not what the head and they themselves say: whoever went on would sign what
// somebody changed.
base::Result<Written> read_written(const Archive& archive, const std::string& mailbox,
                                   const Keys& keys);

}  // namespace ledger
