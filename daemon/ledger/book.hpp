// Book: the ledger of one mailbox, as it is written: lines, the signature of a day, the head.
//
// After a fault of add() or close() what stands in memory is not what stands on the disk: the book
// is dropped and opened anew, which reads what is there.
// Threads: one (deliver). Throws: std::bad_alloc only.
#pragma once

#include <span>

#include "base/clock.hpp"
#include "ledger/publish.hpp"
#include "ledger/written.hpp"

namespace ledger {

// A file that is to be listed.
struct Entry {
    std::string mailbox;
    std::string day;   // of the folder that it stands in
    std::string file;  // within that: "000000000042_…", "originals/<sha256>.xml"
    std::string sha256;
    // Of the receipt that it is or belongs to; of an original, of that which answered it first.
    std::uint64_t number = 0;
    enum class Kind { Original, Enclosure, Receipt } kind = Kind::Receipt;  // in this order
};

class Book {
public:
    struct Means {
        const Archive& archive;
        const Keys& keys;
        const base::Clock& clock;
    };
    static base::Result<Book> open(const Means& means, const std::string& mailbox);

    // Whether what the lists have under the numbers of these is what they are. What is listed
    // stays: a fault tells of a number that was given to two receipts.
    base::Outcome check(std::span<const Entry* const> entries) const;
    // Adds those that are not listed yet; durable once list() is synced, and when a list was
    // begun, its folder too. REQUIRES: check() of them; in the order of their numbers.
    base::Outcome add(std::span<const Entry* const> entries);
    int list() const { return list_.number(); }
    // Since settled() was called: whether there are lines that no head covers, and whether a list
    // was begun.
    bool has_lines() const { return has_lines_; }
    bool has_begun() const { return has_begun_; }
    void settled() { has_lines_ = has_begun_ = false; }
    // Whether it still stands where it was opened.
    bool stands() const;

    // Signs the newest list when that is of an earlier day: it gets no further line then.
    base::Outcome close_before(const std::string& today);

    // The head in two steps, with a sync of the file in between.
    base::Result<base::Fd> write_head() const;
    base::Outcome name_head() const { return give_name(folder_.number(), std::string{head_name}); }

private:
    Book(Means means, std::string mailbox) : means_(means), mailbox_(std::move(mailbox)) {}
    base::Result<bool> is_listed(const Entry& entry) const;
    std::string day_for(const Entry& entry) const;
    base::Outcome begin(const std::string& day);
    base::Outcome close();
    base::Outcome flush();
    void append(const Line& line);
    using Visit = std::function<void(const Subject& file, const std::string& sha256)>;
    base::Outcome each_listed(const std::string& from_day, const Visit& visit) const;

    Means means_;
    std::string mailbox_;
    Written written_;
    std::string buffer_;         // of written_, not in the file yet
    std::uint64_t flushed_ = 0;  // bytes of the newest list that are
    base::Fd folder_, day_, list_;
    bool has_lines_ = false, has_begun_ = false;
};

}  // namespace ledger
