#include "xml/tree.hpp"

#include <algorithm>

#include "xml/text.hpp"

namespace xml {

namespace {

// Our longest name has 22 characters; a partner's dialect may have longer ones.
constexpr std::size_t name_units_max = 256;

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

bool is_secret(std::string_view name) { return name == "Password" || name == "accountPwd"; }

void Tree::open(std::u16string_view name, base::Position position, std::size_t attribute_count) {
    if (open_.size() >= limits_.depth_max) throw LimitExceeded{"Depth"};
    if (++count_.elements > limits_.elements_max) throw LimitExceeded{"Elements"};
    if (name.size() > name_units_max) throw LimitExceeded{"Name"};
    base::Element& element = open_.emplace_back();
    append_utf8(element.name, name);
    element.position = position;
    if (attribute_count > limits_.attributes_max) throw LimitExceeded{"Attributes"};
    count_.attributes += attribute_count;
    if (count_.attributes > limits_.all_attributes_max) throw LimitExceeded{"AllAttributes"};
}

void Tree::attribute(std::string name, std::u16string_view value) {
    std::string text = utf8_of(value);
    if (text.size() > limits_.text_bytes_max) throw LimitExceeded{"Text"};
    if (name.size() > name_units_max) throw LimitExceeded{"Name"};
    open_.back().attributes.push_back({std::move(name), std::move(text)});
}

void Tree::text(std::u16string_view characters) {
    std::string& text = open_.back().text;
    append_utf8(text, characters);
    if (text.size() > limits_.text_bytes_max) throw LimitExceeded{"Text"};
}

void Tree::close() {
    base::Element element = std::move(open_.back());
    open_.pop_back();
    if (!element.children.empty() && !(keeps_mixed_text_ && !is_blank(element.text)))
        element.text.clear();
    if (open_.empty())
        root_ = std::move(element);
    else
        open_.back().children.push_back(std::move(element));
}

std::string Tree::path() const {
    std::string path;
    for (std::size_t i = 0; i < open_.size(); ++i) {
        std::size_t index = 0;
        if (i > 0)
            index = static_cast<std::size_t>(
                std::ranges::count(open_[i - 1].children, open_[i].name, &base::Element::name));
        if (const auto taken = taken_.find(open_[i].name); i == 1 && taken != taken_.end())
            index += taken->second;
        path = base::path_of(path, open_[i].name, index);
        if (is_secret(open_[i].name)) break;
    }
    return path;
}

bool Tree::has_only(std::string_view name) const {
    const std::vector<base::Element>& children = open_.back().children;
    return children.size() == 1 && children.front().name == name;
}

bool Tree::in_secret() const { return std::ranges::any_of(open_, is_secret, &base::Element::name); }

base::Element Tree::take_last_child() {
    base::Element child = std::move(open_.front().children.back());
    open_.front().children.pop_back();
    ++taken_[child.name];
    return child;
}

std::optional<base::Element> Tree::take_root() {
    if (root_ || open_.empty()) return std::move(root_);
    base::Element root = std::move(open_.front());
    root.text.clear();
    return root;
}

}  // namespace xml
