// Archive: every receipt and every original, a directory a day and mailbox, written once.
//
//   <archive>/<mailbox>/YYYY/MM/DD/<receipt>.xml      .../originals/<sha256>.xml
//
// Directories have mode 0750, files 0444: who may read a file is decided by the directory that
// leads to it, because the same file has a second name in a box of the enterprise.
// Threads: originals are written by the intake thread (long ones on any), receipts by the deliver
// thread. Throws: nothing.
#pragma once

#include <atomic>
#include <map>
#include <memory>

#include "base/held.hpp"
#include "edi/receipt.hpp"

namespace ledger {

// A document without its secrets: everything between a start tag of local name Password or
// accountPwd and the next '<' becomes "***", in the document's own encoding (messages.md 3.1).
// Nothing when the bytes cannot be decoded (a NUL counts as that): such a document is not archived
// at all; one that is torn within its last character is. What is blanked when the content goes on
// behind that '<': see blanked.cpp.
std::optional<std::string> blanked(std::string_view document);

// An original that comes in pieces. Without a name until it is whole and synced.
class LongOriginal {
public:
    LongOriginal(base::Fd directory, base::Fd file)
        : directory_(std::move(directory)), file_(std::move(file)) {}
    base::Outcome put(std::string_view blanked_bytes);
    // Durable when this returns. A name that exists is the same original.
    base::Outcome keep(const edi::Arrival& arrival);

private:
    base::Fd directory_, file_;
};

class Archive {
public:
    static base::Result<Archive> open(const std::string& directory);

    // The directory of a day, made if need be; `originals` below it likewise. `day`: "2026-11-22".
    base::Result<base::Fd> day(const std::string& mailbox, const std::string& day) const;
    base::Result<base::Fd> originals(const std::string& mailbox, const std::string& day) const;
    // Writes; durable only after sync(). The same original twice is one file. An arrival without a
    // digest has no copy: nothing is kept of it.
    base::Outcome keep_original(const edi::Arrival& arrival, std::string_view blanked_bytes);
    base::Result<LongOriginal> begin_original(const edi::Arrival& arrival) const;
    // An original that was lost, into a directory of originals(); durable when it returns.
    base::Outcome keep_again(int originals, const edi::Arrival& arrival,
                             std::string_view blanked_bytes);
    base::Outcome keep_receipt(const edi::Delivery& delivery);
    base::Outcome sync() const;  // one syncfs for the whole group

    // A folder right beneath, made if need be: a mailbox's, or that of the keys.
    base::Result<base::Fd> folder(const std::string& name) const;
    // A path that leads to the directory that is held, whatever stands at its own.
    std::string held_path() const { return "/proc/self/fd/" + std::to_string(root_.number()); }
    // Counts the directories that were held, one after another.
    unsigned age() const { return *age_; }

    // What stands at its path (base/held.hpp), which is on the spool's mount, or on one that the
    // spool was on before; on the deliver thread. One that was deleted is made again.
    base::Settled settle(int spool_directory, const base::Grounds& spool_before);
    bool stands() const;

    static std::string original_name(const edi::Arrival& arrival);  // "<sha256>.xml"

private:
    // The directory that one mailbox writes into today: a burst opens it once.
    struct Open {
        std::string day;
        base::Fd directory;
        unsigned age = 0;  // of the archive that it is in
    };
    enum class Shelf { Receipts, Originals };
    base::Result<base::Fd> shelf(Shelf shelf, const std::string& mailbox,
                                 const std::string& day) const;
    base::Outcome keep(Shelf shelf, const std::string& mailbox, const std::string& day,
                       const std::string& name, std::string_view bytes);

    std::string path_;
    base::Fd root_;
    std::unique_ptr<std::atomic<unsigned>> age_ = std::make_unique<std::atomic<unsigned>>(0);
    std::map<std::string, Open> originals_open_;  // by mailbox; the intake thread's
    std::map<std::string, Open> receipts_open_;   // by mailbox; the deliver thread's
};

}  // namespace ledger
