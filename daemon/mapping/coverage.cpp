#include "mapping/coverage.hpp"

#include <algorithm>

namespace mapping {
namespace {

bool is_number(const std::string& choice) {
    return choice.size() > 2 && choice.find_first_not_of("0123456789") == 0 &&
           choice.find_first_not_of("0123456789", 1) == choice.size() - 1;
}

// Whether together they mean all of at most `most` (0: of any number). Of choices within choices
// that is not known.
bool are_all(const std::set<std::string>& choices, std::size_t most) {
    if (choices.contains("")) return true;
    const auto numbers = std::ranges::count_if(choices, is_number);
    if (most > 0 && static_cast<std::size_t>(numbers) >= most) return true;
    return std::ranges::any_of(choices, [&](std::string choice) {
        const std::size_t sign = choice.find("!=");
        if (sign == std::string::npos || choice.find('[', 1) != std::string::npos) return false;
        return choices.contains(choice.erase(sign, 1));
    });
}

}  // namespace

void Coverage::cover(const Shape& leaf, const std::string& choice) {
    covered_[&leaf].insert(choice);
}

void Coverage::cover_all(const Shape& group, const std::string& choice) {
    if (group.is_leaf()) cover(group, choice);
    for (const Shape& part : group.inside) cover_all(part, choice);
}

void Coverage::fill(const Shape& leaf, const std::string& which, const std::string& where) {
    filled_[&leaf][which] = where;
}

const std::string* Coverage::filled(const Shape& leaf, const std::string& which) const {
    const auto found = filled_.find(&leaf);
    if (found == filled_.end()) return nullptr;
    const auto same = which.empty() ? found->second.begin() : found->second.find(which);
    if (same != found->second.end()) return &same->second;
    const auto all = found->second.find("");
    return all == found->second.end() ? nullptr : &all->second;
}

std::vector<std::string> Coverage::uncovered(const Shape& document) const {
    std::vector<std::string> found;
    look_uncovered(document, "", nullptr, found);
    return found;
}

std::vector<std::string> Coverage::unfilled(const Shape& document) const {
    std::vector<std::string> found;
    look_unfilled(document, "", found);
    return found;
}

void Coverage::look_uncovered(const Shape& shape, const std::string& path, const Shape* repeater,
                              std::vector<std::string>& found) const {
    for (const Shape& part : shape.inside) {
        const std::string here = path.empty() ? part.name : path + '/' + part.name;
        const Shape* nearest = part.repeats ? &part : repeater;
        if (!part.is_leaf()) {
            look_uncovered(part, here, nearest, found);
            continue;
        }
        const auto covered = covered_.find(&part);
        if (covered == covered_.end()) {
            found.push_back(here);
        } else if (!are_all(covered->second, nearest ? nearest->most : 0)) {
            found.push_back(here + " (some of it)");
        }
    }
}

bool Coverage::reached(const Shape& shape) const {
    if (shape.is_leaf()) return filled_.contains(&shape);
    return std::any_of(shape.inside.begin(), shape.inside.end(),
                       [&](const Shape& part) { return reached(part); });
}

void Coverage::look_unfilled(const Shape& shape, const std::string& path,
                             std::vector<std::string>& found) const {
    for (const Shape& part : shape.inside) {
        const std::string here = path.empty() ? part.name : path + '/' + part.name;
        if (part.is_leaf()) {
            if (part.required && !filled_.contains(&part)) found.push_back(here);
        } else if (part.required || reached(part)) {
            look_unfilled(part, here, found);
        }
    }
}

}  // namespace mapping
