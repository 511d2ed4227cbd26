// Tree: a YAML document as our own values, and what was asked of it. Private to yaml/.
//
// grow() is the only place that calls yaml-cpp. It refuses what makes a configuration mean
// something else than it says: anchors and aliases (YAML 1.2, 7.1), tags (6.9.1), several documents
// (9.2).
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/element.hpp"
#include "base/result.hpp"
#include "yaml/document.hpp"

namespace yaml {

inline constexpr std::size_t bytes_max = 1u << 20;
inline constexpr std::size_t depth_max = 32;

enum class Kind { Nothing, Scalar, List, Map };
enum class Style { Plain, Quoted };

struct Item;

struct Entry {
    std::string key;
    base::Position position;
    std::unique_ptr<Item> value;
    bool asked = false;
};

struct Item {
    Kind kind = Kind::Nothing;
    Style style = Style::Plain;
    base::Position position;
    std::string text;                          // of a scalar
    std::vector<Entry> entries;                // of a map, in file order, each key once
    std::vector<std::unique_ptr<Item>> items;  // of a list
    std::set<std::string> known;               // keys that somebody asked a map for
    bool misread = false;  // its form was complained about: what is inside needs no complaint too

    Entry* entry(const std::string& key);
};

struct Document::Tree {
    std::string name;
    std::unique_ptr<Item> root;
    struct Complaint {
        std::uint32_t line;
        std::uint32_t column;
        std::string text;
        auto operator<=>(const Complaint&) const = default;
    };
    std::set<Complaint> complaints;  // sorted as the file is; told once, however often asked

    void complain(base::Position position, const std::string& text);
    std::string where(base::Position position) const;
};

base::Outcome grow(Document::Tree& tree, const std::string& text);
// A value as a complaint may show it: one line, at most 60 characters, in quotes.
std::string shown(const std::string& value);

}  // namespace yaml
