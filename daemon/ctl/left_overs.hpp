// Left-overs: files in the boxes and beside the store that a stop left behind and that no row of
// the store accounts for.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include "ctl/fsck.hpp"

namespace ctl {

base::Outcome each_left_over(const edi::Store& store, const Ground& ground,
                             const std::function<void(const Discrepancy&)>& found);

}  // namespace ctl
