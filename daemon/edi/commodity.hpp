// CommodityCatalogue: the goods of one year as the ministry's gateway published them (商品目录),
// each row with the days on which it is in force. It stands before config/codes/commodities.csv,
// which counts for years of which there is no such catalogue.
// Threads: value types.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"

namespace edi {

struct CommodityRow {
    std::string code;
    std::string name;
    std::string unit;         // code of list "units"
    std::string supervision;  // condition string, e.g. "6AO"
    std::string tier;         // who issues the licence: "local", "mofcom"
    std::string valid_from;   // "2026-01-01"
    std::string valid_to;
    bool operator==(const CommodityRow&) const = default;
};

struct CommodityCatalogue {
    int year = 0;
    std::string etag;            // as the gateway gave it; for If-None-Match
    base::Time fetched_at = {};  // when the gateway said last that this is it
    std::vector<CommodityRow> rows;
    bool operator==(const CommodityCatalogue&) const = default;
};

}  // namespace edi
