// Element: one element of an XML document as a plain value, and everything above it by ownership.
//
// This is the shape in which documents travel through permitd: examine makes it from foreign bytes,
// judge reads and fills it in, the mapper turns one into another, xml/ writes it. Names are local
// names, namespaces are gone (each document type has exactly one). Text is UTF-8.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// Where a start tag ends, 1-based, counted in characters of the decoded file; 0 = made by us.
struct Position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    bool operator==(const Position&) const = default;
};

struct Attribute {
    std::string name;
    std::string value;
    bool operator==(const Attribute&) const = default;
};

struct Element {
    std::string name;
    std::string text;  // of a leaf, with character references resolved and white space as it stood
    Position position = {};
    std::vector<Attribute> attributes = {};
    std::vector<Element> children = {};

    bool operator==(const Element&) const = default;

    // The first child of that name, or null.
    const Element* child(std::string_view child_name) const;
    Element* child(std::string_view child_name);
    // The first element at a relative path such as "Importer/Uscc", or null.
    const Element* at(std::string_view path) const;
    Element* at(std::string_view path);
    // The text at a relative path, empty when there is no such element.
    std::string_view text_at(std::string_view path) const;
    // The value of an attribute, empty when there is none.
    std::string_view attribute(std::string_view attribute_name) const;
    // All children of that name, in document order.
    std::vector<const Element*> all(std::string_view child_name) const;
    // Appends a child and returns it; references to earlier children become invalid.
    Element& add(std::string child_name, std::string child_text = {});
    // Appends a leaf only if the text is not empty.
    void add_if(std::string child_name, std::string child_text);
};

// The path of the index-th child named `name`, counted from 0 among its namesakes: "/A/B" for the
// first, "/A/B[2]" for the second. (The first bears no index: a stream cannot know that more come.)
std::string path_of(std::string_view parent_path, std::string_view name, std::size_t index);

// White space collapsed as XSD's whiteSpace="collapse" does (XML Schema 1.0 part 2, 4.3.6).
std::string collapsed(std::string_view text);

}  // namespace base
