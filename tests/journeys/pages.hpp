// Pages: each receipt as permitctl render shows it, held against the receipt itself.
// Threads: one. Throws: nothing; what does not hold is a test failure.
#pragma once

#include "journeys/world.hpp"

namespace journeys {

// In both languages: well-formed, without scripts and references, every value on it as often as in
// the receipt.
void audit_pages(const std::vector<Found>& found);

}  // namespace journeys
