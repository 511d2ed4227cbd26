// stop: leave at once because going on could break a promise (a failed sync, a store that cannot be
// read, a broken invariant). Crash-only: recovery is the next start.
// Threads: any. Throws: only what a test's handler throws.
#pragma once

#include <functional>

#include "base/result.hpp"

namespace base {

// Logs `stopping-at-once`, runs the handler (the daemon marks its state as poisoned) and exits 74.
[[noreturn]] void stop(const Fault& fault);
void set_stop_handler(std::function<void(const Fault&)> handler);

}  // namespace base
