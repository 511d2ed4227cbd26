#include "mapping/coverage.hpp"

#include <algorithm>

namespace mapping {

void Coverage::cover(const Shape& leaf, std::size_t index) { covered_[&leaf].insert(index); }

void Coverage::cover_all(const Shape& group) {
    if (group.is_leaf()) cover(group, 0);
    for (const Shape& part : group.inside) cover_all(part);
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
        } else if (!covered->second.contains(0)) {
            const std::size_t most = nearest ? nearest->most : 0;
            if (most == 0 || covered->second.size() < most) found.push_back(here + " (some of it)");
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
