#include "mapping/shape.hpp"

#include <algorithm>
#include <sstream>

#include "mapping/path.hpp"

namespace mapping {
namespace {

// "CustomsOffice+2"; an empty name when it is not a name.
Shape shape_of(const std::string& key) {
    Shape shape;
    if (key == ".") {
        shape.name = key;
        return shape;
    }
    const std::size_t start = key.starts_with('@') ? 1 : 0;
    const std::size_t end = name_end(key, start);
    const std::string suffix = key.substr(end);
    const std::string limit = suffix.size() > 1 ? suffix.substr(1) : "";
    const bool counted = !limit.empty() && limit.size() < 4 && limit[0] != '0' &&
                         limit.find_first_not_of("0123456789") == std::string::npos;
    const char mark = suffix.empty() ? '1' : suffix[0];
    const bool known = mark == '1' || mark == '?' || mark == '*' || mark == '+';
    shape.repeats = mark == '*' || mark == '+';
    if (end == start || !known || !(limit.empty() || (counted && shape.repeats))) return shape;
    shape.name = key.substr(0, end);
    shape.required = mark == '1' || mark == '+';
    shape.most = counted ? std::stoul(limit) : 0;
    return shape;
}

Shape named(const std::string& key, const yaml::Node& node) {
    Shape shape = shape_of(key);
    if (shape.name.empty())
        node.complain("'" + key + "' is no name with ?, *, + or a number behind it");
    return shape;
}

// "/mepResults/result": the parts of what stands there, in a document further up.
std::vector<Shape> parts_at(const yaml::Node& node, const std::vector<Shape>& documents) {
    const std::string path = node.text();
    const std::vector<Shape>* parts = &documents;
    for (std::size_t from = 1; from <= path.size();) {
        const std::size_t slash = std::min(path.find('/', from), path.size());
        const auto found = std::ranges::find(*parts, path.substr(from, slash - from), &Shape::name);
        if (found == parts->end()) {
            node.complain("'" + path + "' stands nowhere further up");
            return {};
        }
        parts = &found->inside;
        from = slash + 1;
    }
    return *parts;
}

// `documents`: those that are read already; null for the documents themselves.
std::vector<Shape> read_parts(const yaml::Node& names, const std::vector<Shape>* documents) {
    std::vector<Shape> all;
    for (const std::string& key : names.keys()) {
        const yaml::Node value = names[key];
        const std::vector<Shape>& known = documents ? *documents : all;
        Shape shape = named(key, value);
        if (value.is_map()) {
            shape.inside = read_parts(value, &known);
        } else if (!value.is_empty() && value.text().starts_with('/')) {
            shape.inside = parts_at(value, known);
        } else if (!value.is_empty()) {
            std::istringstream words(value.text());
            for (std::string word; words >> word;) shape.inside.push_back(named(word, value));
        }
        all.push_back(std::move(shape));
    }
    return all;
}

std::size_t rank(const Shape& shape, std::string_view name) {
    const auto found = std::find_if(shape.inside.begin(), shape.inside.end(),
                                    [&](const Shape& each) { return each.name == name; });
    return static_cast<std::size_t>(found - shape.inside.begin());
}

void look(const Shape& shape, const base::Element& element, const std::string& path,
          std::vector<std::string>& found) {
    for (const Shape& part : shape.inside) {
        const std::string here = path + '/' + part.name;
        if (part.is_attribute()) {
            const std::string_view name = std::string_view(part.name).substr(1);
            if (part.required && element.attribute(name).empty())
                found.push_back(here + " is missing");
            continue;
        }
        if (part.name == ".") {
            if (element.text.empty()) found.push_back(path + " is empty");
            continue;
        }
        const std::vector<const base::Element*> there = element.all(part.name);
        if (there.empty() && part.required) found.push_back(here + " is missing");
        const std::size_t most = part.repeats ? part.most : 1;
        if (most > 0 && there.size() > most) found.push_back(here + " stands too often");
        for (const base::Element* each : there) look(part, *each, here, found);
    }
}

}  // namespace

const Shape* Shape::part(std::string_view part_name) const {
    for (const Shape& each : inside)
        if (each.name == part_name) return &each;
    return nullptr;
}

std::vector<Shape> read_shapes(const yaml::Node& names) { return read_parts(names, nullptr); }

void arrange(const Shape& shape, base::Element& element) {
    const auto before = [&](const auto& a, const auto& b) {
        return rank(shape, a.name) < rank(shape, b.name);
    };
    std::stable_sort(element.children.begin(), element.children.end(), before);
    const auto attribute_before = [&](const auto& a, const auto& b) {
        return rank(shape, '@' + a.name) < rank(shape, '@' + b.name);
    };
    std::stable_sort(element.attributes.begin(), element.attributes.end(), attribute_before);
    for (base::Element& child : element.children)
        if (const Shape* part = shape.part(child.name)) arrange(*part, child);
}

std::vector<std::string> shortcomings(const Shape& shape, const base::Element& element) {
    std::vector<std::string> found;
    look(shape, element, shape.name, found);
    return found;
}

}  // namespace mapping
