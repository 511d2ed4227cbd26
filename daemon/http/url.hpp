// Target: what a request asks for, taken apart: path and query with their percent-encoding undone.
//
// Only the origin form ("/path?query") is known (RFC 9112 section 3.2.1); percent-encoding is that
// of RFC 3986 section 2.1, and a plus sign stands for itself. A path with an encoded NUL or with
// broken encoding is no target.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace http {

struct Target {
    std::string path;
    std::map<std::string, std::string> query;  // of a name given twice the last value
};

std::optional<Target> parse_target(std::string_view text);
std::optional<std::string> percent_decoded(std::string_view text);
// With the letters A to Z made small, as names of header fields are compared.
std::string lower_case(std::string_view text);

}  // namespace http
