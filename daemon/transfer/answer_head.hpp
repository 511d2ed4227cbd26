// AnswerHead: the headers of an answer as they come in, with limits, and whether they say where its
// body ends (RFC 9112 section 6.3).
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace transfer {

inline constexpr std::size_t head_bytes_max = 64u << 10;
inline constexpr std::size_t head_lines_max = 256;
inline constexpr unsigned interim_answers_max = 10;  // 100, 103

class AnswerHead {
public:
    // One line with its end, as libcurl gives it; false when a limit is passed.
    bool take(std::string_view line);
    // Why the end of the body cannot be known; empty when it can.
    std::string framing_defect(int status) const;
    std::vector<std::string> headers() && { return std::move(headers_); }

private:
    std::vector<std::string> values_of(std::string_view name) const;
    std::vector<std::string> headers_;
    std::size_t bytes_ = 0;
    unsigned answers_ = 0;
};

}  // namespace transfer
