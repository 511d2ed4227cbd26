// Requests: how a request to the gateway looks on the wire, and how the end of its transfer reads
// as an answer. Pure.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include "dispatch/curl_gateway.hpp"

namespace dispatch {

inline constexpr std::size_t results_bytes_max = 16u << 20;  // of a page

// `results_limit`: the most results that a page may have.
transfer::Call call_of(const Request& request, const GatewayOptions& options,
                       unsigned results_limit);
transfer::Call probe_call(const GatewayOptions& options);

// Whether it takes one of the places that Gateway::capacity counts.
bool takes_capacity(Ask ask);

// `sent_at`: when it was handed to transfer. The body of the request is wiped.
Answer answer_of(Request request, transfer::Ended ended, const GatewayOptions& options,
                 base::Time sent_at, base::Time now);

// A 4xx that no row of the table names, to a request that takes capacity.
bool is_puzzling(const Answer& answer);

}  // namespace dispatch
