// Lists: the code lists, the commodity catalogue and the exchange rates of config/codes/*.csv.
//
// Code lists are data, never enumerations. Every row may bear valid_from and valid_to (empty =
// always); a look-up names the day. Codes are strings with leading zeros, case matters. Files are
// CSV as RFC 4180 has it; what they must hold stands in config/README.md.
// Threads: immutable once loaded. Throws: nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/decimal.hpp"
#include "base/result.hpp"
#include "edi/commodity.hpp"

namespace edi {

struct ListRow {
    std::string code;
    std::string valid_from;  // "2026-01-01" or empty
    std::string valid_to;
    std::vector<std::string> cells;  // every column, in the order of List::columns
};

struct List {
    std::string name;  // file name without .csv: "countries"
    std::vector<std::string> columns;
    std::unordered_multimap<std::string, ListRow> rows;  // by code (the first column)

    // The row of that code in force on that day, the newest if there are several, or null.
    const ListRow* row(const std::string& code, base::Date day) const;
    // All rows in force on that day, one a code, by code.
    std::vector<const ListRow*> in_force_on(base::Date day) const;
    // A cell of it by column name; empty when there is no such row or column.
    std::string cell(const std::string& code, const std::string& column, base::Date day) const;
    // The other way round: the code of the row in force whose column has that value, or empty.
    // Rows that are an alias of another (column alias_of) are passed over.
    std::string code_where(const std::string& column, const std::string& value,
                           base::Date day) const;
};

struct Commodity {
    std::string code;
    std::string name;
    std::string unit;         // code of list "units"
    std::string supervision;  // condition string, e.g. "6AO"
    bool needs_licence() const { return supervision.find('O') != std::string::npos; }
    bool used_forbidden() const { return supervision.find('6') != std::string::npos; }
};

class Lists {
public:
    // Every *.csv of the directory. Faults name file and line, all of them, one a line; also where
    // a list or column that the rules need is missing, or a unit or currency that is named.
    static base::Result<Lists> load(const std::string& directory);

    // The same lists with the goods of one year as the gateway published them: they replace the
    // rows of "commodities" that are in force in that year.
    Lists with(const CommodityCatalogue& catalogue) const;

    // Null when there is no such list.
    const List* list(const std::string& name) const;
    bool has(const std::string& list_name, const std::string& code, base::Date day) const;
    // Whether any commodity row is in force in that year.
    bool has_catalogue(int year) const;
    std::optional<Commodity> commodity(const std::string& code, base::Date day) const;
    // USD for one unit of the currency on the day: the newest rate not after it.
    std::optional<base::Decimal> usd_rate(const std::string& currency, base::Date day) const;
    // Minor units of a currency; 2 when the list does not say.
    int minor_units(const std::string& currency, base::Date day) const;

    // What a code is an alias of ("RMB" of "CNY"), else the code itself.
    std::string canonical(const std::string& list_name, const std::string& code,
                          base::Date day) const;

private:
    std::map<std::string, List> lists_;
};

}  // namespace edi
