// Head: what one mailbox's ledger was at one moment, signed. A C2SP signed note
// (c2sp.org/signed-note) with the body of a C2SP checkpoint (c2sp.org/tlog-checkpoint):
//
//   permitd/acme                                           the origin
//   57                                                     lines of all lists: the tree's leaves
//   kKPv...=                                               its root
//   list 2026/11/22/SHA256SUMS 12 <64 hex>                 the newest list: lines, SHA-256
//   time 2026-11-22T09:30:01.250+08:00                     by the wall clock
//   monotonic 3600.000000                                  seconds of a clock that nobody sets
//   clock synchronised                                     or: not-synchronised, unknown
//   subtrees Zm9v...= YmFy...=                             so that a start goes on from here
//
//   — permitd/acme <base64: 4 bytes of key id, 64 of signature>
//
// A leaf is a line with its end. Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/sign.hpp"
#include "ledger/merkle.hpp"

namespace ledger {

struct Head {
    std::string mailbox;
    Tree tree;
    std::string day = {};  // of the newest list: "2026-11-22"
    std::uint64_t lines = 0;
    std::string list_sha256 = {};  // hex
    std::string time = {};
    std::string monotonic = {};
    std::string clock = {};
};

// The signed note.
std::string signed_note(const Head& head, const base::SigningKey& key);

struct Note {
    Head head;
    std::string text;  // what is signed
    std::string signature;
    std::string key_id;  // 4 bytes
    bool is_signed_by(const base::VerifyingKey& key) const;
};
// Nothing when it is not such a note.
std::optional<Note> note_of(std::string_view bytes);

// "synchronised", "not-synchronised", or "unknown" where the kernel may not be asked.
std::string clock_of_host();

}  // namespace ledger
