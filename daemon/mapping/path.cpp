#include "mapping/path.hpp"

#include <algorithm>
#include <span>

namespace mapping {
namespace {

bool may_begin(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool may_follow(char c) { return may_begin(c) || c == '-' || c == '.' || c == ':'; }

std::optional<Step> parse_step(std::string_view text) {
    const std::size_t start = text.starts_with('@') ? 1 : 0;
    const std::size_t end = name_end(text, start);
    if (end == start) return std::nullopt;
    Step step{std::string(text.substr(0, end))};
    std::string_view rest = text.substr(end);
    if (rest.empty()) return step;
    const bool framed = rest.size() >= 3 && rest.front() == '[' && rest.back() == ']' && start == 0;
    if (!framed) return std::nullopt;
    rest = rest.substr(1, rest.size() - 2);
    if (const std::size_t sign = rest.find('='); sign != std::string_view::npos) {
        step.differs = sign > 0 && rest[sign - 1] == '!';
        const std::string_view field = rest.substr(0, step.differs ? sign - 1 : sign);
        const std::size_t field_start = field.starts_with('@') ? 1 : 0;
        const std::size_t field_end = name_end(field, field_start);
        if (field_end == field_start || field_end < field.size() || sign + 1 == rest.size())
            return std::nullopt;
        step.field = std::string(field);
        step.value = std::string(rest.substr(sign + 1));
        return step;
    }
    const bool number = rest.size() <= 3 && rest[0] != '0' &&
                        rest.find_first_not_of("0123456789") == std::string_view::npos;
    if (!number) return std::nullopt;
    step.index = std::stoul(std::string(rest));
    return step;
}

// Whether the field by which a step chooses holds what it wants.
bool is_meant(const base::Element& element, const Step& step) {
    if (step.field.empty()) return true;
    if (step.field.starts_with('@'))
        return (base::collapsed(element.attribute(step.field.substr(1))) == step.value) !=
               step.differs;
    const base::Element* const field = element.child(step.field);
    return (field && base::collapsed(field->text) == step.value) != step.differs;
}

// Those that a step means.
std::vector<const base::Element*> meant(const base::Element& from, const Step& step) {
    std::vector<const base::Element*> found;
    for (const base::Element& each : from.children)
        if (each.name == step.name && is_meant(each, step)) found.push_back(&each);
    return found;
}

// The first of them, or that of the number that is wanted; null when there are not so many.
const base::Element* first_meant(const base::Element& from, const Step& step) {
    std::size_t wanted = std::max<std::size_t>(step.index, 1);
    for (const base::Element& each : from.children)
        if (each.name == step.name && is_meant(each, step) && --wanted == 0) return &each;
    return nullptr;
}

}  // namespace

std::vector<std::string> split(const std::string& words, const std::string& separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t end = 0; end != std::string::npos; from = end + separator.size()) {
        end = words.find(separator, from);
        parts.push_back(words.substr(from, end - from));
    }
    return parts;
}

std::size_t name_end(std::string_view text, std::size_t from) {
    if (from >= text.size() || !may_begin(text[from])) return from;
    std::size_t end = from + 1;
    while (end < text.size() && may_follow(text[end])) ++end;
    return end;
}

std::optional<Path> parse_path(std::string_view text) {
    Path path;
    path.written = std::string(text);
    while (text.starts_with("../")) {
        ++path.up;
        text = text.substr(3);
    }
    if (text == ".") return path.up == 0 ? std::optional(path) : std::nullopt;
    while (true) {
        const std::size_t slash = text.find('/');
        std::optional<Step> step = parse_step(text.substr(0, slash));
        const bool last = slash == std::string_view::npos;
        if (!step || (step->name.starts_with('@') && !last)) return std::nullopt;
        path.steps.push_back(std::move(*step));
        if (last) return path;
        text = text.substr(slash + 1);
    }
}

std::vector<Chain> elements_at(const Chain& from, const Path& path) {
    if (path.up >= from.size()) return {};
    Chain here(from.begin(), from.end() - static_cast<std::ptrdiff_t>(path.up));
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        const Step& step = path.steps[i];
        if (i + 1 == path.steps.size() && step.index == 0) {
            const auto all = meant(*here.back(), step);
            std::vector<Chain> found(all.size(), here);
            for (std::size_t k = 0; k < all.size(); ++k) found[k].push_back(all[k]);
            return found;
        }
        const base::Element* const next = first_meant(*here.back(), step);
        if (!next) return {};
        here.push_back(next);
    }
    return {here};
}

Spot spot_at(const Chain& from, const Path& path) {
    Spot spot;
    if (path.up >= from.size()) return spot;
    std::span<const Step> steps{path.steps};
    if (!steps.empty() && steps.back().name.starts_with('@')) {
        spot.attribute = steps.back().name.substr(1);
        steps = steps.first(steps.size() - 1);
    }
    const base::Element* here = from[from.size() - 1 - path.up];
    for (const Step& step : steps)
        if (here = first_meant(*here, step); !here) return spot;
    spot.element = here;
    if (spot.attribute.empty()) spot.value = &here->text;
    for (const base::Attribute& each : here->attributes)
        if (each.name == spot.attribute) spot.value = &each.value;
    return spot;
}

std::optional<std::string> value_at(const Chain& from, const Path& path) {
    const Spot spot = spot_at(from, path);
    return spot.value ? std::optional(*spot.value) : std::nullopt;
}

}  // namespace mapping
