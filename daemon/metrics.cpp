#include "metrics.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace permitd {

namespace {

// Of a label's value all three are escaped, of a sentence the quote stands as it is.
enum class Quote { Stays, Escaped };

std::string escaped(std::string_view text, Quote quote) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\' || (c == '"' && quote == Quote::Escaped))
            out += {'\\', c};
        else
            out += c;
    }
    return out;
}

}  // namespace

const char* code_of(MetricKind kind) {
    switch (kind) {
        case MetricKind::Counter: return "counter";
        case MetricKind::Gauge: return "gauge";
        case MetricKind::Histogram: return "histogram";
    }
    return "";
}

std::string written(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return {digits, end};
}

Tally::Tally(std::vector<std::string> values, Others others) : values_(std::move(values)) {
    if (others == Others::Counted) values_.emplace_back(other);
    counts_ = std::make_unique<std::atomic<std::uint64_t>[]>(values_.size());
}

void Tally::add(std::string_view value, std::uint64_t count) {
    auto found = std::ranges::find(values_, value);
    if (found == values_.end()) found = std::ranges::find(values_, other);
    if (found == values_.end()) return;
    counts_[static_cast<std::size_t>(found - values_.begin())].fetch_add(count,
                                                                         std::memory_order_relaxed);
}

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds), counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::observe(double value) {
    const auto bound = std::ranges::lower_bound(bounds_, value);
    counts_[static_cast<std::size_t>(bound - bounds_.begin())].fetch_add(1,
                                                                         std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const {
    return {counts_.get(), counts_.get() + bounds_.size() + 1};
}

void Exposition::begin(const Metric& metric) {
    metric_ = &metric;
    const std::string name = metric.name;
    text_ += "# HELP " + name + ' ' + escaped(metric.meaning, Quote::Stays) + '\n';
    text_ += "# TYPE " + name + ' ' + code_of(metric.kind) + '\n';
}

void Exposition::value(std::initializer_list<Label> labels, double value) {
    line("", labels, value);
}

void Exposition::values(std::string_view label, const Tally& tally) {
    for (std::size_t i = 0; i < tally.values().size(); ++i)
        value({{label, tally.values()[i]}}, static_cast<double>(tally.count(i)));
}

// The total is that of the buckets: an observation in between must not make the two differ.
void Exposition::histogram(const Histogram& histogram) {
    const std::vector<std::uint64_t> counts = histogram.counts();
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        below += counts[i];
        const std::string bound =
            i < histogram.bounds().size() ? written(histogram.bounds()[i]) : "+Inf";
        line("_bucket", {{"le", bound}}, static_cast<double>(below));
    }
    line("_sum", {}, histogram.sum());
    line("_count", {}, static_cast<double>(below));
}

void Exposition::line(std::string_view suffix, std::initializer_list<Label> labels, double value) {
    text_ += metric_->name;
    text_ += suffix;
    char before = '{';
    for (const auto& [name, text] : labels) {
        text_ += before;
        text_ += std::string{name} + "=\"" + escaped(text, Quote::Escaped) + '"';
        before = ',';
    }
    if (before == ',') text_ += '}';
    text_ += ' ' + written(value) + '\n';
}

}  // namespace permitd
