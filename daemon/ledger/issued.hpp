// Issued: what the archive says of the receipts that were issued, for a store that may know less.
//
// A receipt's bytes are our own: a few facts are cut out of their beginning, nothing is parsed. Of
// one that a crash left torn only the name says anything. Days of the archive never go back
// (operations.md 5), so that the greatest number of a mailbox stands in its newest day.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ledger {

struct Issued {
    std::uint64_t number = 0;
    std::string mailbox;
    std::string kind;            // "accepted"
    std::uint64_t sequence = 0;  // 0: torn
    std::string message_id;      // all that follow may be empty
    std::string type;
    std::string reference;
    std::string file_sha256;
};

// The number and kind that a name bears; nothing when it is not that of a receipt.
std::optional<Issued> issued_of(std::string_view file_name);
// With the facts that stand in its bytes.
std::optional<Issued> issued_of(std::string_view file_name, std::string_view bytes);

// The newest day that holds a receipt: "2026-11-22"; empty when none does.
std::string newest_day_of(const std::string& archive);

// Each receipt of the archive with a number greater than `after`, in no order. A mailbox is that of
// its folder.
base::Outcome each_issued(const std::string& archive, std::uint64_t after,
                          const std::function<void(const Issued&)>& visit);
// The same of an InBox. What an enterprise put there itself is not believed: a receipt is a file of
// our own that bears its number inside too.
base::Outcome each_issued_in(const std::string& inbox, const std::string& mailbox,
                             std::uint64_t after, const std::function<void(const Issued&)>& visit);

}  // namespace ledger
