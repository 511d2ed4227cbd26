// MemoryStore: the Store in memory, for tests and simulations. Records go through the same encoding
// as on disk, so that what a test sees is what a restart would see.
// Threads: one. Throws: nothing.
#pragma once

#include <memory>

#include "edi/change.hpp"

namespace store {

std::unique_ptr<edi::Store> make_memory_store();

}  // namespace store
