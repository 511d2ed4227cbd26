// small_xml: XML of our own making (schemas, expectations of tests) as an Element, without the
// parser under test. No entities but the five, no CDATA; prefixes are dropped.
#pragma once

#include <regex>
#include <string>
#include <vector>

#include "base/element.hpp"

namespace small_xml {

inline std::string local(const std::string& name) {
    const std::size_t colon = name.find(':');
    return colon == std::string::npos ? name : name.substr(colon + 1);
}

inline base::Element read(const std::string& text) {
    std::vector<base::Element> open{{"", ""}};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t tag = std::min(text.find('<', at), text.size());
        const std::string between = text.substr(at, tag - at);
        if (!base::collapsed(between).empty()) open.back().text += between;
        if (tag == text.size()) break;
        if (text.compare(tag, 4, "<!--") == 0) {
            at = text.find("-->", tag) + 3;
            continue;
        }
        const std::size_t end = text.find('>', tag);
        std::string inside = text.substr(tag + 1, end - tag - 1);
        at = end + 1;
        if (inside[0] == '?') continue;
        if (inside[0] == '/') {
            base::Element done = std::move(open.back());
            open.pop_back();
            open.back().children.push_back(std::move(done));
            continue;
        }
        const bool empty = inside.back() == '/';
        if (empty) inside.pop_back();
        base::Element element{local(inside.substr(0, inside.find_first_of(" \t\n"))), ""};
        static const std::regex attribute("([A-Za-z:]+)=\"([^\"]*)\"");
        for (std::sregex_iterator each(inside.begin(), inside.end(), attribute), none; each != none;
             ++each)
            if (!(*each)[1].str().starts_with("xmlns"))
                element.attributes.push_back({local((*each)[1]), (*each)[2]});
        if (empty) {
            open.back().children.push_back(std::move(element));
        } else {
            open.push_back(std::move(element));
        }
    }
    return open.front().children.front();
}

// For messages of failed tests.
inline std::string shown(const base::Element& element, const std::string& indent = "") {
    std::string out = indent + element.name;
    for (const base::Attribute& each : element.attributes)
        out += " @" + each.name + "=" + each.value;
    out += element.text.empty() ? "\n" : " = " + element.text + "\n";
    for (const base::Element& each : element.children) out += shown(each, indent + "  ");
    return out;
}

}  // namespace small_xml
