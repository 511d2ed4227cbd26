// Names that a courier gives, there and here, and how it tells of them.
// Threads: free of state. Throws: std::bad_alloc.
#pragma once

#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "mailbox/given_names.hpp"

namespace mailbox {

inline constexpr const char* outbox_there = "OutBox";
inline constexpr const char* inbox_there = "InBox";
inline constexpr const char* sentbox_there = "SentBox";
inline constexpr const char* failbox_there = "FailBox";

// In the local OutBox while it is fetched.
inline std::string part_name(const std::string& name) { return ".courier-" + name + ".part"; }
inline bool is_part_name(std::string_view name) {
    return name.starts_with(".courier-") && name.ends_with(".part");
}
// There while it goes up.
inline std::string hidden_name(const std::string& name) { return ".permitd-" + name + ".part"; }

// What is held back after it could not be done; also how it is told.
inline constexpr const char* uploading = "uploading receipts";
inline constexpr const char* listing_words = "listing OutBox";
inline constexpr const char* asking_words = "asking for sizes in OutBox";
inline constexpr const char* receipt_words = "reading InBox here";
inline constexpr std::string_view fetching_any = "fetching ";
inline std::string fetching(const std::string& name) { return std::string{fetching_any} + name; }
inline std::string moving(const std::string& name) { return "moving " + name; }

// As can_be_remote() has it (mailbox/fate.hpp).
inline constexpr std::size_t remote_name_bytes_max = 200;

// Foreign words in a report, which has a bound.
inline constexpr std::size_t words_bytes_max = 255;
inline std::string cut(std::string_view words) {
    // A character that is torn at the end becomes three bytes for each of its own.
    if (words.size() <= words_bytes_max) return std::string{words};
    return base::valid_utf8(words.substr(0, words_bytes_max - 9));
}

inline std::string beneath(const std::string& directory, const std::string& name) {
    return directory + "/" + name;
}

}  // namespace mailbox
