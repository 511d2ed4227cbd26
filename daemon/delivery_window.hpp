// DeliveryWindow: what stands next in the store to be delivered, and what an InBox would not take
// before. Nothing more is read while too much of it is stuck, by number or by bytes: memory does
// not grow with how long a spool waits. What is not read waits in the store.
// Threads: one (deliver). Throws: std::bad_alloc only.
#pragma once

#include <vector>

#include "edi/change.hpp"

namespace permitd {

struct DeliveryWindow {
    std::uint64_t deliveries_after = 0;
    std::uint64_t takings_after = 0;
    std::vector<edi::Delivery> deliveries;
    std::vector<edi::Taking> takings;

    // At most a group more of each.
    void fill(const edi::Store& store);

private:
    void fill_deliveries(const edi::Store& store);
};

}  // namespace permitd
