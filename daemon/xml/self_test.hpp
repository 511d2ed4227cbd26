// The canned attacks: what a changed library could let in unnoticed.
// Threads: as the parser under test. Throws: as the parser under test.
#pragma once

#include <functional>
#include <string_view>

#include "xml/parser.hpp"

namespace xml {

// A fault names the first attack that got through: was not answered with its own finding.
base::Outcome withstand(const std::function<Parsed(std::string_view)>& parse);

}  // namespace xml
