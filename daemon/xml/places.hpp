// Places: where in a partner's file stood what a document of ours was made from.
//
// A document that was made from another is checked and judged under its own paths; what is found is
// told at the partner's own.
// Threads: value types and pure functions. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "base/finding.hpp"

namespace xml {

struct Place {
    std::string made;  // "/Message/Header/MessageId"; of an attribute "/Message/@mode"
    std::string path;  // "/order/number", "/order/@number"
    base::Position position;
    std::string value;  // what stood there, where other was made of it; never a secret
    bool operator==(const Place&) const = default;
};
using Places = std::vector<Place>;  // sorted by `made`

void sort(Places& places);
void sort_by_position(std::vector<base::Finding>& findings);
// The finding at the place of its path, or of the nearest element above that has one. Unchanged
// where there are no places.
base::Finding at_source(base::Finding finding, const Places& places);
// All of a document's, each once: what is wrong with a field is found in everything made from it.
void tell_at_source(std::vector<base::Finding>& findings, const Places& places);
// Of those that tell the same of one place the first; the order stays.
void tell_once(std::vector<base::Finding>& findings);

}  // namespace xml
