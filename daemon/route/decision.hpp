// Decision: what one business event changes and what is to be said about it.
//
// The decide functions are pure: the same state, event and time give the same decision. Receipts
// have no numbers yet; numbered() gives them, in the order in which they stand here.
// Threads: value types.
#pragma once

#include "edi/change.hpp"
#include "edi/lists.hpp"
#include "receipts/compose.hpp"

namespace route {

// A file that goes with a receipt; its name there begins with the receipt's own.
struct Enclosed {
    std::string name;
    std::string media_type;
    std::string bytes;
};

// A receipt to be issued, and the message record that lists it.
struct Issue {
    edi::Receipt receipt;
    std::string record_id;  // empty: no message waits for it
    std::string reference;  // of the subject whose outcome this is, when its stage is outcome
    std::vector<Enclosed> enclosed = {};  // listed in the receipt as Document, in this order
    // Further details as they are to be written, behind the others: 50,000 of them as elements
    // would be ten times as large. REQUIRES: no proof.
    std::string written_details = {};
};

struct Decision {
    edi::Change change;
    std::vector<Issue> issues;
    // A rejected message: its record is kept under the number of its first receipt and lists all.
    std::optional<edi::MessageRecord> rejected;
    // The file that the first receipt answers; that receipt's number becomes its id, and stands in
    // its box name unless that is given.
    std::optional<edi::Taking> taking;
};

// How long to wait and when to give up (operations.md 2, ministry.retry).
struct Patience {
    std::chrono::milliseconds first{15'000};
    std::chrono::milliseconds max{1'800'000};
    std::chrono::hours lifetime{15 * 24};
    std::chrono::milliseconds warn_after{4 * 3'600'000};
    std::chrono::milliseconds commit_lag{5'000};
    std::chrono::milliseconds query_lifetime{600'000};
};

// What a receipt about that message answers; nothing when the record is not known.
std::optional<edi::InReplyTo> in_reply_to(const std::string& record_id, const edi::State& state);

// The wait before attempt n + 1: doubling from `first` to `max`, of which a random part is waited
// ("full jitter"). `part` lies in [0, 1).
std::chrono::microseconds backoff(const Patience& patience, std::uint32_t attempts, double part);

// A point in time: `wall` is what people read, `even` what waits are measured in
// (base/steadiness.hpp).
struct Moment {
    base::Time wall;
    base::Time even;
    Moment(base::Time both) : wall(both), even(both) {}
    Moment(base::Time wall_, base::Time even_) : wall(wall_), even(even_) {}
};

// When receipts are issued, and the day of the archive under which they are kept.
struct Issuing {
    base::Time at;
    std::string day;
    Issuing(base::Time at_) : Issuing(at_, base::iso(base::day_of(at_))) {}
    Issuing(base::Time at_, std::string day_) : at(at_), day(std::move(day_)) {}
};

// The change of a decision with everything numbered and composed: deliveries, the receipts listed
// in their records, outcomes set, counters moved on. `state` must not hold the decision yet.
edi::Change numbered(Decision decision, const edi::State& state, const Issuing& issuing,
                     const receipts::Catalogue& catalogue);

}  // namespace route
