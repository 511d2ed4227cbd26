#include "dispatch/retry_after.hpp"

#include <time.h>

#include <algorithm>

namespace dispatch {

namespace {

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::optional<base::Time> parse_http_date(const std::string& text) {
    // RFC 9110 section 5.6.7; the daemon's locale is always "C".
    for (const char* form :
         {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
        tm parts{};
        const char* end = ::strptime(text.c_str(), form, &parts);
        if (end && *end == '\0') return base::Time{std::chrono::seconds{::timegm(&parts)}};
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> values_of(const std::vector<std::string>& headers, std::string_view name) {
    std::vector<std::string> values;
    for (const std::string& each : headers) {
        const std::size_t colon = each.find(':');
        if (colon == std::string::npos || lower(each.substr(0, colon)) != lower(name)) continue;
        const std::size_t from = each.find_first_not_of(" \t", colon + 1);
        if (from == std::string::npos) continue;
        values.push_back(each.substr(from, each.find_last_not_of(" \t") + 1 - from));
    }
    return values;
}

std::optional<std::chrono::seconds> parse_retry_after(const std::string& value, base::Time now) {
    const std::chrono::seconds longest = retry_after_longest;
    if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos) {
        if (value.size() > 9) return longest;
        return std::min(std::chrono::seconds{std::stol(value)}, longest);
    }
    const auto date = parse_http_date(value);
    if (!date) return std::nullopt;
    return std::clamp(std::chrono::ceil<std::chrono::seconds>(*date - now), std::chrono::seconds{0},
                      longest);
}

std::optional<std::chrono::seconds> retry_after_of(const std::vector<std::string>& headers,
                                                   base::Time now) {
    std::optional<std::chrono::seconds> wait;
    // A date is one of their clock, which may differ from ours; what it is now, they say too.
    const std::vector<std::string> dates = values_of(headers, "Date");
    if (const auto theirs = dates.size() == 1 ? parse_http_date(dates[0]) : std::nullopt)
        now = *theirs;
    for (const std::string& value : values_of(headers, "Retry-After"))
        if (const auto each = parse_retry_after(value, now); each && (!wait || *each > *wait))
            wait = each;
    return wait;
}

}  // namespace dispatch
