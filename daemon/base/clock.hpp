// Clock: what time it is, so that tests can lie about it; and the ministry's time, +08:00.
//
// Time is wall-clock time in microseconds since 1970 (what is stored); Tick is monotonic (what
// waits are measured with). Day, month, year and "today" are China Standard Time everywhere, never
// the host's zone; China has no daylight saving time.
// Threads: any. Throws: nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using Tick = std::chrono::steady_clock::time_point;
using Date = std::chrono::year_month_day;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
    virtual Tick tick() const = 0;
};

class SystemClock final : public Clock {
public:
    Time now() const override;
    Tick tick() const override;
};

// Stands still until it is told to go on. For tests and for the simulation; not thread-safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Time start) : now_(start) {}
    Time now() const override { return now_; }
    Tick tick() const override { return tick_; }
    void advance(std::chrono::microseconds by) { now_ += by, tick_ += by; }
    // A jump of the wall clock alone, as an administrator or NTP makes it.
    void jump(std::chrono::microseconds by) { now_ += by; }

private:
    Time now_;
    Tick tick_{std::chrono::hours(1)};
};

// "2026-11-22T09:30:01.250+08:00"
std::string iso(Time time);
// ISO 8601 with offset or Z, with or without a fraction; nothing when it is not a time.
std::optional<Time> parse_time(std::string_view text);
// The day in China.
Date day_of(Time time);
// The first instant of that day in China.
Time start_of(Date day);
// "2026-11-22"
std::string iso(Date day);
// "2026-11-22", a day that exists; an offset behind it (xs:date allows one) is ignored.
std::optional<Date> parse_date(std::string_view text);

}  // namespace base
