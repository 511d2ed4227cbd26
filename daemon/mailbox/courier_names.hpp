// Names that a courier gives, there and here.
// Threads: free of state. Throws: std::bad_alloc.
#pragma once

#include <string>
#include <string_view>

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
inline constexpr std::string_view fetching_any = "fetching ";
inline std::string fetching(const std::string& name) { return std::string{fetching_any} + name; }
inline std::string moving(const std::string& name) { return "moving " + name; }

inline std::string beneath(const std::string& directory, const std::string& name) {
    return directory + "/" + name;
}

}  // namespace mailbox
