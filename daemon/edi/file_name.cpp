#include "edi/file_name.hpp"

#include <algorithm>

namespace edi {

bool is_zip_name(std::string_view file_name) {
    constexpr std::string_view ending = ".zip";
    if (file_name.size() < ending.size()) return false;
    return std::ranges::equal(
        file_name.substr(file_name.size() - ending.size()), ending, {},
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

}  // namespace edi
