#include "xml/declaration.hpp"

#include <vector>

#include "xml/text.hpp"

namespace xml {

namespace {

constexpr std::size_t none = std::string_view::npos;

bool is_space(char32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string pseudo_attribute(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != none; at = text.find(name, at + 1)) {
        if (at == 0 || !is_space(static_cast<unsigned char>(text[at - 1]))) continue;
        std::size_t i = at + name.size();
        while (i < text.size() && is_space(static_cast<unsigned char>(text[i]))) ++i;
        if (i >= text.size() || text[i] != '=') continue;
        ++i;
        while (i < text.size() && is_space(static_cast<unsigned char>(text[i]))) ++i;
        if (i >= text.size() || (text[i] != '"' && text[i] != '\'')) return {};
        const std::size_t end = text.find(text[i], i + 1);
        return end == none ? std::string{} : std::string{text.substr(i + 1, end - i - 1)};
    }
    return {};
}

bool has_declaration(auto text, auto opening) {
    return text.starts_with(opening) && text.size() > opening.size() &&
           is_space(static_cast<char16_t>(text[opening.size()]));
}

// Offset after the end mark, or none.
std::size_t after(std::u16string_view text, std::size_t from, std::u16string_view mark) {
    const std::size_t at = text.find(mark, from);
    return at == none ? none : at + mark.size();
}

// The offset after the tag that begins at `at`; none when it is unfinished; 0 when it is wrong.
std::size_t after_tag(std::u16string_view text, std::size_t at) {
    char16_t quote = 0;
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        const char16_t c = text[i];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == u'"' || c == u'\'') {
            quote = c;
        } else if (c == u'>') {
            return i + 1;
        } else if (c == u'<') {
            return 0;
        }
    }
    return none;
}

std::u16string_view name_in(std::u16string_view tag) {
    std::size_t end = 0;
    while (end < tag.size() && !is_space(tag[end]) && tag[end] != u'/' && tag[end] != u'>') ++end;
    return tag.substr(0, end);
}

}  // namespace

Declaration declaration_of(std::string_view text) {
    if (!has_declaration(text, std::string_view{"<?xml"})) return {};
    const std::size_t end = text.find("?>");
    if (end == none) return {};
    text = text.substr(0, end);
    return {pseudo_attribute(text, "version"), pseudo_attribute(text, "encoding")};
}

Declaration declaration_of(std::u16string_view text) {
    if (!has_declaration(text, std::u16string_view{u"<?xml"})) return {};
    const std::size_t end = text.find(u"?>");
    if (end == none) return {};
    std::string narrow;
    for (const char16_t c : text.substr(0, end + 2))
        narrow += c < 0x80 ? static_cast<char>(c) : '?';
    return declaration_of(std::string_view{narrow});
}

std::optional<base::Finding> prolog_finding(std::u16string_view text) {
    const std::string version = declaration_of(text).version;
    if (!version.empty() && version != "1.0")
        return base::Finding{.code = "XML-MALFORMED",
                             .variant = "Version",
                             .position = {1, 1},
                             .value = shortened(version)};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::u16string_view rest = text.substr(at);
        if (is_space(rest.front())) {
            ++at;
        } else if (rest.starts_with(u"<!DOCTYPE")) {
            return base::Finding{.code = "XML-DOCTYPE", .position = position_of(text, at)};
        } else if (rest.starts_with(u"<?")) {
            at = after(text, at + 2, u"?>");
        } else if (rest.starts_with(u"<!--")) {
            at = after(text, at + 4, u"-->");
        } else {
            break;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> torn_at(std::u16string_view text) {
    std::vector<std::u16string_view> open;
    bool root_seen = false;
    std::size_t at = 0;
    while (true) {
        const std::size_t tag = text.find(u'<', at);
        if (tag == none) {
            if (root_seen && open.empty()) return std::nullopt;
            const std::size_t reference = text.rfind(u'&');
            const bool unfinished =
                reference != none && reference >= at && text.find(u';', reference) == none;
            return unfinished ? reference : text.size();
        }
        if (root_seen && open.empty() && text.substr(tag).size() > 1 && text[tag + 1] != u'!' &&
            text[tag + 1] != u'?')
            return std::nullopt;
        const std::u16string_view rest = text.substr(tag);
        if (rest.starts_with(u"<?")) {
            at = after(text, tag + 2, u"?>");
        } else if (rest.starts_with(u"<!--")) {
            at = after(text, tag + 4, u"-->");
        } else if (rest.starts_with(u"<![CDATA[")) {
            at = after(text, tag + 9, u"]]>");
        } else if (rest.starts_with(u"<!")) {
            return rest.size() < 9 ? std::optional{tag} : std::nullopt;
        } else {
            at = after_tag(text, tag);
            if (at == 0) return std::nullopt;
        }
        const bool closing = rest.starts_with(u"</");
        if (closing && (open.empty() || !open.back().starts_with(name_in(rest.substr(2)))))
            return std::nullopt;
        if (at == none) return root_seen && open.empty() ? std::nullopt : std::optional{tag};
        if (rest.starts_with(u"<!") || rest.starts_with(u"<?")) continue;
        if (closing) {
            if (name_in(rest.substr(2)) != open.back()) return std::nullopt;
            open.pop_back();
        } else {
            root_seen = true;
            if (text[at - 2] != u'/') open.push_back(name_in(rest.substr(1)));
        }
    }
}

}  // namespace xml
