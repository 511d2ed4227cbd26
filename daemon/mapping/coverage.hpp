// Coverage: which leaves of the source are spoken for and which leaves of the target are filled.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <set>

#include "mapping/shape.hpp"

namespace mapping {

class Coverage {
public:
    // `choice`: which of several namesakes on the way to it are meant (several.hpp); empty = all.
    void cover(const Shape& leaf, const std::string& choice);
    void cover_all(const Shape& group, const std::string& choice);
    // Where a target was filled first; null when it was not. `which`: of several namesakes on the
    // way to it; empty = all of them.
    void fill(const Shape& leaf, const std::string& which, const std::string& where);
    const std::string* filled(const Shape& leaf, const std::string& which) const;

    // Paths of source leaves that nobody speaks for.
    std::vector<std::string> uncovered(const Shape& document) const;
    // Paths of required target leaves that nobody fills, in the groups that are made.
    std::vector<std::string> unfilled(const Shape& document) const;

private:
    void look_uncovered(const Shape& shape, const std::string& path, const Shape* repeater,
                        std::vector<std::string>& found) const;
    void look_unfilled(const Shape& shape, const std::string& path,
                       std::vector<std::string>& found) const;
    bool reached(const Shape& shape) const;

    std::map<const Shape*, std::set<std::string>> covered_;  // the choices
    std::map<const Shape*, std::map<std::string, std::string>> filled_;
};

}  // namespace mapping
