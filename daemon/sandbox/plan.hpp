// Plan: all that will be said about one accepted application, and when.
//
// Everything is laid down when the application arrives: the steps of the review, its decision, the
// transfer to customs, the clearances that draw the licence down (at most six uses of a multi-batch
// licence, one of a single-batch one) and the end of the licence. So the same arrivals in the same
// order always have the same consequences.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include "sandbox/declaration.hpp"
#include "sandbox/numbers.hpp"
#include "sandbox/results.hpp"

namespace sandbox {

struct Case {
    std::string key;
    std::string application_no;
    std::uint64_t group = 0;
    std::uint64_t next_seq = 1;  // counted on by make_plan
    base::Time accepted;
    base::Time decided;  // set by make_plan
};

std::vector<Planned> make_plan(const Rule& rule, const Declaration& declaration, Case& of,
                               Numbers& numbers);

// A `result` with its attributes and no body yet. `key` and `application_no` may be empty.
base::Element empty_result(const std::string& id, std::uint64_t seq, base::Time at,
                           const std::string& key, const std::string& application_no);
base::Element element_of(const Step& step);
Planned planned(base::Time due, std::uint64_t group, const base::Element& result);

}  // namespace sandbox
