// What happens to a licence after its approval: customs transfer, clearances, its end.
//
// All receipts are notices that name the message which submitted what was approved. A licence is
// closed once, by whoever says so first: its use, the ministry, or our clock one day after its
// ExpiryDate (messages.md 4).
// Threads: pure.
#pragma once

#include "route/decision.hpp"

namespace route {

// LicenceNo is compared without hyphens (messages.md 3.3).
std::string licence_key(std::string_view licence_no);

// Newest: no later result was applied. An older one is told but moves nothing.
enum class Order { Newest, Older };
Decision customs_transfer(edi::Licence licence, const edi::MinistryResult& result, Order order,
                          const edi::State& state);
Decision clearance(edi::Licence licence, const edi::MinistryResult& result, Order order,
                   const edi::State& state);
Decision licence_change(edi::Licence licence, const edi::MinistryResult& result,
                        const edi::State& state);
// A licence whose last day is over by our clock.
Decision decide_expired(edi::Licence licence, const edi::State& state);

}  // namespace route
