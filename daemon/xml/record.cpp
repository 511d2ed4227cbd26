#include "base/bytes.hpp"
#include "xml/parser.hpp"

namespace xml {

namespace {

// "XP" and the version of the record; a worker of another build is not understood.
constexpr std::uint64_t magic = 0x5850'0002;
// Deeper than any limit that a configuration may set would be the work of a broken worker.
constexpr unsigned depth_max = 256;

constexpr std::uint64_t has_root = 1;
constexpr std::uint64_t ended_early = 2;
constexpr std::uint64_t well_formed = 4;
constexpr std::uint64_t all_flags = 7;

}  // namespace

std::string encode(const Parsed& parsed) {
    base::Writer writer;
    writer.number(magic);
    writer.number((parsed.root ? has_root : 0) | (parsed.ended_early ? ended_early : 0) |
                  (parsed.well_formed ? well_formed : 0));
    if (parsed.root) writer.element(*parsed.root);
    writer.number(parsed.findings.size());
    for (const base::Finding& each : parsed.findings) writer.finding(each);
    writer.number(parsed.places.size());
    for (const Place& each : parsed.places) {
        writer.text(each.made);
        writer.text(each.path);
        writer.number(each.position.line);
        writer.number(each.position.column);
        writer.text(each.value);
    }
    return writer.take();
}

std::optional<Parsed> decode(std::string_view encoded) {
    base::Reader reader{encoded};
    if (reader.number() != magic) return std::nullopt;
    const std::uint64_t flags = reader.number();
    if (flags > all_flags) return std::nullopt;
    Parsed parsed;
    parsed.ended_early = (flags & ended_early) != 0;
    parsed.well_formed = (flags & well_formed) != 0;
    if (flags & has_root) parsed.root = reader.element(depth_max);
    for (std::size_t n = reader.count(); n > 0 && !reader.bad(); --n)
        parsed.findings.push_back(reader.finding());
    for (std::size_t n = reader.count(); n > 0 && !reader.bad(); --n) {
        Place& place = parsed.places.emplace_back();
        place.made = reader.text();
        place.path = reader.text();
        place.position.line = static_cast<std::uint32_t>(reader.number());
        place.position.column = static_cast<std::uint32_t>(reader.number());
        place.value = reader.text();
    }
    // A search among them relies on their order.
    sort(parsed.places);
    if (!reader.complete() || parsed.findings.size() > base::findings_max) return std::nullopt;
    // What parse() never says: well-formed without a root, or torn and whole at once.
    if (parsed.well_formed && (!parsed.root || parsed.ended_early)) return std::nullopt;
    if (!parsed.well_formed && parsed.findings.empty()) return std::nullopt;
    return parsed;
}

}  // namespace xml
