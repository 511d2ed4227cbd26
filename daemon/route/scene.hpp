// Scene: what a decision may look at besides the event that it is about.
// Threads: a view, one decision long.
#pragma once

#include "base/seal.hpp"
#include "edi/change.hpp"
#include "edi/lists.hpp"

namespace route {

class Forgotten;

struct Scene {
    const edi::State& state;
    const edi::Lists& lists;
    const base::Seal& seal;
    base::Time now;
    const Forgotten* forgotten = nullptr;  // of a restored state
};

}  // namespace route
