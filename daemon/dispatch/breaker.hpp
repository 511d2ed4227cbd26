// Breaker, Parking, SlowStart, PageLimit: when the endpoint may be spoken to, by how many at once,
// and how much may be asked for.
//
// Both close the line and open it again through a probe; their waits double to 15 minutes and begin
// anew only when a true request was answered, because a gateway may be well for probes alone.
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "base/clock.hpp"

namespace dispatch {

// A wait that doubles from one to the next.
class Backoff {
public:
    Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_(first), longest_(longest), next_(first) {}
    std::chrono::milliseconds take() { return std::exchange(next_, std::min(next_ * 2, longest_)); }
    void begin_anew() { next_ = first_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds next_;
};

inline constexpr std::chrono::seconds closed_first{60};
inline constexpr std::chrono::minutes closed_longest{15};

// Five transport failures in a row break the line.
class Breaker {
public:
    static constexpr unsigned failures_max = 5;

    void failed(base::Tick now);
    // A true request was answered, whatever the answer.
    void answered();
    bool is_broken() const { return broken_; }
    base::Tick probe_at() const { return probe_at_; }
    void probe_failed(base::Tick now) { probe_at_ = now + wait_.take(); }
    // Somebody may have mended what is wrong: it is worth a probe at once.
    void probe_now(base::Tick now) { probe_at_ = std::min(probe_at_, now); }
    void mend() { broken_ = false, failures_ = 0; }

private:
    bool broken_ = false;
    unsigned failures_ = 0;
    base::Tick probe_at_ = {};
    Backoff wait_{closed_first, closed_longest};
};

// A fault of configuration, or five different submissions in a row that got a 4xx without a
// verdict, park the line.
class Parking {
public:
    static constexpr std::size_t puzzled_max = 5;

    void park(base::Tick now, std::string reason);
    // A submission got a 4xx that is no verdict.
    void puzzled(const std::string& key, base::Tick now);
    // The ministry gave a verdict: we are let in.
    void understood();
    bool is_parked() const { return !reason_.empty(); }
    const std::string& reason() const { return reason_; }
    base::Tick probe_at() const { return probe_at_; }
    void probe_failed(base::Tick now) { probe_at_ = now + wait_.take(); }
    void probe_now(base::Tick now) { probe_at_ = std::min(probe_at_, now); }
    void release() { reason_.clear(), puzzled_.clear(); }

private:
    std::string reason_;
    std::set<std::string> puzzled_;
    base::Tick probe_at_ = {};
    Backoff wait_{closed_first, closed_longest};
};

// How many may be in flight after the line opened: 1, then 2, 4, …: doubled when as many
// were answered.
class SlowStart {
public:
    explicit SlowStart(std::size_t in_flight_max)
        : in_flight_max_(in_flight_max), allowed_(in_flight_max) {}
    std::size_t allowed() const { return allowed_; }
    void begin() { allowed_ = 1, answered_ = 0; }
    void answered();
    // Another maximum; at once where the line was at the old one.
    void limit(std::size_t in_flight_max) {
        allowed_ = allowed_ == in_flight_max_ ? in_flight_max : std::min(allowed_, in_flight_max);
        in_flight_max_ = in_flight_max;
    }

private:
    std::size_t in_flight_max_;
    std::size_t allowed_;
    std::size_t answered_ = 0;
};

// How many results a page may have: half as many after a page that was too long to be taken, twice
// as many again after one that was short.
class PageLimit {
public:
    explicit PageLimit(unsigned most) : most_(most), allowed_(most) {}
    unsigned allowed() const { return allowed_; }
    enum class Halved { Yes, IsOneAlready };
    Halved too_long();
    void limit(unsigned most) {
        allowed_ = allowed_ == most_ ? most : std::min(allowed_, most);
        most_ = most;
    }
    // Of a page that is less than a quarter of the longest, two and a little more still fit.
    void fitted(std::size_t bytes, std::size_t bytes_max) {
        if (bytes < bytes_max / 4) allowed_ = std::min(allowed_ * 2, most_);
    }

private:
    unsigned most_;
    unsigned allowed_;
};

}  // namespace dispatch
