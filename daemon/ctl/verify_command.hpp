// permitctl verify: a copy of the archive held against its ledger (ledger/audit.hpp), without a
// daemon and without its configuration.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "ctl/validate.hpp"

namespace ctl {

struct Verify {
    std::string directory;
    std::vector<std::string> keys;   // files, PEM
    std::vector<std::string> heads;  // checkpoints that were kept outside
    std::string mailbox = {};        // one alone; empty: all
};

// Exit status: 0 all is as it was signed; 65 something is not, or a file given is no key or head;
// 66 no such archive, mailbox or file; 74 something cannot be read.
int verify(const Verify& asked, Form form);

}  // namespace ctl
