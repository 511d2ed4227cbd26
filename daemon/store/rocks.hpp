// Rocks: our columns in a RocksDB, set up so that what was synced is there again or the store does
// not open. Only rocks.cpp and rocks_files.* include RocksDB.
//
// Any error of a read, of a write or in RocksDB's background ends in base::stop(): a store that
// cannot read or sync must not go on, and what a failed sync left behind is not known. A write or
// sync that fails ends there even in open().
// Threads: write() from one, the rest from any. Throws: nothing of its own.
#pragma once

#include <memory>
#include <optional>

#include "base/result.hpp"
#include "store/rows.hpp"

namespace store {

// Of the whole store: columns, keys, index rows, records. An older permitd refuses a newer number;
// upgrade.hpp brings an older store to it.
inline constexpr std::uint64_t format_number = 3;
inline const std::string format_key = "format";

class Rocks : public Rows {
public:
    // REQUIRES: the directory exists and is ours alone (Holder).
    static base::Result<std::unique_ptr<Rocks>> open(const std::string& directory);
    // One batch, synced when this returns.
    virtual void write(const Batch& batch) = 0;
    // The store of one moment, as a directory that must not exist yet, beneath one that does: links
    // to what never changes, copies of the rest. Commits go on meanwhile. On the store's own file
    // system, because what cannot be written ends the process.
    virtual base::Outcome copy_to(const std::string& directory) const = 0;
};

// A record of the store in that directory, which nobody has open; nothing is written there. A fault
// when it is no whole store.
base::Result<std::optional<std::string>> look_at(const std::string& directory, Column column,
                                                 const std::string& key);

}  // namespace store
