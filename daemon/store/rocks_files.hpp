// Our files beneath RocksDB: a write or sync that fails ends the process where it fails, with what
// it asks for. RocksDB itself would go on to its next touch of that file, and Debian's, which is
// built with assertions, aborts there: nobody would know whether a sync had failed.
//
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "base/result.hpp"

namespace store {

// What a status that is not ok asks for. A full disk passes; what is damaged or missing needs a
// backup; all else is a disk that fails.
base::Fault fault_of(const std::string& doing, const rocksdb::Status& status);
// As above, and base::stop().
[[noreturn]] void stop(const std::string& doing, const rocksdb::Status& status);

// The system's files; a failed sync is told to base::failed_sync() first, with the file system of
// the directory that it is beneath.
std::unique_ptr<rocksdb::Env> files_beneath(const std::string& directory);

}  // namespace store
