// In order: the receipts of an archive as they were issued, over all its mailboxes, by their names.
//
// Numbers rise over all mailboxes, and days never go back (operations.md 5): so day by day, and in
// a day by number. Memory holds which days there are, and the names of one of them. A folder that
// cannot be listed is a fault, as in contents.hpp.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include "ledger/contents.hpp"

namespace ledger {

// Which part of an archive is walked through; what is empty leaves nothing out.
struct Part {
    std::string mailbox;
    std::string from, to;  // days, "2026-11-22", both included
};

using ShelfVisit = std::function<base::Outcome(const Shelf&, const std::string& name)>;
struct NameVisits {
    ShelfVisit receipt;  // "<number>_<kind>_<stem>.xml"
    ShelfVisit foreign;  // neither that nor anything else that permitd puts beside it
};

// The first fault of a visitor ends it and is returned.
base::Outcome each_name_in_order(const std::string& archive, const Part& part,
                                 const NameVisits& visits);

}  // namespace ledger
