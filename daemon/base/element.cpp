#include "base/element.hpp"

#include <utility>

namespace base {

const Element* Element::child(std::string_view child_name) const {
    for (const Element& each : children)
        if (each.name == child_name) return &each;
    return nullptr;
}

Element* Element::child(std::string_view child_name) {
    return const_cast<Element*>(std::as_const(*this).child(child_name));
}

const Element* Element::at(std::string_view path) const {
    const Element* here = this;
    while (here && !path.empty()) {
        const std::size_t slash = path.find('/');
        here = here->child(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    return here;
}

Element* Element::at(std::string_view path) {
    return const_cast<Element*>(std::as_const(*this).at(path));
}

std::string_view Element::text_at(std::string_view path) const {
    const Element* found = at(path);
    return found ? std::string_view{found->text} : std::string_view{};
}

std::string_view Element::attribute(std::string_view attribute_name) const {
    for (const Attribute& each : attributes)
        if (each.name == attribute_name) return each.value;
    return {};
}

std::vector<const Element*> Element::all(std::string_view child_name) const {
    std::vector<const Element*> found;
    for (const Element& each : children)
        if (each.name == child_name) found.push_back(&each);
    return found;
}

Element& Element::add(std::string child_name, std::string child_text) {
    return children.emplace_back(Element{std::move(child_name), std::move(child_text)});
}

void Element::add_if(std::string child_name, std::string child_text) {
    if (!child_text.empty()) add(std::move(child_name), std::move(child_text));
}

std::string path_of(std::string_view parent_path, std::string_view name, std::size_t index) {
    std::string path{parent_path};
    path += '/';
    path += name;
    if (index > 0) path += '[' + std::to_string(index + 1) + ']';
    return path;
}

std::string collapsed(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

}  // namespace base
