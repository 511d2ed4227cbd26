#include "edi/list_file.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/clock.hpp"
#include "base/decimal.hpp"
#include "base/element.hpp"

namespace edi {

namespace {

constexpr const char* rates_name = "exchange-rates";

struct Wanted {
    const char* list;
    std::vector<const char*> columns;
};
// What the rules and the mapping tables look up. The commodity catalogue and the rates may be
// missing altogether (their rules then warn); where they stand, they stand whole.
const std::vector<Wanted>& wanted() {
    static const std::vector<Wanted> lists{
        {"authority-levels", {}},
        {"countries", {"alpha2"}},
        {"currencies", {"customs_code", "minor_units", "alias_of"}},
        {"customs-offices", {}},
        {"entity-types", {}},
        {"foreign-exchange-sources", {}},
        {"goods-uses", {}},
        {"industries", {}},
        {"licensing-offices", {}},
        {"project-types", {}},
        {"provinces", {}},
        {"trade-modes", {}},
        {"units", {"counted"}},
    };
    return lists;
}
const std::vector<Wanted>& wanted_where_present() {
    static const std::vector<Wanted> lists{{"commodities", {"name_zh", "unit", "supervision"}},
                                           {rates_name, {"usd_per_unit"}}};
    return lists;
}

class Complaints {
public:
    explicit Complaints(const std::string& file) : file_(file) {}
    void add(std::size_t line, const std::string& text) {
        all_.push_back(file_ + ":" + std::to_string(line) + ": " + text);
    }
    std::vector<std::string> take() { return std::exchange(all_, {}); }

private:
    std::string file_;
    std::vector<std::string> all_;
};

void check_columns(const ListFile& file, Complaints& complaints) {
    if (file.columns.empty() || file.columns.front() != "code")
        complaints.add(1, "the first column must be `code`");
    for (const char* needed : {"valid_from", "valid_to"})
        if (file.place(needed) == file.columns.size())
            complaints.add(1, std::string("column `") + needed + "` is missing");
    std::set<std::string> seen;
    for (const std::string& column : file.columns)
        if (!seen.insert(column).second)
            complaints.add(1, "column `" + column + "` stands there twice");
}

void check_row(const ListFile& file, const CsvRow& row, Complaints& complaints) {
    if (row.cells.front().empty()) complaints.add(row.line, "the code is empty");
    for (const std::string& cell : row.cells)
        if (cell != base::collapsed(cell))
            complaints.add(row.line, "white space around or doubled in `" + cell + "`");
    const std::string& from = file.cell(row, "valid_from");
    const std::string& to = file.cell(row, "valid_to");
    for (const std::string& day : {from, to})
        if (!day.empty() && (day.size() != 10 || !base::parse_date(day)))
            complaints.add(row.line, "`" + day + "` is not a day such as 2026-01-31");
    if (!from.empty() && !to.empty() && to < from)
        complaints.add(row.line, "valid_to is before valid_from");
}

bool overlap(const ListFile& file, const CsvRow& a, const CsvRow& b) {
    const std::string& a_from = file.cell(a, "valid_from");
    const std::string& b_from = file.cell(b, "valid_from");
    // Rates follow one another without being closed: the newest that has begun counts.
    if (file.name == rates_name) return a_from == b_from;
    const std::string& a_to = file.cell(a, "valid_to");
    const std::string& b_to = file.cell(b, "valid_to");
    return (a_to.empty() || b_from <= a_to) && (b_to.empty() || a_from <= b_to);
}

void check_overlaps(const ListFile& file, Complaints& complaints) {
    std::map<std::string, std::vector<const CsvRow*>> by_code;
    for (const CsvRow& row : file.rows) {
        auto& earlier = by_code[row.cells.front()];
        for (const CsvRow* each : earlier)
            if (overlap(file, *each, row))
                complaints.add(row.line, "code `" + row.cells.front() +
                                             "` is also in force by line " +
                                             std::to_string(each->line));
        earlier.push_back(&row);
    }
}

// Every non-empty cell of `column` must be a code of `target`.
void check_reference(const ListFiles& files, const ListFile& file, const char* column,
                     const char* target, Complaints& complaints) {
    if (!files.contains(target)) return;
    std::set<std::string> codes;
    for (const CsvRow& row : files.at(target).rows) codes.insert(row.cells.front());
    for (const CsvRow& row : file.rows) {
        const std::string& cell = file.cell(row, column);
        if (!cell.empty() && !codes.contains(cell))
            complaints.add(row.line, "`" + cell + "` is not in " + target + ".csv");
    }
}

void check_cells(const ListFiles& files, const ListFile& file, Complaints& complaints) {
    for (const CsvRow& row : file.rows) {
        if (file.name == "units") {
            const std::string& counted = file.cell(row, "counted");
            if (counted != "0" && counted != "1")
                complaints.add(row.line, "counted must be 0 or 1, not `" + counted + "`");
        }
        if (file.name == "currencies") {
            const std::string& units = file.cell(row, "minor_units");
            if (units.size() != 1 || units < "0" || units > "4")
                complaints.add(row.line, "minor_units must be 0 to 4, not `" + units + "`");
        }
        if (file.name == rates_name) {
            const std::string& text = file.cell(row, "usd_per_unit");
            const auto rate = base::Decimal::parse(text);
            if (!rate || *rate <= base::Decimal{})
                complaints.add(row.line,
                               "usd_per_unit must be a plain decimal above 0, not `" + text + "`");
        }
    }
    if (file.name == "currencies")
        check_reference(files, file, "alias_of", "currencies", complaints);
    if (file.name == "commodities") check_reference(files, file, "unit", "units", complaints);
    if (file.name == rates_name) check_reference(files, file, "code", "currencies", complaints);
}

}  // namespace

std::size_t ListFile::place(std::string_view column) const {
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) -
                                    columns.begin());
}

const std::string& ListFile::cell(const CsvRow& row, std::string_view column) const {
    return row.cells[place(column)];
}

std::vector<std::string> check_form(const ListFile& file) {
    Complaints complaints(file.file);
    check_columns(file, complaints);
    for (const CsvRow& row : file.rows)
        if (row.cells.size() != file.columns.size())
            complaints.add(row.line, std::to_string(row.cells.size()) + " cells, but " +
                                         std::to_string(file.columns.size()) + " columns");
    std::vector<std::string> told = complaints.take();
    if (!told.empty()) return told;
    for (const CsvRow& row : file.rows) check_row(file, row, complaints);
    check_overlaps(file, complaints);
    return complaints.take();
}

std::vector<std::string> check_meaning(const ListFiles& files, const std::string& directory) {
    std::vector<std::string> told;
    std::set<std::string> torn;
    const auto look = [&](const Wanted& each) {
        const ListFile& file = files.at(each.list);
        for (const char* column : each.columns)
            if (file.place(column) == file.columns.size()) {
                told.push_back(file.file + ":1: column `" + column + "` is missing");
                torn.insert(file.name);
            }
    };
    for (const Wanted& each : wanted()) {
        if (files.contains(each.list))
            look(each);
        else
            told.push_back(directory + ": " + each.list + ".csv is missing");
    }
    for (const Wanted& each : wanted_where_present())
        if (files.contains(each.list)) look(each);
    for (const auto& [name, file] : files) {
        if (torn.contains(name)) continue;
        Complaints complaints(file.file);
        check_cells(files, file, complaints);
        const std::vector<std::string> more = complaints.take();
        told.insert(told.end(), more.begin(), more.end());
    }
    return told;
}

}  // namespace edi
