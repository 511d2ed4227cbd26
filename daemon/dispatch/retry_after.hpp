// Retry-After: how long an answer asks us to wait (RFC 9110 section 10.2.3).
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace dispatch {

inline constexpr std::chrono::hours retry_after_longest{6};

// The values of a header; names in any case.
std::vector<std::string> values_of(const std::vector<std::string>& headers, std::string_view name);

// Seconds or one of the three forms of HTTP-date, clamped to 0 .. 6 h; nothing when it is neither.
std::optional<std::chrono::seconds> parse_retry_after(const std::string& value, base::Time now);
// The longest of all that can be read. A date is held against the Date of the same answer, and only
// where there is none against our own clock (`now`).
std::optional<std::chrono::seconds> retry_after_of(const std::vector<std::string>& headers,
                                                   base::Time now);

}  // namespace dispatch
