// Faults: what goes wrong between the enterprise and the ministry, on demand and by seeded dice.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <random>
#include <string>

#include "base/result.hpp"

namespace sandbox {

enum class Fate {
    Well,
    Reset,        // the connection is reset, nothing was read
    LostAnswer,   // the request is carried out, then the connection is reset
    HalfAnswer,   // carried out, half of the answer leaves
    Slow,         // carried out, the answer comes late
    Unavailable,  // 503 with Retry-After, nothing is done
    NotLetIn,     // 401, nothing is done
    CommitLate,   // the connection is reset, and the request is carried out later
};

// Shares in 1/1000 of requests.
struct FaultRates {
    unsigned reset = 0;
    unsigned lost_answer = 0;
    unsigned half_answer = 0;
    unsigned slow = 0;
    unsigned unavailable = 0;
    unsigned not_let_in = 0;
    unsigned commit_late = 0;
    unsigned duplicate_result = 0;  // of results handed out
    bool shuffle_results = false;
    std::chrono::milliseconds slow_by{5000};
    std::chrono::milliseconds commit_late_by{2000};
};

// "reset=2%,half-answer=1%,slow=1%,503=5%,duplicate-result=5%,shuffle-results,lost-answer=1%,
// 401=1%,commit-late=1%"; shares may have one fraction digit.
base::Result<FaultRates> parse_faults(const std::string& text);

class Dice {
public:
    Dice(FaultRates rates, std::uint64_t seed) : rates_(rates), random_(seed) {}
    Fate fate_of_message();   // of a POST
    Fate fate_of_question();  // of everything else: it changes nothing that could be late
    bool duplicate_result() { return hit(rates_.duplicate_result); }
    const FaultRates& rates() const { return rates_; }
    void change(const FaultRates& rates) { rates_ = rates; }
    std::mt19937_64& random() { return random_; }

private:
    bool hit(unsigned rate) { return rate > 0 && random_() % 1000 < rate; }

    FaultRates rates_;
    std::mt19937_64 random_;
};

}  // namespace sandbox
