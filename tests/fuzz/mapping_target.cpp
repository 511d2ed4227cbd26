// Mapping tables and mapping (P6): an input is a document, or a table, a line "=====" and a
// document. Any table is taken or complained about with its place; any document that is read by a
// table that was taken gives the same again when it is read again, and what the daemon can read.
#include <sstream>
#include <utility>

#include "fuzz/target.hpp"
#include "mapping/partner.hpp"

namespace {

constexpr const char* at = "2026-11-22T09:30:00.000+08:00";
constexpr std::string_view between = "\n=====\n";

const mapping::Dialects& shipped() {
    static const mapping::Dialects& loaded =
        fuzz::kept(mapping::Dialects::load(fuzz::checkout + "/mapping", fuzz::lists()));
    return loaded;
}

std::string examined(const mapping::Dialect& dialect, std::string_view document) {
    const xml::Parsed parsed = mapping::examine_partner(fuzz::parser(), dialect, document, at);
    fuzz::require_told(parsed);
    std::string all = xml::encode(parsed);
    std::string rest(document);
    const xml::BatchEnd end = mapping::examine_partner_batch(
        {fuzz::parser(), dialect, at}, [&] { return std::exchange(rest, std::string{}); },
        [&](const xml::Parsed& message) {
            fuzz::require_told(message);
            all += xml::encode(message);
        });
    fuzz::require_told(end.envelope);
    return all + xml::encode(end.envelope);
}

void mapped(const mapping::Dialect& dialect, std::string_view document) {
    fuzz::require(examined(dialect, document) == examined(dialect, document),
                  "mapped twice is the same");
}

void mapped_by(std::string_view table, std::string_view document) {
    const fuzz::MemoryFile file(table);
    const auto dialect =
        mapping::Dialect::load(file.path(), fuzz::checkout + "/mapping/shapes", fuzz::lists());
    if (dialect) return mapped(*dialect, document);
    fuzz::require(!dialect.fault().text.empty(), "a fault says something");
    std::istringstream lines(dialect.fault().text);
    for (std::string line; std::getline(lines, line);)
        fuzz::require(line.starts_with(file.path()), "a complaint says where: " + line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text = fuzz::text_of(bytes, size);
    const std::size_t end = text.find(between);
    if (end != std::string::npos) {
        mapped_by(std::string_view(text).substr(0, end),
                  std::string_view(text).substr(end + between.size()));
        return 0;
    }
    for (const std::string& name : shipped().names()) mapped(*shipped().find(name), text);
    return 0;
}
