// A batch file on its way from the OutBox to our own copies.
//
// It is copied first (messages.md 1), in one pass and with bounded memory: blanked into the archive
// as an original, sealed with its secrets as a working copy. Everything afterwards reads the
// working copy, so that the file may vanish or change under us without harm.
// Threads: any, one for each batch. Throws: std::bad_alloc only.
#pragma once

#include "ledger/archive.hpp"
#include "ledger/working_copy.hpp"
#include "mailbox/mailbox.hpp"

namespace intake {

// Whether the document's root element is a Batch, in any namespace, or bears one of the other names
// (as bytes, in whatever encoding the document may be): what stands before it may be a byte order
// mark, the XML declaration, comments, instructions and white space.
bool is_batch(std::string_view beginning, const std::vector<std::string>& other_names = {});

// The arrival with its digest (none when it cannot be decoded: then nothing is archived), both
// copies synced. Nothing when the file vanished or changed meanwhile. REQUIRES: an Interchange
// with `batch`.
base::Result<std::optional<edi::Arrival>> copy_batch(const mailbox::Mailbox& mailbox,
                                                     edi::Arrival arrival,
                                                     const ledger::Archive& archive,
                                                     ledger::WorkingCopies& copies,
                                                     const base::Seal& seal);

}  // namespace intake
