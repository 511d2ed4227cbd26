#include <cstdlib>
#include <string_view>
#include <vector>

#include "xml/grammar.hpp"

namespace xml {

namespace {

// Beyond this many states a content model takes seconds to build, on the first document that needs
// it; a single repeated element ("unbounded") costs one state.
constexpr long occurrences_max = 500;

std::string position_in(const std::string& text, std::size_t at) {
    long line = 1;
    for (std::size_t i = 0; i < at; ++i) line += text[i] == '\n';
    return "line " + std::to_string(line) + ": ";
}

bool unbounded_at(std::string_view pattern, std::size_t at) {
    if (at >= pattern.size()) return false;
    if (pattern[at] == '*' || pattern[at] == '+') return true;
    const std::size_t end = pattern.find('}', at);
    return pattern[at] == '{' && end != std::string_view::npos && pattern[end - 1] == ',';
}

// Backtracking over a repetition of a repetition is exponential, over many ".*" a high power.
bool is_dangerous(std::string_view pattern) {
    std::vector<bool> groups{false};  // whether an unbounded repetition stands in the open group
    int any = 0;
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\') {
            ++i;
        } else if (c == '[') {
            in_class = true;
        } else if (c == ']') {
            in_class = false;
        } else if (in_class) {
            continue;
        } else if (c == '(') {
            groups.push_back(false);
            continue;
        } else if (c == ')' && groups.size() > 1) {
            const bool inner = groups.back();
            groups.pop_back();
            if (inner && unbounded_at(pattern, i + 1)) return true;
            if (inner) groups.back() = true;
        } else if (c == '.' && unbounded_at(pattern, i + 1)) {
            ++any;
        }
        if (!in_class && unbounded_at(pattern, i + 1)) groups.back() = true;
    }
    return any > 2;
}

std::string attribute_value(const std::string& text, std::size_t at) {
    const std::size_t begin = text.find('"', at) + 1;
    return text.substr(begin, text.find('"', begin) - begin);
}

}  // namespace

std::string broken_schema_rule(const std::string& text) {
    for (const char* forbidden :
         {"<!DOCTYPE", "<xs:any ", "<xs:any/", "<xs:anyAttribute", "<xs:redefine"}) {
        const std::size_t at = text.find(forbidden);
        if (at != std::string::npos)
            return position_in(text, at) + std::string{forbidden}.substr(1) + " is not allowed";
    }
    for (std::size_t at = text.find("maxOccurs="); at != std::string::npos;
         at = text.find("maxOccurs=", at + 1)) {
        const std::string value = attribute_value(text, at);
        if (value != "unbounded" && std::atol(value.c_str()) > occurrences_max)
            return position_in(text, at) + "maxOccurs " + value + " is too many to build; take " +
                   "unbounded and a limit elsewhere";
    }
    for (std::size_t at = text.find("<xs:pattern"); at != std::string::npos;
         at = text.find("<xs:pattern", at + 1)) {
        const std::string value = attribute_value(text, text.find("value=", at));
        if (is_dangerous(value))
            return position_in(text, at) + "the pattern " + value + " can take for ever";
    }
    return {};
}

}  // namespace xml
