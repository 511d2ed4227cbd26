// Times: as people read them (local, with the zone) and as programs do (UTC).
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/clock.hpp"

namespace ctl {

// "2026-11-22 09:30:01 CST"; of a text that is no time, the text.
std::string local(const std::string& iso);
// "2026-11-22T01:30:01.250Z"
std::string utc(base::Time time);
// "45s", "12m", "4h", "15d"
std::string span(std::chrono::seconds length);
// Every time beneath it (`…_at`, at, since, until, now) in UTC.
boost::json::value in_utc(boost::json::value value);

}  // namespace ctl
