// Files as a backup carries them: copied and durable, with the digest of what was written.
//
// A signal that asks permitctl to end (INT, TERM, HUP) ends a copy with a fault, so that what was
// begun is cleared away: stop_at_signals() once, before.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/files.hpp"

namespace ctl {

struct Carried {
    std::uint64_t bytes = 0;
    std::string sha256;
};

struct Owner {
    uid_t uid;
    gid_t gid;
};

void stop_at_signals();

// A new file of mode 0600, synced; its name is durable when its directory is.
base::Result<Carried> carry_copy(const std::string& from, const std::string& to);
// A second name for a file that never changes and is durable already; a copy where there can be
// none.
base::Result<Carried> carry_link(const std::string& from, const std::string& to);
base::Result<Carried> digest_of(const std::string& file);
base::Outcome make_directory(const std::string& path);  // 0700; must not exist
base::Outcome sync_directory(const std::string& path);
base::Outcome give(const std::string& path, const Owner& owner);

// How a fault ends permitctl.
int status_of_fault(const base::Fault& fault);

}  // namespace ctl
