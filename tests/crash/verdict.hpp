// Verdict: the promises P1 to P5 (daemon/README.md) from outside, when all has come to rest: boxes,
// archive, the ministry's counters, what permitctl tells. What does not hold is a test failure.
//
// Threads: one. Throws: nothing of its own.
#pragma once

#include "crash/enterprise.hpp"
#include "system/line.hpp"

namespace crash {

// REQUIRES: the enterprise is content, the daemon runs and has nothing left to be done.
void pass_verdict(const line::Line& line, const Enterprise& enterprise);
// What files alone show (P1, P2, P5); `days`: those on which copies may have been put away.
void pass_verdict_on_files(const Enterprise& enterprise, const std::set<std::string>& days);

}  // namespace crash
