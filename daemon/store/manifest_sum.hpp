// What RocksDB's MANIFEST said when it was last synced, in a file of ours beside it: its name,
// length and SHA-256. RocksDB takes a MANIFEST whose end is gone for one that a crash tore, and
// opens without the tables that were named there: their log is removed by then, so that some
// columns are older than others.
//
// Threads: any; one at a time. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "base/result.hpp"

namespace store {

// After each sync of that MANIFEST, before anybody relies on it.
base::Outcome keep_sum(const std::string& directory, const std::string& manifest);
// A fault when the MANIFEST that CURRENT names is not what it was; that it is longer is a crash's
// doing. One of which no sum was kept (an older permitd, a crash in between) is taken as it is.
base::Outcome check_sum(const std::string& directory);

}  // namespace store
