// Account: what a turn of the route did, for whoever counts; told with its effects, after the
// commit. The route itself counts nothing.
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <vector>

#include "dispatch/gateway.hpp"

namespace route {

struct Account {
    struct Issued {
        std::string kind;                   // of the receipt
        std::vector<std::string> problems;  // codes
    };
    struct Answered {
        dispatch::Ask ask = dispatch::Ask::Submit;
        edi::AnswerClass answer_class = edi::AnswerClass::InDoubt;
        base::Time at = {};
        std::chrono::microseconds took{};
    };
    std::vector<Issued> issued;
    std::vector<Answered> answered;
    std::size_t deliveries_gone = 0;
    // Of the store's batch; none where nothing was to be committed.
    std::chrono::nanoseconds sync{};
};

}  // namespace route
