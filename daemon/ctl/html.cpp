#include "ctl/html.hpp"

#include <cstdio>
#include <string_view>

#include "base/utf8.hpp"

namespace ctl {

namespace {

bool deceives(char32_t c) {
    return c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

// XML 1.0, 2.2, but for the controls that a browser would drop.
bool is_character(char32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f) ||
           (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
}

std::string numbered(char32_t c) {
    char text[16];
    std::snprintf(text, sizeof text, "[U+%04X]", static_cast<unsigned>(c));
    return text;
}

void append_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::string_view before = text;
        const char32_t c = base::take_character(text);
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\r': out += "&#13;"; break;
            default:
                if (c == 0xfffd && before.size() - text.size() == 1)
                    out += "\xef\xbf\xbd";  // a byte that is no character
                else if (deceives(c) || !is_character(c))
                    out += numbered(c);
                else
                    out += before.substr(0, before.size() - text.size());
        }
    }
}

void append(std::string& out, const base::Element& element) {
    out += '<' + element.name;
    for (const base::Attribute& each : element.attributes) {
        out += ' ' + each.name + "=\"";
        append_escaped(out, each.value);
        out += '"';
    }
    // HTML knows elements that have no end, and reads "<td/>" as the beginning of one.
    if (element.name == "meta") {
        out += "/>";
        return;
    }
    out += '>';
    // A browser reads a style as it stands; ours are without & and <.
    if (element.name == "style")
        out += element.text;
    else
        append_escaped(out, element.text);
    for (const base::Element& each : element.children) append(out, each);
    out += "</" + element.name + '>';
    if (element.name == "tr" || element.name == "table" || element.name == "head") out += '\n';
}

}  // namespace

std::string html_page(const base::Element& html) {
    std::string out = "<!DOCTYPE html>\n";
    append(out, html);
    return out + '\n';
}

}  // namespace ctl
