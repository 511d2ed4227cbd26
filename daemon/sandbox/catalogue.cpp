#include "sandbox/catalogue.hpp"

#include <sstream>

#include "base/files.hpp"

namespace sandbox {

namespace {

constexpr std::string_view head = "code,name_zh,unit,supervision,issuing_tier,valid_from,valid_to";
constexpr std::size_t file_bytes_max = 64u << 20;

// RFC 4180 cells of one line; nothing when a quote is left open.
std::optional<std::vector<std::string>> cells_of(std::string_view line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            cells.back() += line[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else
            cells.back() += c;
    }
    if (quoted) return std::nullopt;
    return cells;
}

bool in_year(const Goods& goods, unsigned year) {
    const std::string first = std::to_string(year) + "-01-01";
    const std::string last = std::to_string(year) + "-12-31";
    return (goods.valid_from.empty() || goods.valid_from <= last) &&
           (goods.valid_to.empty() || goods.valid_to >= first);
}

}  // namespace

base::Result<Catalogue> Catalogue::read(const std::string& file) {
    auto text = base::read_file(file, file_bytes_max);
    if (!text) return text.fault();
    return parse(*text, file);
}

base::Result<Catalogue> Catalogue::parse(const std::string& text, const std::string& name) {
    Catalogue catalogue;
    std::istringstream lines(text);
    std::string line;
    for (unsigned number = 1; std::getline(lines, line); ++number) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const auto fault = [&](const std::string& what) {
            return base::Fault{base::Remedy::AskOperator,
                               name + ":" + std::to_string(number) + ": " + what};
        };
        if (number == 1 && line != head) return fault("the columns must be " + std::string(head));
        if (number == 1 || line.empty()) continue;
        auto cells = cells_of(line);
        if (!cells || cells->size() != 7) return fault("a row has seven cells");
        auto& c = *cells;
        catalogue.goods_.push_back({c[0], c[1], c[2], c[3], c[4], c[5], c[6]});
    }
    return catalogue;
}

base::Element Catalogue::of_year(unsigned year) const {
    base::Element root{"mepCatalogue", ""};
    root.attributes = {{"year", std::to_string(year)}};
    const std::string first = std::to_string(year) + "-01-01";
    const std::string last = std::to_string(year) + "-12-31";
    for (const Goods& goods : goods_) {
        if (!in_year(goods, year)) continue;
        base::Element& row = root.add("row");
        row.add("code", goods.code);
        row.add("name", goods.name);
        row.add("unit", goods.unit);
        row.add("supervision", goods.supervision);
        row.add("tier", goods.tier.empty() ? "none" : goods.tier);
        row.add("validFrom", goods.valid_from.empty() ? first : goods.valid_from);
        row.add("validTo", goods.valid_to.empty() ? last : goods.valid_to);
    }
    return root;
}

}  // namespace sandbox
