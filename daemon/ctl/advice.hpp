// Advice: why a message stands where it does, and what an operator is to do about it.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace ctl {

struct Advice {
    std::string reason;
    std::string remedy;
};

// Of a row of the queue, or of a story; `condition` is that of the endpoint, or "paused" while an
// operator lets nothing go there; empty where it is not known. `results`: "open", "paused", or why
// the last page of them could not be had.
Advice advice_of(const boost::json::object& row, const std::string& condition,
                 const std::string& results = "open");

// The condition of the endpoint as people say it.
std::string words_of_condition(const std::string& condition);
// What to do about the endpoint in that condition; empty when it is open.
std::string endpoint_remedy(const std::string& condition);

}  // namespace ctl
