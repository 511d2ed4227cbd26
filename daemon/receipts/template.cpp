#include "receipts/template.hpp"

#include <string_view>

namespace receipts {

namespace {

std::string_view argument_of(const base::Finding& finding, std::string_view name) {
    for (const base::Argument& each : finding.arguments)
        if (each.name == name) return each.value;
    if (name == "value") return finding.value;
    if (name == "path") return finding.path;
    return {};
}

}  // namespace

std::set<std::string> places_of(const std::string& text) {
    std::set<std::string> places;
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
        const std::size_t end = text.find('}', at);
        if (end == std::string::npos) break;
        places.insert(text.substr(at + 1, end - at - 1));
    }
    return places;
}

std::string template_fault(const std::string& text) {
    bool optional = false;
    bool place = false;
    for (const char c : text) {
        const bool opens = c == '[' || c == '{';
        if ((place && (opens || c == ']')) || (optional && c == '[') || (!place && c == '}') ||
            (!optional && c == ']'))
            return std::string("`") + c + "` stands where it cannot";
        if (c == '[' || c == ']') optional = opens;
        if (c == '{' || c == '}') place = opens;
    }
    return optional || place ? "a bracket or brace is never closed" : "";
}

std::string filled(const std::string& text, const base::Finding& finding) {
    std::string out;
    std::string part;
    bool optional = false;
    bool whole = true;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string& to = optional ? part : out;
        if (text[at] == '[') {
            optional = whole = true;
            part.clear();
        } else if (text[at] == ']') {
            optional = false;
            if (whole) out += part;
        } else if (text[at] == '{') {
            const std::size_t end = text.find('}', at);
            const std::string_view argument =
                argument_of(finding, std::string_view(text).substr(at + 1, end - at - 1));
            whole = whole && !argument.empty();
            to += argument.empty() ? "?" : argument;
            at = end;
        } else {
            to += text[at];
        }
    }
    return out;
}

}  // namespace receipts
