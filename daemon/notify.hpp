// notify: tells systemd how we are (sd_notify(3)). Nothing happens where nobody asked.
// Threads: any. Throws: nothing.
#pragma once

#include <chrono>
#include <string>

namespace permitd {

// "READY=1", "STOPPING=1", "STATUS=…"; several lines at once are allowed.
void notify(const std::string& state);

// How often systemd wants to hear WATCHDOG=1 at least; 0: not at all.
std::chrono::milliseconds watchdog_time();

}  // namespace permitd
