// LogLimit: how often a warning or error is told. A condition is logged when it begins and ends;
// but a thousand conditions may begin in one second, such as odd files that somebody leaves in an
// OutBox. Of each event and mailbox 200 lines go out at once, then one a second; how many were left
// out is told by `lines-left-out` before the next one, or when no more come.
//
// Threads: LogLimit by its owner's lock, tell_left_out any. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/log.hpp"

namespace base {

class LogLimit {
public:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr unsigned at_once_max = 200;
    static constexpr std::chrono::seconds then_every{1};
    // When it is told that lines were left out and no more of them came.
    static constexpr std::chrono::seconds told_after{10};

    struct Allowed {
        bool is = true;
        std::uint64_t left_out = 0;  // before this one
    };
    // Infos are ends of conditions or steps of the line: each is told.
    Allowed may_tell(const Event& event, const std::string& mailbox, Moment now);

    struct LeftOut {
        std::string event;
        std::string mailbox;
        std::uint64_t lines = 0;
    };
    // What was left out and is not told yet, each of them once; `all`, however lately.
    enum class Which { Old, All };
    std::vector<LeftOut> take_left_out(Moment now, Which which);

private:
    struct Bucket {
        unsigned room = at_once_max;
        Moment filled = {};
        Moment left_out_at = {};
        std::uint64_t left_out = 0;
    };
    std::map<std::pair<std::string, std::string>, Bucket> buckets_;
};

// Logs what was left out of the log. For a thread that comes by every few seconds, and for the end.
void tell_left_out(LogLimit::Which which);

}  // namespace base
