#include "base/clock.hpp"

#include <cstdio>

namespace base {

namespace {

using namespace std::chrono;

constexpr hours china{8};

// Exactly `width` digits at the front of `text`, taken off it.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                    std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

// A fraction of a second of any length, cut to microseconds.
std::optional<microseconds> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return microseconds{0};
    long value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 6) value = value * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (int i = digits; i < 6; ++i) value *= 10;
    return microseconds{value};
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z')) return minutes{0};
    const bool west = !text.empty() && text.front() == '-';
    if (!west && (text.empty() || text.front() != '+')) return std::nullopt;
    text.remove_prefix(1);
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *hour > 14 || *minute > 59) return std::nullopt;
    const minutes offset{*hour * 60 + *minute};
    return west ? -offset : offset;
}

}  // namespace

Time SystemClock::now() const { return time_point_cast<microseconds>(system_clock::now()); }
Tick SystemClock::tick() const { return steady_clock::now(); }

std::string iso(Time time) {
    const auto local = time + china;
    const auto day = floor<days>(local);
    const Date date{sys_days{day.time_since_epoch()}};
    const auto of_day = duration_cast<milliseconds>(local - day);
    const long ms = of_day.count();
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ld+08:00",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), ms / 3'600'000, ms / 60'000 % 60,
                  ms / 1000 % 60, ms % 1000);
    return text;
}

std::optional<Time> parse_time(std::string_view text) {
    const auto date = take_date(text);
    if (!date || !take(text, 'T')) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_digits(text, 2);
    const auto fraction = take_fraction(text);
    const auto offset = take_offset(text);
    if (!second || !fraction || !offset || !text.empty()) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return Time{sys_days{*date}.time_since_epoch() + hours{*hour} + minutes{*minute} +
                seconds{*second} + *fraction - *offset};
}

Date day_of(Time time) { return Date{sys_days{floor<days>(time + china).time_since_epoch()}}; }

Time start_of(Date day) { return Time{sys_days{day}.time_since_epoch()} - china; }

std::string iso(Date day) {
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text;
}

std::optional<Date> parse_date(std::string_view text) {
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    if (!text.empty() && (!take_offset(text) || !text.empty())) return std::nullopt;
    return date;
}

}  // namespace base
