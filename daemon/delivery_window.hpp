// DeliveryWindow: what of the receipts and originals in the store is to be delivered next.
//
// A turn: fill() reads what to try, settle() is told what came of it. What was not made is stuck,
// and so is its mailbox: numbers alone are kept of it, the oldest few are read and tried again with
// each turn, and what is new for it stays in the store until these are through. So neither memory
// nor another mailbox depends on how long one waits. Each mailbox is tried in the order of its
// numbers, an original never before its receipt, and nothing that was made is read again.
// Threads: one (deliver). Throws: std::bad_alloc only.
#pragma once

#include "delivery_lane.hpp"
#include "receipts/deliver.hpp"

namespace permitd {

class DeliveryWindow {
public:
    // At most a group of each kind and the oldest few of what is stuck. Whether something never
    // stood before.
    bool fill(const edi::Store& store);
    void settle(const receipts::Delivered& made);
    // Something for it was tried in vain.
    bool is_stuck(const std::string& mailbox) const {
        return deliveries_.is_stuck(mailbox) || takings_.is_stuck(mailbox);
    }
    // Nothing is in hand, and nothing stuck.
    bool is_empty() const { return deliveries_.is_empty() && takings_.is_empty(); }

    // May be sorted anew, nothing else.
    std::vector<edi::Delivery>& deliveries() { return deliveries_.in_hand; }
    std::vector<edi::Taking>& takings() { return takings_.in_hand; }

private:
    DeliveryLane<edi::Delivery> deliveries_;
    DeliveryLane<edi::Taking> takings_;
};

}  // namespace permitd
