// strays: where a partner's document is not of the shape that its table describes.
//
// What a table does not know would be lost unnoticed, so it is an error, as is one too many of what
// stands once and one too few of what must be there.
// Threads: pure. Throws: std::bad_alloc only.
#pragma once

#include <set>

#include "base/finding.hpp"
#include "mapping/shape.hpp"

namespace mapping {

// At most `most`, in the document's order: XSD-INVALID, variants PartnerUnknown,
// PartnerMissing, PartnerTooMany, PartnerText. `table`: the file that findings name;
// `ignored`: names ("@SEGMENT") that may stand anywhere.
std::vector<base::Finding> strays(const Shape& shape, const base::Element& root,
                                  const std::string& table, const std::set<std::string>& ignored,
                                  std::size_t most);

}  // namespace mapping
