// RocksStore: the Store on RocksDB; the only door to RocksDB. One write batch a commit, WAL synced.
// The record format and the recipe for changing it stand in daemon/store/records.hpp.
// Threads: as edi::Store says. Throws: nothing.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "edi/change.hpp"

namespace store {

// A fault when the directory is locked by another process (Remedy::RetryLater), damaged, or written
// by a newer version.
base::Result<std::unique_ptr<edi::Store>> open_rocks_store(const std::string& directory);

// The format that open_rocks_store writes; it refuses a newer one.
std::uint64_t known_format();

// What a copy of a store is of.
struct Copied {
    std::uint64_t format = 0;
    std::uint64_t receipts_issued = 0;  // the greatest number
};
// The store of one moment as a new directory on the same file system, opened once to see that it
// is whole. Commits go on meanwhile. A fault when that store is not on RocksDB.
base::Result<Copied> copy_store(const edi::Store& store, const std::string& directory);

}  // namespace store
