// fill_in: what the sender left out, put into the body in the schema's order.
//
// Defaults of messages.md 3.2, line amounts, totals, and permitd's own additions after the last
// Specification: CommodityName and Unit from the catalogue. What we make bears no position; in a
// body that came from a file (its root has one) such parts without a position are therefore ours,
// and are taken out first, so that a stored draft is filled in anew with the lists of the day. A
// copy, and one whose attachments were changed, keep the positions of the file that brought them.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include "validate/judge.hpp"

namespace validate {

// Fills in `body` and returns the paths of what was filled in, in document order, each beginning
// with `path`.
std::vector<std::string> fill_in(base::Element& body, const std::string& path, const Facts& facts);

}  // namespace validate
