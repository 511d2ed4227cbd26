// RocksStore: the Store on RocksDB; the only door to RocksDB. One write batch a commit, WAL synced.
// The record format and the recipe for changing it stand in daemon/store/records.hpp.
// Threads: as edi::Store says. Throws: nothing.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "edi/change.hpp"

namespace store {

// A fault when the directory is locked by another process (Remedy::RetryLater), damaged, or written
// by a newer version.
base::Result<std::unique_ptr<edi::Store>> open_rocks_store(const std::string& directory);

}  // namespace store
