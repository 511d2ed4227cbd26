// Verdict: the promises P1 to P4 (daemon/README.md) from outside, when all has come to rest: boxes,
// archive, the ministry's counters, what permitctl tells. What does not hold is a test failure.
//
// Threads: one. Throws: nothing of its own.
#pragma once

#include "crash/enterprise.hpp"
#include "system/line.hpp"

namespace crash {

// REQUIRES: the enterprise is content, the daemon runs and has nothing left to be done.
void pass_verdict(const line::Line& line, const Enterprise& enterprise);

}  // namespace crash
