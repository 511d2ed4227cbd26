// Questions to the ministry (/queries): what is asked, and when again. Nothing of them is kept over
// a stop; all times are even ones (base/steadiness.hpp).
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/element.hpp"
#include "route/decision.hpp"

namespace route {

// A question by a number of our own.
struct Question {
    std::string number;
    base::Element content;  // canonical Question
};

// ("clearance", "LicenceNo", "26-IB-000001")
base::Element question(const char* about, const char* by, std::string what);

struct Asking {
    base::Element content;
    base::Time at = {};  // not before
    bool under_way = false;
    std::uint32_t failures = 0;

    // Again later.
    void failed(const Patience& patience, base::Time now, double part);
    // The gateway gave it back unasked.
    void unasked(base::Time now);
};
using Questions = std::map<std::string, Asking>;  // by number

// Those that are due are under way then, and join `out` until it holds `room`.
void take_due(Questions& all, base::Time now, std::size_t room, std::vector<Question>& out);
// When one of them is due, unless all are under way.
base::Time next_due(const Questions& all);

}  // namespace route
