#include "xml/writer.hpp"

#include "base/utf8.hpp"

namespace xml {

namespace {

enum class Place { Text, Attribute };

// XML 1.0, 2.2: what is no character there cannot be written, not even as a reference.
bool is_xml_character(char32_t c) {
    return c == 0x9 || c == 0xa || c == 0xd || (c >= 0x20 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
}

// The reference for an ASCII character that may not stand as it is, or null. A CR would come back
// as LF, and white space in an attribute as a blank (2.11 and 3.3.3), if they were not referred to.
const char* reference_of(char c, Place place) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '\r': return "&#13;";
        case '"': return place == Place::Attribute ? "&quot;" : nullptr;
        case '\n': return place == Place::Attribute ? "&#10;" : nullptr;
        case '\t': return place == Place::Attribute ? "&#9;" : nullptr;
        default: return nullptr;
    }
}

void append_escaped(std::string& out, std::string_view text, Place place) {
    std::size_t plain = 0;  // where what was not yet copied begins
    std::size_t at = 0;
    const auto copy = [&](std::string_view instead, std::size_t length) {
        out += text.substr(plain, at - plain);
        out += instead;
        at += length;
        plain = at;
    };
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x80) {
            std::string_view rest = text.substr(at);
            const char32_t code = base::take_character(rest);
            const std::size_t length = text.size() - at - rest.size();
            if (is_xml_character(code) && !(code == 0xfffd && length == 1))
                at += length;
            else
                copy("\xef\xbf\xbd", length);
        } else if (const char* reference = reference_of(text[at], place)) {
            copy(reference, 1);
        } else if (!is_xml_character(byte)) {
            copy("\xef\xbf\xbd", 1);
        } else {
            ++at;
        }
    }
    out += text.substr(plain);
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value, Place::Attribute);
    out += '"';
}

void append_element(std::string& out, const base::Element& element, std::string_view namespace_uri,
                    Layout layout, std::size_t depth) {
    const auto new_line = [&](std::size_t level) {
        if (layout == Layout::Indented) out.append(1, '\n').append(2 * level, ' ');
    };
    out += '<';
    out += element.name;
    if (depth == 0 && !namespace_uri.empty()) append_attribute(out, "xmlns", namespace_uri);
    for (const base::Attribute& each : element.attributes)
        append_attribute(out, each.name, each.value);
    if (element.children.empty() && element.text.empty()) {
        out += "/>";
        return;
    }
    out += '>';
    if (element.children.empty()) append_escaped(out, element.text, Place::Text);
    for (const base::Element& each : element.children) {
        new_line(depth + 1);
        append_element(out, each, {}, layout, depth + 1);
    }
    if (!element.children.empty()) new_line(depth);
    out += "</";
    out += element.name;
    out += '>';
}

}  // namespace

std::string write(const base::Element& root, std::string_view namespace_uri, Layout layout) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    append_element(out, root, namespace_uri, layout, 0);
    out += '\n';
    return out;
}

}  // namespace xml
