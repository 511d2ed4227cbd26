// What one start leaves for the next: the poisoned mark after a failed sync.
//
// The mark names the boot and the mount of the state directory: after either changed, the page
// cache that may claim what the disk does not hold is gone, and the mark no longer counts
// (design.md 4). Threads: any. Throws: nothing.
#pragma once

#include <string>

#include "base/result.hpp"

namespace permitd {

// Writes the mark when base::stop() is called from now on.
void mark_when_stopped(const std::string& mark_file, const std::string& state_directory);
// A fault while a mark of this boot and mount stands; an outdated one is removed.
base::Outcome refuse_when_marked(const std::string& mark_file, const std::string& state_directory);

}  // namespace permitd
