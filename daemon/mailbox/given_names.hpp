// Names that permitd gives to files of an OutBox, and how one begins or ends. Who sees a file come
// back from a name of the first kind knows that it was we who renamed it.
// Threads: free of state. Throws: std::bad_alloc.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace mailbox {

// A file on its way out (taking.cpp): ".taken-000000000041".
inline constexpr std::string_view taken_beginning = ".taken-";

// What an enterprise puts beside a file to say that it is whole.
inline constexpr const char* done_ending = ".done";

// What came into the place of a file that went: "po.xml" -> "po.again-000000000041.xml".
inline constexpr std::string_view again_words = ".again-";
inline constexpr std::size_t number_digits = 12, ending_bytes = 4;
// REQUIRES: `bytes_max` has room for words, number and ending.
inline std::string again_name(const std::string& name, const std::string& number,
                              std::size_t bytes_max) {
    const std::size_t stem = name.size() - std::min(name.size(), ending_bytes);
    const std::string ending = std::string{again_words} + number + name.substr(stem);
    return name.substr(0, std::min(stem, bytes_max - ending.size())) + ending;
}
inline bool is_given_back(std::string_view name) {
    constexpr std::size_t bytes = again_words.size() + number_digits + ending_bytes;
    if (name.size() < bytes) return false;
    name.remove_prefix(name.size() - bytes);
    return name.starts_with(again_words) &&
           std::ranges::all_of(name.substr(again_words.size(), number_digits),
                               [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace mailbox
