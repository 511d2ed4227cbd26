#include "transfer/answer_head.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace transfer {

bool AnswerHead::take(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
        headers_.clear();
        return ++answers_ <= interim_answers_max + 1;
    }
    bytes_ += line.size();
    if (!line.empty()) headers_.emplace_back(line);
    return bytes_ <= head_bytes_max && headers_.size() <= head_lines_max;
}

std::vector<std::string> AnswerHead::values_of(std::string_view name) const {
    std::vector<std::string> values;
    for (const std::string& each : headers_) {
        const std::size_t colon = each.find(':');
        if (colon == std::string::npos ||
            !base::is_same_but_case(std::string_view{each}.substr(0, colon), name))
            continue;
        std::string_view value = std::string_view{each}.substr(colon + 1);
        while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
        while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
        values.emplace_back(value);
    }
    return values;
}

std::string AnswerHead::framing_defect(int status) const {
    const auto lengths = values_of("Content-Length");
    const auto encodings = values_of("Transfer-Encoding");
    if (!encodings.empty() &&
        (encodings.size() > 1 || !base::is_same_but_case(encodings[0], "chunked")))
        return "the answer has a transfer coding other than chunked";
    if (!lengths.empty() && !encodings.empty())
        return "the answer has both Content-Length and Transfer-Encoding";
    if (std::any_of(lengths.begin(), lengths.end(),
                    [&](const std::string& each) { return each != lengths.front(); }))
        return "the answer has two different values of Content-Length";
    if (lengths.empty() && encodings.empty() && status != 204 && status != 304)
        return "the answer does not say where it ends";
    return {};
}

}  // namespace transfer
