// transform: a document through a table. Pure: the same input gives the same output.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "base/finding.hpp"
#include "mapping/rule.hpp"
#include "xml/places.hpp"

namespace mapping {

// What a table may ask for besides the document.
struct Given {
    std::string key;
    std::string at;                 // ISO
    std::optional<base::Date> day;  // chooses the rows of the lists
};

struct Transformed {
    base::Element document;             // positions are 0
    std::vector<std::string> troubles;  // what could not be converted, what is missing
};

Transformed transform(const Table& table, const base::Element& source, const Given& given);

// What became of a field.
struct Field {
    xml::Place place;
    std::string source;  // what stood there; of a group and of a secret nothing
    std::string made;
    const Rule* rule = nullptr;  // null for a group
};

// The same where it is to be known what came from where: of a partner's document.
struct Traced {
    base::Element document;     // positions are those of the source
    std::vector<Field> fields;  // of every element and attribute made, in the document's order
    std::vector<base::Finding> refused;  // values that could not be converted, where they stand
    bool too_large = false;              // more came of it than bytes_made_max; it is not whole
};
inline constexpr std::size_t bytes_made_max = 160u << 20;  // of memory; a worker has 512 MiB

Traced trace(const Table& table, const base::Element& source, const Given& given);

// One value through a conversion.
struct Converted {
    std::optional<std::string> value;  // nothing: leave the target out
    std::string trouble;
};
Converted convert(const Conversion& conversion, const std::string& value,
                  std::optional<base::Date> day);
// What a conversion takes, for people: "是, 否", "countries/name_zh", "2026-11-22".
std::string wanted(const Conversion& conversion);
// What a rule does with its value, for people: "list countries by name_zh"; empty: copied.
std::string described(const Rule& rule);

}  // namespace mapping
