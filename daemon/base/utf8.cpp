#include "base/utf8.hpp"

namespace base {

namespace {

// The length of the well-formed character at the front (Unicode 15, table 3-7), 0 if there is none.
std::size_t length_of_front(std::string_view text) {
    const auto at = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto follows = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    const unsigned lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        if (!follows(1) || !follows(2)) return 0;
        if (lead == 0xe0 && at(1) < 0xa0) return 0;  // overlong
        if (lead == 0xed && at(1) > 0x9f) return 0;  // surrogate
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if (lead == 0xf0 && at(1) < 0x90) return 0;  // overlong
        if (lead == 0xf4 && at(1) > 0x8f) return 0;  // beyond U+10FFFF
        return 4;
    }
    return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = length_of_front(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = length_of_front(text);
        if (length == 0)
            out += "\xef\xbf\xbd";
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return count;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size() && count > 0) {
        const std::size_t length = length_of_front(text.substr(at));
        at += length == 0 ? 1 : length;
        --count;
    }
    return text.substr(0, at);
}

char32_t take_character(std::string_view& rest) {
    const std::size_t length = length_of_front(rest);
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]) & 0x3fU; };
    char32_t code = 0xfffd;
    if (length == 1) code = static_cast<unsigned char>(rest[0]);
    if (length == 2) code = (static_cast<unsigned char>(rest[0]) & 0x1fU) << 6 | at(1);
    if (length == 3)
        code = (static_cast<unsigned char>(rest[0]) & 0x0fU) << 12 | at(1) << 6 | at(2);
    if (length == 4)
        code =
            (static_cast<unsigned char>(rest[0]) & 0x07U) << 18 | at(1) << 12 | at(2) << 6 | at(3);
    rest.remove_prefix(length == 0 ? 1 : length);
    return code;
}

}  // namespace base
