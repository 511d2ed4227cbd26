// What stands in the state directory for the sake of backups; permitd and permitctl both know it.
// Threads: constants. Throws: nothing.
#pragma once

#include <string>

namespace store::layout {

// Links to one moment of the state, from which a backup is copied; whoever copies holds a shared
// flock on it. Removed when that is over, at the latest by the next start or backup.
inline const std::string snapshot = "snapshot";
// A backup that is being put back; whoever does so holds an exclusive flock on it. While it stands
// the state is neither the old nor the new one, and permitd does not start.
inline const std::string restoring = "restoring";
// An empty file: this state was put back, and the next start settles it as such.
inline const std::string put_back = "put-back";

// What of a state goes into a backup, each as it is called in the state directory.
inline const std::string database = "store";
inline const std::string batches = "batches";
inline const std::string state_key = "state.key";
inline const std::string ledger_key = "ledger.key";
inline const std::string forgotten = "restored";
inline const std::string spool_id = "spool-id";

}  // namespace store::layout
