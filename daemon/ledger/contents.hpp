// Contents: what stands in the archive, name by name, for a check of it against the store.
//
// Names are handed on as they are read: memory holds the names of one day at most. A folder that
// cannot be listed is a fault, because silence about it would pass for an empty one. Days of the
// archive never go back (operations.md 5), so that the greatest number of a mailbox stands in its
// newest day.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ledger/issued.hpp"

namespace ledger {

// The folders of mailboxes, in no order that means anything.
base::Result<std::vector<std::string>> mailboxes_of(const std::string& archive);

// What one mailbox has of one day.
struct Shelf {
    std::string mailbox;
    std::string day;  // "2026-11-22"
};

// By mailbox, the newest day first, until the visitor returns a fault, which is then returned.
base::Outcome each_shelf(const std::string& archive,
                         const std::function<base::Outcome(const Shelf&)>& visit);
// The days of one mailbox, the oldest first.
base::Result<std::vector<std::string>> days_of(const std::string& archive,
                                               const std::string& mailbox);
using NameVisit = std::function<base::Outcome(const std::string& name)>;
// All names beside `originals`, and all in it, in no order.
base::Outcome each_issued_name(const std::string& archive, const Shelf& shelf,
                               const NameVisit& visit);
base::Outcome each_original_name(const std::string& archive, const Shelf& shelf,
                                 const NameVisit& visit);

std::string path_of_issued(const std::string& archive, const Shelf& shelf, const std::string& name);
std::string path_of_original(const std::string& archive, const Shelf& shelf,
                             const std::string& name);
// The facts in a receipt's bytes; nothing when the name is not that of a receipt.
base::Result<std::optional<Issued>> read_issued(const std::string& archive, const Shelf& shelf,
                                                const std::string& name);

// Each receipt of the archive with a number greater than `after`, in no order. A mailbox is that of
// its folder. Returns the newest day that holds a receipt; empty when none does, or there is no
// archive yet.
base::Result<std::string> each_issued(const std::string& archive, std::uint64_t after,
                                      const std::function<void(const Issued&)>& visit);
// The same of an InBox. What an enterprise put there itself is not believed: a receipt is a file of
// our own that bears its number inside too.
base::Outcome each_issued_in(const std::string& inbox, const std::string& mailbox,
                             std::uint64_t after, const std::function<void(const Issued&)>& visit);

// Moves an original to <archive>/.orphans/<mailbox>/<day>/, where nobody looks for one, and gives
// back its new path. Durable when this returns. A name that is taken there is never replaced: the
// newcomer gets a number behind its own.
base::Result<std::string> set_aside(const std::string& archive, const Shelf& shelf,
                                    const std::string& name);

}  // namespace ledger
