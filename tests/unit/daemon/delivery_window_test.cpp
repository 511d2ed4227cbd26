// What waits for an InBox is bounded in memory, and comes whole and in order when it goes on.
#include "delivery_window.hpp"

#include <gtest/gtest.h>

#include "store/memory_store.hpp"

namespace {

constexpr std::size_t mebibyte = 1u << 20;
constexpr std::uint64_t all = 120;

TEST(DeliveryWindow, HoldsNoMoreBytesThanItShallHoweverLongTheSpoolWaits) {
    const auto store = store::make_memory_store();
    for (std::uint64_t number = 1; number <= all; ++number) {
        edi::Change change;
        change.deliveries.push_back({number,
                                     "acme",
                                     "2026-11-23",
                                     std::to_string(number) + ".xml",
                                     "<Receipt/>",
                                     {{"a.pdf", std::string(mebibyte, 'a')}}});
        store->commit(std::span{&change, 1});
    }
    permitd::DeliveryWindow window;
    for (int turn = 0; turn < 20; ++turn) window.fill(*store);
    EXPECT_GE(window.deliveries.size(), 64u);
    EXPECT_LE(window.deliveries.size(), 64u + 16u);
    std::uint64_t next = 1;
    for (int turn = 0; turn < 20 && next <= all; ++turn) {
        for (const edi::Delivery& each : window.deliveries) EXPECT_EQ(each.number, next++);
        window.deliveries.clear();
        window.fill(*store);
    }
    EXPECT_EQ(next, all + 1);
}

}  // namespace
