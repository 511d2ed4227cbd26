// The mark of a spool, <spool>/.spool-id, and what the state remembers of it, <state>/spool-id: by
// them an empty mount point, or another disk, is never taken for the spool.
//
// The mark is durable before the state remembers it: a crash leaves a mark that nobody remembers,
// never a memory of a mark that is not there.
//
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "base/files.hpp"

namespace permitd {

// Of the directory that is held and no other; empty when there is none.
std::string mark_in(int spool);
// Leaves that mark, or a new one where `mark` is empty and none is there yet. The mark that stands
// there now; empty when none could be left.
std::string leave_mark(int spool, const std::string& mark);

// Whether the directory at that path is the spool of this state, or the state knows of none yet.
// AskOperator, with what to do, when it is another.
base::Outcome recognise_spool(const std::string& state, const std::string& spool);
// From now on no other is. Does nothing without a mark, or when it is remembered already.
base::Outcome remember_spool(const std::string& state, int spool, const std::string& mark);

}  // namespace permitd
