// What a result of the ministry's changes (messages.md 4, "Results are facts").
//
// A result is a repeat only if its id, or its (ApplicationNo, seq), is recorded already. It belongs
// to the submission whose key it bears, else to the newest one of its ApplicationNo. One that
// nobody can place is kept as UNCLAIMED and placed when its application or licence becomes known.
// The state follows the highest seq; a lower one that comes later enters the trail and still gives
// the message its outcome, but moves no state back.
// Threads: pure.
#pragma once

#include "route/decision.hpp"

namespace route {

// The submission that a result proves to have arrived although no acknowledgement was seen: that is
// to be taken as given (decide_acknowledged) before the result itself.
std::optional<edi::Submission> unacknowledged(const edi::MinistryResult& result,
                                              const edi::State& state);

// `proof`: the exchange that brought it. An empty decision for a repeat.
Decision decide_result(edi::MinistryResult result, const std::optional<edi::Attempt>& proof,
                       const edi::State& state, base::Time now);

}  // namespace route
