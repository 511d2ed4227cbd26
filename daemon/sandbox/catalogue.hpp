// Catalogue: the goods that need a licence, from a CSV file with the columns code, name_zh, unit,
// supervision, issuing_tier, valid_from, valid_to.
// Threads: const use from any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/element.hpp"
#include "base/result.hpp"

namespace sandbox {

struct Goods {
    std::string code;
    std::string name;
    std::string unit;
    std::string supervision;
    std::string tier;
    std::string valid_from;
    std::string valid_to;
};

class Catalogue {
public:
    Catalogue() = default;
    // A fault names the file and the line.
    static base::Result<Catalogue> read(const std::string& file);
    static base::Result<Catalogue> parse(const std::string& text, const std::string& name);

    // Rows that are valid on any day of the year; no rows: there is no catalogue of that year.
    base::Element of_year(unsigned year) const;

private:
    std::vector<Goods> goods_;
};

}  // namespace sandbox
