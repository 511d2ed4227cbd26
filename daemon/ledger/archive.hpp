// Archive: every receipt and every original, a directory a day and mailbox, written once.
//
//   <archive>/<mailbox>/YYYY/MM/DD/<receipt>.xml      .../originals/<sha256>.xml
//
// Threads: originals are written by the intake thread, receipts by the deliver thread. Throws:
// nothing.
#pragma once

#include "base/files.hpp"
#include "edi/receipt.hpp"

namespace ledger {

// A document without its secrets: everything between a start tag of local name Password or
// accountPwd and the next '<' becomes "***", in the document's own encoding (messages.md 3.1).
// Nothing when the bytes cannot be decoded: such a document is not archived at all.
std::optional<std::string> blanked(std::string_view document);

class Archive {
public:
    static base::Result<Archive> open(const std::string& directory);

    // The directory of a day, made if need be; `originals` below it likewise. `day`: "2026-11-22".
    base::Result<base::Fd> day(const std::string& mailbox, const std::string& day);
    base::Result<base::Fd> originals(const std::string& mailbox, const std::string& day);
    // Writes; durable only after sync(). The same original twice is one file.
    base::Outcome keep_original(const edi::Arrival& arrival, std::string_view blanked_bytes);
    base::Outcome keep_receipt(const edi::Delivery& delivery);
    base::Outcome sync();  // one syncfs for the whole group

    static std::string original_name(const edi::Arrival& arrival);  // "<sha256>.xml"

private:
    std::string path_;
    base::Fd root_;
};

}  // namespace ledger
