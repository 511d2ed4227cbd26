// Held: a directory that is held open, and what stands at its path by now.
//
// A directory may be deleted, moved away, unmounted or mounted over while it is held. Another one
// in its place is taken instead only where the one that is held was no mount of its own and the
// other is none; never an empty mount point for what was mounted there.
// Threads: settle() on one; others may use the number of the held one meanwhile: it stays, and is
// the one directory or the other. Throws: std::bad_alloc only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"

namespace base {

enum class Stand {
    Same,     // the one that is held
    Anew,     // another one, or a new one in the place of one that was deleted: it is held now
    Gone,     // nothing, or no directory
    Foreign,  // another one that may not be taken
};

// The mount that a directory is on, and its file system: two mounts may be of one.
struct Ground {
    std::uint64_t mount = 0;
    dev_t device = 0;
    bool operator==(const Ground&) const = default;
};
using Grounds = std::vector<Ground>;

struct Place {
    int above = -1;  // the directory that the name stands in; for stands(): or AT_FDCWD
    std::string name;
    unsigned mode = 0;                  // of one that is made
    std::optional<Ground> ground = {};  // that it must be on
    // Those of the directories that stood above it before, while it may still be in one of them. A
    // held one that is on none of all these was a mount of its own.
    Grounds before = {};
};

struct Settled {
    Stand stand = Stand::Same;
    // What kept it from standing, beside that nothing is there. Remedy::Stop: a sync failed.
    std::optional<Fault> fault = {};
};

// Whether what is held is what stands there.
bool stands(int held, const Place& place);
// The same, and puts another one in the place of what is held where that may be.
Settled settle(Fd& held, const Place& place);
// Whether the directory was deleted.
bool is_deleted(int held);
std::optional<Ground> ground_of(int held);
// The number stays.
Outcome hold_instead(Fd& held, Fd fresh);

}  // namespace base
