// What a backup is: a directory with the files of a state and two of its own.
//
//   store/ batches/ state.key restored spool-id   as they are called in the state directory
//   backup.json                                   what it is of
//   SHA256SUMS                                    as sha256sum reads it; its last line: backup.json
//
// SHA256SUMS gets its name last, when all else is durable: a backup without it was cut off.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ctl {

struct BackupFacts {
    std::string version;  // of permitd
    std::uint64_t record_format = 0;
    std::string taken_at;
    std::string host;
    std::uint64_t receipts_issued = 0;  // the greatest number that this state knows
    std::string spool_id;               // of the spool that it belongs to; empty: of none yet
    std::string state, spool, archive;  // where they were
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

struct Listed {
    std::string path;  // beneath the backup
    std::string sha256;
};

struct Backup {
    BackupFacts facts;
    std::vector<Listed> files;  // without the two of its own
};

inline const std::string sums_name = "SHA256SUMS";
inline const std::string facts_name = "backup.json";

// The two files, durable. REQUIRES: all others are.
base::Outcome write_list(const std::string& directory, const Backup& backup);
// What the two say, held against each other. The fault says whether the backup was cut off.
base::Result<Backup> read_list(const std::string& directory);
// "restored", "store/000012.sst": may it stand in a backup?
bool belongs_in_a_backup(const std::string& path);

}  // namespace ctl
