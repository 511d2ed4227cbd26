// What the ledger of the archive logs.
#pragma once

#include "base/log.hpp"

namespace ledger::event {

inline constexpr base::Event key_made{
    "ledger-key-made", base::Level::Info,
    "The key that signs the ledger of the archive was made; its public half stands in the "
    "archive's `keys`.",
    "Hand the public key to the auditors, outside of this machine, and make a backup."};

inline constexpr base::Event key_replaced{
    "ledger-key-replaced", base::Level::Warning,
    "The ledger is signed by another key from now on. `signed_by` is the key that vouches for it; "
    "where that is missing nobody does.",
    "Tell the auditors the new key; then remove the file with the old one."};

inline constexpr base::Event day_closed{
    "ledger-day-closed", base::Level::Info,
    "A day of a mailbox's ledger is over: its list was signed, and gets no further line.",
    "Keep the digest outside of this machine: it shows later that nothing was cut off."};

inline constexpr base::Event head_missing{
    "ledger-head-missing", base::Level::Warning,
    "A mailbox has lists without the checkpoint that covers them. permitd was stopped before it "
    "had written the first one, or somebody removed it; a new one covers what is there.",
    "Compare the archive with a head that was kept outside: `permitctl verify --head`."};

inline constexpr base::Event stuck{
    "ledger-stuck", base::Level::Error,
    "The ledger of a mailbox cannot be signed. It is tried again.",
    "Mend what the error names; until then receipts may wait, none is lost."};

inline constexpr base::Event resumed{"ledger-resumed", base::Level::Info,
                                     "The ledger of a mailbox is signed again.", ""};

}  // namespace ledger::event
