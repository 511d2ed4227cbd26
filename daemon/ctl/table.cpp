#include "ctl/table.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/utf8.hpp"

namespace ctl {

namespace {

// The blocks of Unicode that terminals draw two columns wide (UAX #11, W and F).
bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
           (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x20000 && c <= 0x3fffd);
}

// An escape sequence of ours takes no column.
std::string without_colour(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = text.find('m', i);
            if (i == std::string::npos) break;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

std::size_t width_of(const std::string& text) {
    const std::string plain = without_colour(text);
    std::string_view rest = plain;
    std::size_t width = 0;
    while (!rest.empty()) width += is_wide(base::take_character(rest)) ? 2 : 1;
    return width;
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i == widths.size()) widths.push_back(0);
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line += std::string(widths[i] - width_of(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

std::string printable(const std::string& text) {
    std::string out;
    for (const char c : base::valid_utf8(text))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out;
}

bool speaks_chinese() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value && *value) return std::string_view{value}.substr(0, 2) == "zh";
    }
    return false;
}

bool colours() {
    const char* no_colour = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
}

std::string in_colour(int colour, const std::string& text) {
    if (!colours()) return text;
    return "\x1b[" + std::to_string(colour) + "m" + text + "\x1b[0m";
}

}  // namespace ctl
