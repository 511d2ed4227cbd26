// publish: a small file of the ledger under its name, whole or not at all.
//
// Written under a name of its own that begins with a dot, synced, renamed. What a crash leaves
// under that name is written over by the next one.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>

#include "base/files.hpp"

namespace ledger {

// Durable when it returns, and replaces what bore the name.
base::Outcome publish(int directory, const std::string& name, std::string_view bytes);

// The same in two steps, so that one sync in between may do for many: the file, which is to be
// synced, and its name.
base::Result<base::Fd> write_unnamed(int directory, const std::string& name,
                                     std::string_view bytes);
base::Outcome give_name(int directory, const std::string& name);

}  // namespace ledger
