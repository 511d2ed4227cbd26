// Health: whether the daemon lives and takes files in, check by check, each with its reason.
//
// Ready is a daemon that takes in what enterprises leave. What holds a single mailbox, and a pause
// that an operator wanted, are told but leave it ready. A sync that failed needs no check: it ends
// the process.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "daemon.hpp"

namespace permitd {

enum class Well { Yes, No };

struct Check {
    const char* name;
    Well well = Well::Yes;
    std::string words;  // why it is not well, or what else there is to say
};

// Systemd's watchdog and /livez: a daemon that fails here should be started anew.
std::vector<Check> liveness(const Daemon& daemon);
// /readyz: one that fails here is not sent files; a new start would not help.
std::vector<Check> readiness(const Daemon& daemon);

bool all_well(const std::vector<Check>& checks);
// "[+] spool" or "[-] spool: …", a line each.
std::string text_of(const std::vector<Check>& checks);

}  // namespace permitd
