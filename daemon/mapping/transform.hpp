// transform: a document through a table. Pure: the same input gives the same output.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "mapping/rule.hpp"

namespace mapping {

// What a table may ask for besides the document.
struct Given {
    std::string key;
    std::string at;                 // ISO
    std::optional<base::Date> day;  // chooses the rows of the lists
};

struct Transformed {
    base::Element document;
    std::vector<std::string> troubles;  // what could not be converted, what is missing
};

Transformed transform(const Table& table, const base::Element& source, const Given& given);

// One value through a conversion.
struct Converted {
    std::optional<std::string> value;  // nothing: leave the target out
    std::string trouble;
};
Converted convert(const Conversion& conversion, const std::string& value,
                  std::optional<base::Date> day);

}  // namespace mapping
