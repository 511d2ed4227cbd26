// Words in which the case of A to Z does not count: names and types of HTTP, names in a zip.
// Threads: free of state. Throws: nothing.
#pragma once

#include <algorithm>
#include <string_view>

namespace base {

inline bool is_same_but_case(std::string_view a, std::string_view b) {
    constexpr auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace base
