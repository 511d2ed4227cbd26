#include "edi/file_name.hpp"

#include <algorithm>

namespace edi {

bool ends_in(std::string_view name, std::string_view ending) {
    if (name.size() < ending.size()) return false;
    return std::ranges::equal(name.substr(name.size() - ending.size()), ending, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
}

bool is_zip_name(std::string_view file_name) { return ends_in(file_name, ".zip"); }

}  // namespace edi
