#include "notify.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace permitd {

void notify(const std::string& state) { ::sd_notify(0, state.c_str()); }

std::chrono::milliseconds watchdog_time() {
    std::uint64_t time_us = 0;
    if (::sd_watchdog_enabled(0, &time_us) <= 0) return {};
    return std::chrono::milliseconds{time_us / 1000};
}

}  // namespace permitd
