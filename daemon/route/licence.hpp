// What happens to a licence after its approval: customs transfer, clearances, its end.
//
// All receipts are notices that name the message which submitted what was approved. A licence is
// closed once, by whoever says so first: its use, the ministry, or our clock one day after its
// ExpiryDate (messages.md 4). Its use ends it when at any point of the ministry's order nothing was
// left: a single-batch one by its first clearance, a multi-batch one when no quantity or no use is
// left.
// What is left is what the ministry said with the newest clearance; where it said nothing, what we
// count from the clearances (domain.md 5.4).
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

// So long before its last day a licence of which something is left is warned of.
inline constexpr std::chrono::days warned_before{30};
// The warning, once; of a licence that is closed, or of which nothing is left, nothing is said.
Decision decide_expiring(edi::Licence licence, const edi::State& state);

// What an approved application licenses; empty for a project, which has no quantity.
std::string licensed_quantity(const base::Element& application);

inline constexpr int uses_max = 6;  // of a multi-batch licence (domain.md 5.1)
// What is left of a licence; empty where it is not known, never below zero.
struct Balance {
    std::string quantity;
    std::string uses;
    bool operator==(const Balance&) const = default;
};
// As it stands: what the ministry said last, else what we count.
Balance balance(const edi::Licence& licence);
// What we count from the clearances: the licensed quantity less what was cleared and not revoked.
Balance counted_balance(const edi::Licence& licence);
struct Difference {
    Balance counted;
    Balance said;  // by the ministry, with the newest clearance
};
// Nothing when the ministry and we agree in all that both know.
std::optional<Difference> balance_difference(const edi::Licence& licence);

}  // namespace route
