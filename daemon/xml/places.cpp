#include "xml/places.hpp"

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "xml/text.hpp"

namespace xml {

namespace {

const Place* find(const Places& places, const std::string& path) {
    const auto found = std::ranges::lower_bound(places, path, {}, &Place::made);
    return found == places.end() || found->made != path ? nullptr : &*found;
}

const std::string* argument(const base::Finding& finding, std::string_view name) {
    const auto found = std::ranges::find(finding.arguments, name, &base::Argument::name);
    return found == finding.arguments.end() ? nullptr : &found->value;
}

// What was found is said of the partner's own value and name.
void tell_of(const Place& place, base::Finding& finding) {
    // Of a stored application the value begins with where in it it stands.
    const bool elsewhere = argument(finding, "place") != nullptr;
    if (!place.value.empty() && !finding.value.empty() && !elsewhere)
        finding.value = shortened(place.value);
    const std::string name = place.path.substr(place.path.rfind('/') + 1);
    for (base::Argument& each : finding.arguments)
        if (each.name == "element" || each.name == "attribute")
            each.value = name.substr(0, name.find('['));
}

}  // namespace

void sort_by_position(std::vector<base::Finding>& findings) {
    std::ranges::stable_sort(findings, {}, [](const base::Finding& each) {
        return std::pair(each.position.line, each.position.column);
    });
}

void sort(Places& places) { std::ranges::sort(places, {}, &Place::made); }

base::Finding at_source(base::Finding finding, const Places& places) {
    if (places.empty() || finding.path.empty()) return finding;
    std::string path = finding.path;
    const Place* place = nullptr;
    if (const std::string* name = argument(finding, "attribute"))
        place = find(places, path + "/@" + *name);
    if (!place) place = find(places, path);
    if (place) tell_of(*place, finding);
    while (!place && !path.empty()) {
        path.erase(std::min(path.rfind('/'), path.size()));
        place = find(places, path);
    }
    if (!place) return finding;
    finding.path = place->path;
    finding.position = place->position;
    return finding;
}

void tell_at_source(std::vector<base::Finding>& findings, const Places& places) {
    if (places.empty()) return;
    for (base::Finding& each : findings) each = at_source(std::move(each), places);
    tell_once(findings);
}

void tell_once(std::vector<base::Finding>& findings) {
    std::set<std::string> told;
    std::erase_if(findings, [&](base::Finding each) {
        // The parser's own words name the values that were made.
        std::erase_if(each.arguments, [](const auto& one) { return one.name == "message"; });
        base::Writer key;
        key.finding(each);
        return !told.insert(key.take()).second;
    });
}

}  // namespace xml
