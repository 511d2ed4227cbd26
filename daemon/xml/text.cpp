#include "xml/text.hpp"

#include "base/utf8.hpp"

namespace xml {

namespace {

constexpr bool is_high(char16_t unit) { return (unit & 0xfc00) == 0xd800; }
constexpr bool is_low(char16_t unit) { return (unit & 0xfc00) == 0xdc00; }
constexpr std::size_t value_characters_max = 200;

char* put(char* to, char32_t code) {
    if (code < 0x800) {
        *to++ = static_cast<char>(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *to++ = static_cast<char>(0xe0 | code >> 12);
        } else {
            *to++ = static_cast<char>(0xf0 | code >> 18);
            *to++ = static_cast<char>(0x80 | (code >> 12 & 0x3f));
        }
        *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
    }
    *to++ = static_cast<char>(0x80 | (code & 0x3f));
    return to;
}

}  // namespace

void append_utf8(std::string& out, std::u16string_view text) {
    const std::size_t before = out.size();
    std::size_t ascii = 0;
    while (ascii < text.size() && text[ascii] < 0x80) ++ascii;
    out.resize(before + ascii + (text.size() - ascii) * 3);
    char* to = out.data() + before;
    for (std::size_t i = 0; i < ascii; ++i) *to++ = static_cast<char>(text[i]);
    for (std::size_t i = ascii; i < text.size(); ++i) {
        const char16_t unit = text[i];
        if (unit < 0x80) {
            *to++ = static_cast<char>(unit);
        } else if (is_high(unit) && i + 1 < text.size() && is_low(text[i + 1])) {
            to = put(to, 0x10000 + ((unit & 0x3ffU) << 10) + (text[i + 1] & 0x3ffU));
            ++i;
        } else {
            to = put(to, is_high(unit) || is_low(unit) ? 0xfffd : unit);
        }
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string utf8_of(std::u16string_view text) {
    std::string out;
    append_utf8(out, text);
    return out;
}

std::string utf8_of(const char16_t* text) {
    return text ? utf8_of(std::u16string_view{text}) : std::string{};
}

std::u16string utf16_of(std::string_view ascii) { return {ascii.begin(), ascii.end()}; }

base::Position position_of(std::u16string_view text, std::size_t offset) {
    base::Position at{1, 1};
    for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
        const bool line_end =
            text[i] == u'\n' || (text[i] == u'\r' && !text.substr(i + 1).starts_with(u'\n'));
        if (line_end)
            at = {at.line + 1, 1};
        else if (!is_low(text[i]))
            ++at.column;
    }
    return at;
}

std::string shortened(std::string_view text) {
    return std::string{base::first_characters(text, value_characters_max)};
}

}  // namespace xml
