// Path: a place in a document relative to where a rule stands: "Importer/Code", "CustomsOffice[2]",
// "E1EDK03[IDDAT=012]" (those in which that holds), "E1EDP01[ACTION!=003]" (in which it does not),
// "../Unit", "@name", "." (the text of the element itself).
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/element.hpp"

namespace mapping {

struct Step {
    std::string name;
    std::size_t index = 0;   // counted from 1; 0 = none was written
    std::string field = {};  // of its own, "IDDAT" or "@type", that tells which of several is meant
    std::string value = {};  // what it holds
    bool differs = false;    // or rather: what it does not hold

    bool chooses() const { return index > 0 || !field.empty(); }
};

struct Path {
    std::string written;
    std::size_t up = 0;       // how many "../" stand in front
    std::vector<Step> steps;  // empty for "."
};

// Nothing when it is not a path.
std::optional<Path> parse_path(std::string_view text);
// What stands between the separators.
std::vector<std::string> split(const std::string& words, const std::string& separator);
// Where the name ends that begins at `from`: names are those of XML, of any language.
std::size_t name_end(std::string_view text, std::size_t from);

// An element and everything above it, the root first.
using Chain = std::vector<const base::Element*>;

// The elements at the path: all of the last step's namesakes when it bears no index, each with its
// chain. A step in the middle takes the first namesake.
std::vector<Chain> elements_at(const Chain& from, const Path& path);

// What stands at a path: where it leads, or would, and its text or attribute value.
struct Spot {
    const base::Element* element = nullptr;  // of an attribute the one that bears it
    std::string attribute = {};
    const std::string* value = nullptr;  // null: it is not there
};
Spot spot_at(const Chain& from, const Path& path);
// The text or attribute value at the path; nothing when it is not there.
std::optional<std::string> value_at(const Chain& from, const Path& path);

}  // namespace mapping
