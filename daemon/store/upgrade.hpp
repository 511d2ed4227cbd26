// upgrade: brings a store of an older format to ours: index rows that an older permitd did not keep
// are made from its records, then the new number is written. A store in which that was cut off is
// upgraded from the beginning.
// Threads: one, before anything else reads. Throws: std::bad_alloc only; a record that cannot be
// read ends in base::stop().
#pragma once

#include "store/rocks.hpp"

namespace store {

// REQUIRES: the store says a format that is not newer than ours.
void upgrade(Rocks& rocks);

}  // namespace store
