// Floors and doors: which folder may include what.
//
// An include goes strictly down a floor: never up, and never sideways, so that the parts of one
// floor stay strangers. Each third-party library has one door, so that it can be changed, updated
// or distrusted in one place.
// Threads: free functions. Throws: std::bad_alloc.
#pragma once

#include "unit/house/source.hpp"

namespace house {

// What each #include of the tree does wrong. Sources of daemon/ keep floors and doors; a test of
// tests/unit/<folder> has the doors of that folder; other tests may use what they need.
Sentences floors_and_doors(const std::vector<Source>& tree);

}  // namespace house
