// Trouble: what is wrong with the clock and with the ministry's results, for as long as it lasts;
// for whoever asks how permitd is.
// Threads: a value. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "dispatch/gateway.hpp"

namespace route {

struct Trouble {
    struct Clock {
        base::Time noticed_at = {};    // by the clock as it is now
        std::chrono::seconds moved{};  // the last jump
    };
    struct Results {
        base::Time since = {};
        std::string reason;  // of the last page that could not be had or read
    };
    std::optional<Clock> clock;  // it was moved, and was not steady for long enough since
    std::optional<Results> results;
};

// A page of results could not be had, or what came as one not be read, for that defect.
void add_failed_page(Trouble& trouble, const dispatch::Answer& answer, const std::string& defect,
                     base::Time now);

}  // namespace route
