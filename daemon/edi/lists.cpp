#include "edi/lists.hpp"

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "edi/list_file.hpp"

namespace edi {

namespace {

constexpr std::size_t file_bytes_max = 64u << 20;

bool in_force(const ListRow& row, const std::string& day) {
    return row.valid_from <= day && (row.valid_to.empty() || day <= row.valid_to);
}

base::Fault fault_of(const std::vector<std::string>& complaints) {
    std::string text;
    for (const std::string& each : complaints) text += (text.empty() ? "" : "\n") + each;
    return {base::Remedy::AskOperator, text};
}

base::Result<ListFile> read_list(const std::filesystem::path& path) {
    auto bytes = base::read_file(path.string(), file_bytes_max);
    if (!bytes) return bytes.fault();
    auto rows = parse_csv(*bytes);
    if (!rows)
        return base::Fault{base::Remedy::AskOperator, path.string() + ":" + rows.fault().text};
    ListFile file{path.string(), path.stem().string(), {}, std::move(*rows)};
    if (file.rows.empty())
        return base::Fault{base::Remedy::AskOperator, path.string() + ":1: the file is empty"};
    file.columns = std::move(file.rows.front().cells);
    file.rows.erase(file.rows.begin());
    return file;
}

List list_of(const ListFile& file) {
    List list{file.name, file.columns, {}};
    list.rows.reserve(file.rows.size());
    for (const CsvRow& row : file.rows)
        list.rows.emplace(row.cells.front(),
                          ListRow{row.cells.front(), file.cell(row, "valid_from"),
                                  file.cell(row, "valid_to"), row.cells});
    return list;
}

}  // namespace

const ListRow* List::row(const std::string& code, base::Date day) const {
    const auto [first, last] = rows.equal_range(code);
    const std::string today = first == last ? std::string{} : base::iso(day);
    const ListRow* found = nullptr;
    for (auto each = first; each != last; ++each) {
        const ListRow& candidate = each->second;
        if (in_force(candidate, today) && (!found || found->valid_from < candidate.valid_from))
            found = &candidate;
    }
    return found;
}

std::string List::cell(const std::string& code, const std::string& column, base::Date day) const {
    const auto place = std::find(columns.begin(), columns.end(), column);
    if (place == columns.end()) return {};
    const ListRow* found = row(code, day);
    return found ? found->cells[static_cast<std::size_t>(place - columns.begin())] : std::string{};
}

std::string List::code_where(const std::string& column, const std::string& value,
                             base::Date day) const {
    const auto place = std::find(columns.begin(), columns.end(), column);
    if (place == columns.end() || value.empty()) return {};
    const auto index = static_cast<std::size_t>(place - columns.begin());
    const auto alias = static_cast<std::size_t>(
        std::find(columns.begin(), columns.end(), "alias_of") - columns.begin());
    const std::string today = base::iso(day);
    std::string found;
    for (const auto& [code, each] : rows) {
        if (each.cells[index] != value || !in_force(each, today)) continue;
        if (alias < columns.size() && !each.cells[alias].empty()) continue;
        // The smallest of several, so that the answer does not hang on the order of a hash table.
        if (found.empty() || code < found) found = code;
    }
    return found;
}

base::Result<Lists> Lists::load(const std::string& directory) {
    std::error_code error;
    std::vector<std::filesystem::path> paths;
    for (std::filesystem::directory_iterator each(directory, error), end; !error && each != end;
         each.increment(error))
        if (each->path().extension() == ".csv") paths.push_back(each->path());
    if (error) return base::Fault{base::Remedy::AskOperator, directory + ": " + error.message()};
    std::sort(paths.begin(), paths.end());
    ListFiles files;
    std::vector<std::string> complaints;
    for (const std::filesystem::path& path : paths) {
        auto file = read_list(path);
        if (!file) {
            complaints.push_back(file.fault().text);
            continue;
        }
        for (std::string& each : check_form(*file)) complaints.push_back(std::move(each));
        files.emplace(file->name, std::move(*file));
    }
    if (!complaints.empty()) return fault_of(complaints);
    complaints = check_meaning(files, directory);
    if (!complaints.empty()) return fault_of(complaints);
    Lists lists;
    for (const auto& [name, file] : files) lists.lists_.emplace(name, list_of(file));
    return lists;
}

Lists Lists::with(const CommodityCatalogue& catalogue) const {
    using namespace std::chrono;
    const auto day = [&](int year, month of, int number) {
        return base::iso(std::chrono::year{year} / of /
                         std::chrono::day(static_cast<unsigned>(number)));
    };
    Lists out = *this;
    List& goods = out.lists_["commodities"];
    List before = std::move(goods);
    if (before.columns.empty())
        before.columns = {"code",         "name_zh",    "unit",    "supervision",
                          "issuing_tier", "valid_from", "valid_to"};
    goods = {"commodities", before.columns, {}};
    const auto put = [&](ListRow row, const char* from, const std::string& from_day, const char* to,
                         const std::string& to_day) {
        const auto place = [&](const char* column) {
            return static_cast<std::size_t>(std::ranges::find(before.columns, column) -
                                            before.columns.begin());
        };
        if (from) row.cells[place(from)] = row.valid_from = from_day;
        if (to) row.cells[place(to)] = row.valid_to = to_day;
        if (row.valid_to.empty() || row.valid_from <= row.valid_to)
            goods.rows.emplace(row.code, std::move(row));
    };
    // What stands there already goes on to count before and after the year.
    for (const auto& [code, row] : before.rows) {
        if (row.valid_from < day(catalogue.year, January, 1))
            put(row, nullptr, {}, "valid_to",
                row.valid_to.empty()
                    ? day(catalogue.year - 1, December, 31)
                    : std::min(row.valid_to, day(catalogue.year - 1, December, 31)));
        if (row.valid_to.empty() || row.valid_to > day(catalogue.year, December, 31))
            put(row, "valid_from", std::max(row.valid_from, day(catalogue.year + 1, January, 1)),
                nullptr, {});
    }
    for (const CommodityRow& each : catalogue.rows) {
        ListRow row{each.code, each.valid_from, each.valid_to, {}};
        for (const std::string& column : before.columns)
            row.cells.push_back(column == "code"           ? each.code
                                : column == "name_zh"      ? each.name
                                : column == "unit"         ? each.unit
                                : column == "supervision"  ? each.supervision
                                : column == "issuing_tier" ? each.tier
                                : column == "valid_from"   ? each.valid_from
                                : column == "valid_to"     ? each.valid_to
                                                           : std::string{});
        goods.rows.emplace(each.code, std::move(row));
    }
    return out;
}

std::vector<const ListRow*> List::in_force_on(base::Date day) const {
    const std::string today = base::iso(day);
    std::map<std::string_view, const ListRow*> newest;
    for (const auto& [code, each] : rows) {
        if (!in_force(each, today)) continue;
        const ListRow*& place = newest[code];
        if (!place || place->valid_from < each.valid_from) place = &each;
    }
    std::vector<const ListRow*> out;
    for (const auto& [code, row] : newest) out.push_back(row);
    return out;
}

const List* Lists::list(const std::string& name) const {
    const auto found = lists_.find(name);
    return found == lists_.end() ? nullptr : &found->second;
}

bool Lists::has(const std::string& list_name, const std::string& code, base::Date day) const {
    const List* found = list(list_name);
    return found && found->row(code, day);
}

bool Lists::has_catalogue(int year) const {
    const List* catalogue = list("commodities");
    if (!catalogue) return false;
    using namespace std::chrono;
    const std::string first = base::iso(std::chrono::year{year} / January / 1);
    const std::string last = base::iso(std::chrono::year{year} / December / 31);
    return std::any_of(catalogue->rows.begin(), catalogue->rows.end(), [&](const auto& each) {
        const ListRow& row = each.second;
        return row.valid_from <= last && (row.valid_to.empty() || first <= row.valid_to);
    });
}

std::optional<Commodity> Lists::commodity(const std::string& code, base::Date day) const {
    const List* catalogue = list("commodities");
    if (!catalogue || !catalogue->row(code, day)) return std::nullopt;
    return Commodity{code, catalogue->cell(code, "name_zh", day),
                     catalogue->cell(code, "unit", day), catalogue->cell(code, "supervision", day)};
}

std::optional<base::Decimal> Lists::usd_rate(const std::string& currency, base::Date day) const {
    const List* rates = list("exchange-rates");
    if (!rates) return std::nullopt;
    const std::string code = canonical("currencies", currency, day);
    return base::Decimal::parse(rates->cell(code, "usd_per_unit", day));
}

int Lists::minor_units(const std::string& currency, base::Date day) const {
    const List* currencies = list("currencies");
    const std::string units =
        currencies ? currencies->cell(currency, "minor_units", day) : std::string{};
    return units.empty() ? 2 : units.front() - '0';
}

std::string Lists::canonical(const std::string& list_name, const std::string& code,
                             base::Date day) const {
    const List* found = list(list_name);
    const std::string target = found ? found->cell(code, "alias_of", day) : std::string{};
    return target.empty() ? code : target;
}

}  // namespace edi
