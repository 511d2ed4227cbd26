#include "ctl/times.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdio>
#include <ctime>

namespace ctl {

namespace {

namespace json = boost::json;

bool is_time(std::string_view name) {
    constexpr std::string_view names[] = {"at", "since", "until", "now"};
    return name.ends_with("_at") || std::ranges::find(names, name) != std::end(names);
}

std::time_t seconds_of(base::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string formatted(const char* format, const std::tm& parts) {
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::string local(const std::string& iso) {
    const auto time = base::parse_time(iso);
    if (!time) return iso;
    const std::time_t seconds = seconds_of(*time);
    std::tm parts{};
    if (!::localtime_r(&seconds, &parts)) return iso;
    return formatted("%Y-%m-%d %H:%M:%S %Z", parts);
}

std::string utc(base::Time time) {
    const std::time_t seconds = seconds_of(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    const auto part = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()) % 1000;
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%03dZ",
                  static_cast<int>((part.count() + 1000) % 1000));
    return formatted("%Y-%m-%dT%H:%M:%S", parts) + fraction;
}

std::string span(std::chrono::seconds length) {
    const std::int64_t seconds = std::max<std::int64_t>(0, length.count());
    if (seconds >= 86'400) return std::to_string(seconds / 86'400) + "d";
    if (seconds >= 3600) return std::to_string(seconds / 3600) + "h";
    if (seconds >= 60) return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

json::value in_utc(json::value value) {
    if (json::array* const array = value.if_array())
        for (json::value& each : *array) each = in_utc(std::move(each));
    if (json::object* const object = value.if_object())
        for (auto& member : *object) {
            const json::string* const text = member.value().if_string();
            if (!text)
                member.value() = in_utc(std::move(member.value()));
            else if (const auto time = is_time(member.key()) ? base::parse_time(std::string{*text})
                                                             : std::nullopt)
                member.value() = json::string{utc(*time)};
        }
    return value;
}

}  // namespace ctl
