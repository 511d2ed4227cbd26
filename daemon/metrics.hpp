// Metrics: what a figure is, and how figures are written for Prometheus (text format 0.0.4).
//
// Which there are stands in meters.hpp; each is a constant with its name, so that none is written
// that the table of systemd/README.md does not tell.
// Threads: counters and histograms are added to and read by any, without a lock; an Exposition
// belongs to one. Throws: std::bad_alloc only.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace permitd {

enum class MetricKind { Counter, Gauge, Histogram };
const char* code_of(MetricKind kind);  // "counter"

struct Metric {
    const char* name;  // "permitd_messages"
    MetricKind kind;
    const char* labels;   // "state, mailbox"; "" for none
    const char* meaning;  // one sentence
};

// How often each of some values was met. The values are given once; what is not among them counts
// as `other`, so that nothing from outside makes a series.
class Tally {
public:
    static constexpr std::string_view other = "other";
    enum class Others { Counted, Impossible };

    explicit Tally(std::vector<std::string> values, Others others = Others::Impossible);
    void add(std::string_view value, std::uint64_t count = 1);
    // In the order in which they were given.
    std::span<const std::string> values() const { return values_; }
    std::uint64_t count(std::size_t index) const { return counts_[index]; }

private:
    std::vector<std::string> values_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
};

// How many observations were at most so large.
class Histogram {
public:
    // `bounds` ascend, and outlive it.
    explicit Histogram(std::span<const double> bounds);
    void observe(double value);
    void observe(std::chrono::nanoseconds time) {
        observe(std::chrono::duration<double>{time}.count());
    }
    std::span<const double> bounds() const { return bounds_; }
    // At most bounds()[i], and more than the one before; behind them those above all.
    std::vector<std::uint64_t> counts() const;
    double sum() const { return sum_; }

private:
    std::span<const double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
    std::atomic<double> sum_ = 0;
};

// The text of all figures at one moment.
class Exposition {
public:
    using Label = std::pair<std::string_view, std::string_view>;

    // What follows are its values, until the next one.
    void begin(const Metric& metric);
    void value(double value) { this->value({}, value); }
    void value(std::initializer_list<Label> labels, double value);
    void values(std::string_view label, const Tally& tally);
    void histogram(const Histogram& histogram);
    const std::string& text() const { return text_; }

private:
    void line(std::string_view suffix, std::initializer_list<Label> labels, double value);

    const Metric* metric_ = nullptr;
    std::string text_;
};

// As the format writes a number: the shortest that reads as the same one.
std::string written(double value);

}  // namespace permitd
