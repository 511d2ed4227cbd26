#include "ctl/table.hpp"

#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/utf8.hpp"

namespace ctl {

namespace {

constexpr std::size_t names_width = 16;

std::optional<bool>& told() {
    static std::optional<bool> colour;
    return colour;
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
    while (!rest.empty())
        width += static_cast<std::size_t>(
            utf8proc_charwidth(static_cast<utf8proc_int32_t>(base::take_character(rest))));
    return width;
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t used = width_of(text);
    return used < width ? text + std::string(width - used, ' ') : text;
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    std::vector<bool> filled;
    for (std::size_t number = 0; number < rows_.size(); ++number)
        for (std::size_t i = 0; i < rows_[number].size(); ++i) {
            if (i == widths.size()) widths.push_back(0), filled.push_back(false);
            widths[i] = std::max(widths[i], width_of(rows_[number][i]));
            if (number > 0 && !rows_[number][i].empty()) filled[i] = true;
        }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            if (filled[i]) line += padded(row[i], widths[i] + 2);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

void add_line(std::string& out, const std::string& name, const std::string& value) {
    if (value.empty()) return;
    out += padded(name, width_of(name) < names_width ? names_width : width_of(name) + 1) + value +
           '\n';
}

std::string printable(const std::string& text) {
    const std::string valid = base::valid_utf8(text);
    std::string out;
    for (std::string_view rest = valid; !rest.empty();) {
        const std::string_view before = rest;
        const char32_t c = base::take_character(rest);
        // Controls, and what turns the direction of writing (UAX #9) or is no character at all.
        const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
        const bool harmful = category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
                             category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
        out +=
            harmful ? std::string{"?"} : std::string{before.substr(0, before.size() - rest.size())};
    }
    return out;
}

bool colour_when(std::string_view when) {
    if (when == "always") told() = true;
    if (when == "never") told() = false;
    return when == "auto" || when == "always" || when == "never";
}

bool colours() {
    if (told()) return *told();
    const char* no_colour = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
}

std::string in_colour(int colour, const std::string& text) {
    if (!colours() || text.empty()) return text;
    return "\x1b[" + std::to_string(colour) + "m" + text + "\x1b[0m";
}

}  // namespace ctl
