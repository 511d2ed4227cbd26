// Which records the scans of a store ask for, and in which order they come. MemoryStore and Pending
// sort by it, RocksStore's keys are made so that they come out so.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <algorithm>
#include <tuple>

#include "edi/change.hpp"

namespace store {

inline auto order_of(const edi::MinistryResult& result) { return std::tie(result.seq, result.id); }
inline auto order_of(const edi::Submission& each) { return std::tie(each.next_at, each.key); }
inline auto order_of(const edi::Licence& each) { return std::tie(each.expiry, each.number); }

inline auto order_of(const edi::Errand& each) {
    return std::tie(each.accepted_at, each.sender, each.message_id);
}

template <class Record>
void sort(std::vector<Record>& records) {
    std::sort(records.begin(), records.end(),
              [](const Record& a, const Record& b) { return order_of(a) < order_of(b); });
}

inline bool waits(const edi::Submission& each) {
    return each.unsettled() && each.state != edi::MessageState::Sending && !each.on_hold;
}
inline bool is_sending(const edi::Submission& each) {
    return each.state == edi::MessageState::Sending;
}
inline bool is_unwarned(const edi::Submission& each) {
    return each.unsettled() && !each.delayed_told;
}
inline bool may_expire(const edi::Licence& each) {
    return each.state == edi::LicenceState::Valid && !each.expiry.empty();
}
inline bool may_be_warned_of(const edi::Licence& each) {
    return may_expire(each) && !each.expiring_told;
}
inline bool is_incomplete(const edi::MinistryResult& each) {
    return each.state == edi::ResultState::Incomplete;
}
inline bool is_unclaimed(const edi::MinistryResult& each) {
    return each.state == edi::ResultState::Unclaimed;
}

// Whether a result is unclaimed and names the key or the ApplicationNo (empty = not asked).
inline bool is_asked(const edi::MinistryResult& result, const std::string& key,
                     const std::string& application_no) {
    return is_unclaimed(result) &&
           ((!key.empty() && result.key == key) ||
            (!application_no.empty() && result.application_no == application_no));
}

}  // namespace store
