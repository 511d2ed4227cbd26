// Template: a text of the catalogue with places for a finding's arguments.
//
// {name} is a place; what stands in [ ] is left out when an argument inside it is missing or empty.
// Outside of brackets a missing argument becomes "?". Arguments are never read as templates.
// Threads: free of state. Throws: std::bad_alloc only.
#pragma once

#include <set>
#include <string>

#include "base/finding.hpp"

namespace receipts {

// The names of the places.
std::set<std::string> places_of(const std::string& text);
// What is wrong with the brackets and braces of a template; empty when nothing is.
std::string template_fault(const std::string& text);
// REQUIRES: template_fault(text) is empty.
std::string filled(const std::string& text, const base::Finding& finding);

}  // namespace receipts
