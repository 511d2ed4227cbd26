#include "ctl/tables.hpp"

#include <sysexits.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <set>
#include <sstream>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/utf8.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "mapping/mapper.hpp"
#include "mapping/partner.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

constexpr std::size_t shown_characters_max = 60;
constexpr std::size_t told_characters_max = 200;

int fail(const base::Fault& fault, int status) {
    std::cerr << "permitctl: " << fault.text << '\n';
    return status;
}

void add_lines(const std::string& text, std::set<std::string>& told) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (told.insert(line).second) std::cout << printable(line) << '\n';
}

std::string shown(const std::string& value) {
    const std::string_view front = base::first_characters(value, shown_characters_max);
    return printable(std::string{front}) + (front.size() < value.size() ? "..." : "");
}

// A long one is cut, and beside it stands how many characters it has.
void add_value(json::object& line, const std::string& name, const std::string& value) {
    const std::string_view front = base::first_characters(value, told_characters_max);
    const bool cut = front.size() < value.size();
    line[name] = std::string{front} + (cut ? "…" : "");
    if (cut) line[name + "_characters"] = base::characters(value);
}

void tell_json(const std::string& file, const mapping::Field& field) {
    json::object line{{"file", printable(file)},
                      {"line", field.place.position.line},
                      {"column", field.place.position.column},
                      {"source", field.place.path}};
    add_value(line, "value", field.source);
    line["target"] = field.place.made;
    add_value(line, "made", field.made);
    line["conversion"] = mapping::described(*field.rule);
    std::cout << json::serialize(line) << '\n';
}

void tell_people(const mapping::Field& field) {
    const std::string how = mapping::described(*field.rule);
    const base::Position at = field.place.position;
    std::cout << at.line << ':' << at.column << ": " << printable(field.place.path);
    if (!field.source.empty()) std::cout << " = " << shown(field.source);
    std::cout << "\n    -> " << printable(field.place.made) << " = " << shown(field.made);
    if (!how.empty()) std::cout << "  (" << printable(how) << ')';
    std::cout << '\n';
}

}  // namespace

int check_tables(const std::string& share, const std::string& directory) {
    const auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return fail(lists.fault(), EX_CONFIG);
    std::set<std::string> told;
    if (const auto mapper = mapping::Mapper::load(directory, *lists); !mapper)
        add_lines(mapper.fault().text, told);
    const auto dialects = mapping::Dialects::load(directory, *lists);
    if (!dialects) add_lines(dialects.fault().text, told);
    if (!told.empty()) return EX_DATAERR;
    std::cout << printable(directory) << ": " << in_colour(32, say("ok"));
    for (const std::string& each : dialects->names()) std::cout << ' ' << each;
    std::cout << '\n';
    return EX_OK;
}

int try_table(const std::string& share, const std::string& table, const std::string& file,
              Form form) {
    xml::initialise();
    const auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return fail(lists.fault(), EX_CONFIG);
    const auto dialect = dialect_at(share, table, *lists);
    if (!dialect) return fail(dialect.fault(), EX_CONFIG);
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return fail(parser.fault(), EX_CONFIG);
    const auto bytes = base::read_file(file, xml::Limits{}.bytes_max + 1);
    if (!bytes) return fail(bytes.fault(), EX_NOINPUT);
    const xml::Parser::Foreign foreign = parser->parse_foreign(*bytes);
    if (foreign.parsed.well_formed) {
        const std::string now = base::iso(base::SystemClock{}.now());
        const mapping::Heard heard =
            dialect->hear(*foreign.parsed.root, foreign.namespace_uri, now);
        for (const mapping::Field& each : heard.fields) {
            if (!each.rule) continue;  // a group
            if (form == Form::Json)
                tell_json(file, each);
            else
                tell_people(each);
        }
    }
    return validate(share, {file}, form, table);
}

}  // namespace ctl
