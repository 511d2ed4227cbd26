// deliver: after the commit, and only then, puts receipts into the InBoxes and originals into
// SentBox or FailBox (design.md 4, "Delivering receipts", "Taking a file").
//
// A group: write the receipts in the archive, one syncfs, list them and the originals in the
// ledger, one sync, link each receipt into its InBox, box and remove the originals, sync the
// directories; only then is it reported. Everything may be done again after a crash: same number,
// same name, same bytes, one line (ledger/ledger.hpp draws the crash).
// Threads: one (deliver). Throws: nothing; a failed sync calls base::stop().
#pragma once

#include <span>

#include "ledger/ledger.hpp"
#include "mailbox/mailbox.hpp"

namespace receipts {

struct Delivered {
    std::vector<std::uint64_t> deliveries;  // numbers to be confirmed
    std::vector<edi::Taking> takings;
};

// What could not be done now (an InBox that is not writable, a full disk) is left out of the
// result, logged when it begins and ends, and tried again with the next call.
// So is what went to a mailbox of which a box does not stand at its path any more. Receipts of a
// mailbox are listed in the order of their numbers: behind one that cannot be, none is.
// Where a mailbox wants no progress receipts, those are done once they are in the archive.
// `departed`: mailboxes that the configuration does not name any more, for what is still theirs.
// An original that the archive has lost is kept again where the OutBox still holds it; else the
// rest is done without it, and told. REQUIRES: a taking's receipt is confirmed or in `deliveries`.
Delivered deliver(std::span<const edi::Delivery> deliveries, std::span<const edi::Taking> takings,
                  mailbox::Mailboxes& mailboxes, ledger::Archive& archive, ledger::Ledger& ledger,
                  mailbox::Mailboxes* departed = nullptr);

}  // namespace receipts
