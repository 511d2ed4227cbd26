// Numbers: what the ministry and customs number, in the forms of the real ones.
//
// A ministry that was started anew without its state must not give the numbers that it gave
// before: enterprises may still hold those. So the counters begin where the start time says.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace sandbox {

struct Numbers {
    std::uint64_t application = 0;
    std::uint64_t licence = 0;
    std::uint64_t declaration = 0;
    std::uint64_t account = 0;
    std::uint64_t result = 0;
    std::uint64_t group = 0;

    static Numbers starting_at(base::Time start);

    std::string next_application_no(base::Time at);  // yyyymm and ten digits
    std::string next_licence_no(base::Time at);      // 26-AB-000123
    // Accepting customs, year, 1 for import, nine digits.
    std::string next_declaration_no(const std::string& customs, base::Time at);
    std::string next_account();    // ic and eight digits
    std::string next_result_id();  // R and digits
};

}  // namespace sandbox
