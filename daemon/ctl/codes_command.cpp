// permitctl codes and schemas: what the engine goes by, without a daemon.
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "ctl/commands.hpp"
#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "edi/lists.hpp"
#include "http/url.hpp"
#include "xml/parser.hpp"

namespace ctl {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::size_t schema_bytes_max = 4u << 20;

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

struct Asked {
    std::string list, text;
    std::size_t limit = 1000, page = 1;
};

std::vector<std::string> names_of_lists(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code wrong;
    for (const auto& each : fs::directory_iterator{directory, wrong})
        if (each.path().extension() == ".csv") names.push_back(each.path().stem());
    std::ranges::sort(names);
    return names;
}

int tell_names(const Common& common, const edi::Lists& lists, const std::string& directory,
               base::Date today) {
    Table table{{say("LIST"), say("CODES TODAY"), say("COLUMNS")}};
    for (const std::string& name : names_of_lists(directory)) {
        const edi::List* const list = lists.list(name);
        if (!list) continue;
        const std::size_t count = list->in_force_on(today).size();
        if (common.json) print_line(json::object{{"list", name}, {"codes", count}});
        std::string columns;
        for (const std::string& each : list->columns)
            columns += (columns.empty() ? "" : " ") + each;
        table.add({name, std::to_string(count), columns});
    }
    if (!common.json) std::cout << table.text();
    return EX_OK;
}

// The code itself, or a piece of any cell; letters of either case find each other.
bool matches(const edi::ListRow& row, const std::string& text) {
    const std::string wanted = http::lower_case(text);
    return text.empty() || std::ranges::any_of(row.cells, [&](const std::string& cell) {
               return http::lower_case(cell).find(wanted) != std::string::npos;
           });
}

std::vector<const edi::ListRow*> found_in(const edi::List& list, const std::string& text,
                                          base::Date today) {
    if (const edi::ListRow* const row = list.row(text, today)) return {row};
    std::vector<const edi::ListRow*> rows = list.in_force_on(today);
    std::erase_if(rows, [&](const edi::ListRow* each) { return !matches(*each, text); });
    return rows;
}

json::object line_of(const edi::List& list, const edi::ListRow& row) {
    json::object line{{"list", list.name}};
    for (std::size_t i = 0; i < list.columns.size(); ++i) line[list.columns[i]] = row.cells[i];
    return line;
}

int tell_rows(const Common& common, const Asked& asked, const edi::List& list, base::Date today) {
    const auto rows = found_in(list, asked.text, today);
    if (rows.empty())
        return fail(EX_NOINPUT, say("{1} has no code or name with {2} today",
                                    {list.name, printable(asked.text)}));
    const std::size_t limit = std::max<std::size_t>(1, asked.limit);
    const std::size_t from =
        std::min(rows.size(), (std::max<std::size_t>(1, asked.page) - 1) * limit);
    const std::size_t to = std::min(rows.size(), from + limit);
    Table table{list.columns};
    for (std::size_t i = from; i < to; ++i) {
        if (common.json) print_line(line_of(list, *rows[i]));
        table.add(rows[i]->cells);
    }
    if (common.json) return EX_OK;
    std::cout << table.text();
    if (to < rows.size())
        std::cout << say("there are more: --page {1}", {std::to_string(asked.page + 1)}) << '\n';
    return EX_OK;
}

int codes(const Common& common, const Asked& asked) {
    const std::string directory = place_of(common.config).share + "/config/codes";
    const auto lists = edi::Lists::load(directory);
    if (!lists) return fail(EX_CONFIG, lists.fault().text);
    const base::Date today = base::day_of(base::SystemClock{}.now());
    if (asked.list.empty()) return tell_names(common, *lists, directory, today);
    const edi::List* const list = lists->list(asked.list);
    if (!list)
        return fail(EX_NOINPUT,
                    say("there is no list {1}: permitctl codes names them", {asked.list}));
    return tell_rows(common, asked, *list, today);
}

// The value of an attribute of the root, as our own schemas write them.
std::string root_attribute(const std::string& text, const std::string& name) {
    const auto root = text.find("<xs:schema");
    const auto end = text.find('>', root);
    const auto at = text.find(' ' + name + "=\"", root);
    if (root == std::string::npos || at == std::string::npos || at > end) return {};
    const auto from = at + name.size() + 3;
    return text.substr(from, text.find('"', from) - from);
}

int schemas(const Common& common) {
    const std::string directory = place_of(common.config).share + "/xsd";
    std::vector<fs::path> files;
    std::error_code wrong;
    for (const auto& each : fs::directory_iterator{directory, wrong})
        if (each.path().extension() == ".xsd") files.push_back(each.path());
    if (files.empty()) return fail(EX_CONFIG, directory + " holds no schemas");
    std::ranges::sort(files);
    Table table{{say("SCHEMA"), say("VERSION"), say("NAMESPACE"), "SHA-256"}};
    for (const fs::path& each : files) {
        const auto text = base::read_file(each, schema_bytes_max);
        if (!text) return fail(EX_CONFIG, text.fault().text);
        const std::string name = each.filename(), version = root_attribute(*text, "version"),
                          space = root_attribute(*text, "targetNamespace"),
                          digest = base::sha256_hex(*text);
        if (common.json)
            print_line(json::object{
                {"schema", name}, {"version", version}, {"namespace", space}, {"sha256", digest}});
        table.add({name, version, space, digest});
    }
    xml::initialise();
    auto parser = xml::Parser::load(directory, xml::Limits{});
    const base::Outcome proof = parser ? parser->self_test() : base::Outcome{parser.fault()};
    if (common.json) {
        print_line(json::object{{"self_test", proof ? "ok" : proof.fault().text}});
    } else {
        std::string told;
        add_line(told, say("self-test"),
                 proof ? in_colour(32, say("ok: every canned attack is refused"))
                       : in_colour(31, printable(proof.fault().text)));
        std::cout << table.text() << '\n' << told;
    }
    return proof ? EX_OK : EX_CONFIG;
}

}  // namespace

void add_reference_commands(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* listing = app.add_subcommand(
        "codes", "The code lists, as they are in force today in China, without a daemon");
    listing->add_option("LIST", asked->list, "One list; without it, their names");
    listing->add_option("TEXT", asked->text, "A code, or a piece of a name in either language");
    listing->add_option("--limit", asked->limit, "At most so many lines")->capture_default_str();
    listing->add_option("--page", asked->page, "The first page is 1")->capture_default_str();
    listing->footer(
        "The goods that the ministry's gateway published: permitctl commodities.\n"
        "Examples:\n  permitctl codes\n  permitctl codes countries 德国\n"
        "  permitctl codes customs-offices 2200");
    listing->callback([&common, &ended, asked] { ended = codes(common, *asked); });
    CLI::App* telling = app.add_subcommand(
        "schemas",
        "The schemas: versions, digests, and whether the parser still refuses the canned attacks; "
        "without a daemon");
    telling->footer("Example: permitctl schemas --json");
    telling->callback([&common, &ended] { ended = schemas(common); });
}

}  // namespace ctl
