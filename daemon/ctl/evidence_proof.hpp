// The ledger's proof of evidence: the lists that name its files, what signs those, the public keys.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "ctl/evidence.hpp"

namespace ctl {

// Adds the pieces, and tells of each file whether a signed list has it, with the same bytes. A list
// is signed whole when its day is over, and before that by the head, up to one of its lines.
// REQUIRES: all other pieces are there. A fault: a list cannot be read.
base::Outcome add_proof(const std::string& archive, Evidence& evidence);

}  // namespace ctl
