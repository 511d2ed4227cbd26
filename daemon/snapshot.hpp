// Snapshot: the state of one moment beneath <state>/snapshot, from which permitctl copies a backup
// (ctl/backup.hpp): links to what never changes, so it costs a moment and little room.
//
// Order: no working copy of a batch may go; the store is copied; the working copies are linked. So
// each batch that the store calls half taken has its working copy there.
// Threads: any, one at a time. Throws: std::bad_alloc only.
#pragma once

#include "config.hpp"
#include "ledger/working_copy.hpp"
#include "store/rocks_store.hpp"

namespace permitd {

struct Snapshot {
    std::string path;
    store::Copied store;
};

// A fault (RetryLater) while somebody still copies from the one that is there, or where there is
// little room. What cannot be written ends the process, as a commit would.
base::Result<Snapshot> take_snapshot(const Config& config, const edi::Store& store,
                                     const ledger::WorkingCopies& copies);
// Unless somebody copies from it.
base::Outcome remove_snapshot(const std::string& state);

// A fault while a backup is being put back (RetryLater), or was and is not whole (AskOperator).
base::Outcome refuse_half_restored(const std::string& state);

}  // namespace permitd
