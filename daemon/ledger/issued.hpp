// Issued: what the name and the bytes of a receipt say of it, for a store that may know less.
//
// A receipt's bytes are our own: a few facts are cut out of their beginning, nothing is parsed. Of
// one that a crash left torn only the name says anything.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

}  // namespace ledger
