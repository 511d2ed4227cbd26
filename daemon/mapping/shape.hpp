// Shape: which names a document may hold, in which order and how often; mapping/shapes/*.yaml.
//
// Tables are checked against shapes when they are loaded, and what a table made is put in the order
// of its shape and checked for what is missing.
// Threads: immutable once read. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/element.hpp"
#include "yaml/document.hpp"

namespace mapping {

struct Shape {
    std::string name;  // "@name" for an attribute, "." for the text of an element with attributes
    bool required = true;
    bool repeats = false;
    std::size_t most = 0;  // of one that repeats; 0 = no limit
    std::vector<Shape> inside;

    bool is_leaf() const { return inside.empty(); }
    bool is_attribute() const { return name.starts_with('@'); }
    const Shape* part(std::string_view part_name) const;
};

// The documents of a file. Complains where a name is not one, or stands for nothing.
std::vector<Shape> read_shapes(const yaml::Node& names);

// The element with attributes and children in the order of the shape.
void arrange(const Shape& shape, base::Element& element);
// Paths of what is required and not there, of what stands too often.
std::vector<std::string> shortcomings(const Shape& shape, const base::Element& element);

}  // namespace mapping
