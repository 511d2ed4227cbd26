// Sums: the lines of a day's SHA256SUMS, as sha256sum writes and checks them, and where lists and
// files stand.
//
//   <64 hex>  ../../../2026/11/21/SHA256SUMS     first: the list before; of the very first list
//                                                ../../../../keys/3f2a90bc.pub.pem
//   <64 hex>  originals/<64 hex>.xml
//   <64 hex>  000000000042_submitted_ACME-1.xml
//   <64 hex>  ../../../2026/11/21/<file>         of a day whose list was closed, or of an earlier
//                                                one than the list's
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace ledger {

inline constexpr std::string_view list_name = "SHA256SUMS";
inline constexpr std::string_view signature_name = "SHA256SUMS.sig";
inline constexpr std::string_view head_name = "checkpoint";
inline constexpr std::string_view keys_name = "keys";
inline const std::string originals_name = "originals";

// "2026/11/22" of "2026-11-22"
std::string folder_of(std::string day);
// What a list says of a file of a day: its path from the list's own folder.
std::string path_from(const std::string& list_day, const std::string& day, const std::string& file);
std::string path_of_list(const std::string& day);
std::string path_of_key(const std::string& key_id);

struct Line {
    std::string sha256;  // hex
    std::string path;    // as it stands there
    bool operator==(const Line&) const = default;
};
std::string text_of(const Line& line);  // with its end
// Of a text without its end; nothing when it is not a line of ours.
std::optional<Line> line_of(std::string_view text);

// What a line is about.
struct Subject {
    enum class Kind { List, Key, Receipt, Enclosure, Original, Other } kind = Kind::Other;
    std::string day;           // of the file or the list; empty: the list's own
    std::string file;          // within that day's folder
    std::uint64_t number = 0;  // of a receipt, and of what belongs to one
};
Subject subject_of(const Line& line);

// The lines of a list from a position on, without their ends, until the visitor refuses one. A last
// one without its end is not told. Returns the position behind the last one that was taken.
base::Result<std::uint64_t> each_line(int fd, std::uint64_t from,
                                      const std::function<bool(std::string_view)>& visit);

}  // namespace ledger
