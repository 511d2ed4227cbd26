// What dispatch logs. Each condition is logged when it begins and when it ends.
#pragma once

#include "base/log.hpp"

namespace dispatch::event {

inline constexpr base::Event endpoint_broken{
    "endpoint-broken", base::Level::Warning,
    "The gateway could not be reached several times in a row; it is left alone for a while.",
    "Look at the network and at the gateway if it does not come back by itself."};

inline constexpr base::Event endpoint_parked{
    "endpoint-parked", base::Level::Error,
    "The gateway does not let us in, or certificates do not do; nothing is sent meanwhile.",
    "Check certificates, CA, URL and the rights that the ministry gave; no message is lost."};

inline constexpr base::Event endpoint_open{"endpoint-open", base::Level::Info,
                                           "The gateway answers again; sending begins slowly.", ""};

inline constexpr base::Event results_failing{
    "results-failing", base::Level::Warning,
    "The ministry's results cannot be fetched; asking goes on at growing intervals.",
    "Nothing for a while; results wait at the ministry. Then look at the gateway's answers."};

inline constexpr base::Event results_collected_again{"results-collected-again", base::Level::Info,
                                                     "The ministry's results come in again.", ""};

}  // namespace dispatch::event
