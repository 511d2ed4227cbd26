// stop: leave at once because going on could break a promise (a failed sync, a full disk under the
// store, a store that is damaged). Crash-only: recovery is the next start.
//
// failed_sync: told where a sync fails, before anything else can go wrong: from then on the page
// cache of that file system may claim what its disk does not hold.
// Threads: any. Throws: nothing.
#pragma once

#include <sys/types.h>

#include <functional>

#include "base/result.hpp"

namespace base {

// sysexits: 75 for what may pass, 78 for what somebody must mend, 74 for a disk that fails.
int exit_status(const Fault& fault);
// Logs `stopping-at-once` and exits as above.
[[noreturn]] void stop(const Fault& fault);

void failed_sync(dev_t device);
// Unless set nobody is told. Set once, before threads start.
void set_failed_sync_hook(std::function<void(dev_t device)> hook);

}  // namespace base
