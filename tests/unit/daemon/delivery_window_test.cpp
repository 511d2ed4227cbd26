// What is delivered next: each mailbox gets its own whole and once, an original follows
// its receipt, and one that does not take anything is in nobody's way and in nobody's memory.
#include "delivery_window.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "store/memory_store.hpp"

namespace {

constexpr std::size_t mebibyte = 1u << 20;

// Nothing is confirmed here: what was made stands in the store as long as it may.
class DeliveryWindowTest : public testing::Test {
protected:
    void put(const std::string& mailbox, std::size_t bytes = 1) {
        edi::Change change;
        const std::uint64_t number = ++last_;
        change.deliveries.push_back({number,
                                     mailbox,
                                     "2026-11-23",
                                     std::to_string(number) + ".xml",
                                     "<Receipt/>",
                                     {{"a.pdf", std::string(bytes, 'a')}}});
        edi::Taking taking;
        taking.id = number;
        taking.file.mailbox = mailbox;
        change.takings.push_back(taking);
        store_->commit(std::span{&change, 1});
    }
    // A turn, of which mailboxes take what they are given as `takes` says; how much was in hand.
    template <class Takes>
    std::size_t turn(const Takes& takes) {
        window_.fill(*store_);
        const std::size_t in_hand = window_.deliveries().size() + window_.takings().size();
        receipts::Delivered made;
        for (const edi::Delivery& each : window_.deliveries())
            if (takes(each.mailbox)) made.deliveries.push_back(each.number);
        for (const std::uint64_t each : made.deliveries)
            EXPECT_TRUE(told_.insert(each).second) << each << " twice";
        for (const edi::Taking& each : window_.takings()) {
            const bool is_answered =
                told_.contains(each.id) ||
                std::ranges::count(window_.deliveries(), each.id, &edi::Delivery::number) > 0;
            EXPECT_TRUE(is_answered) << each.id << " before its receipt";
            if (told_.contains(each.id) && takes(each.file.mailbox)) made.takings.push_back(each);
        }
        for (const edi::Taking& each : made.takings)
            EXPECT_TRUE(taken_.insert(each.id).second) << each.id << " twice";
        window_.settle(made);
        return in_hand;
    }

    const std::unique_ptr<edi::Store> store_ = store::make_memory_store();
    permitd::DeliveryWindow window_;
    std::uint64_t last_ = 0;
    std::set<std::uint64_t> told_, taken_;
};

TEST_F(DeliveryWindowTest, OneThatTakesNothingHoldsUpNobody) {
    for (int i = 0; i < 6'000; ++i) put("stuck");
    for (int i = 0; i < 600; ++i) put("well");
    const auto takes = [](const std::string& mailbox) { return mailbox == "well"; };
    for (int i = 0; i < 40; ++i) turn(takes);
    EXPECT_EQ(told_.size(), 600u);
    EXPECT_EQ(taken_.size(), 600u);
    EXPECT_FALSE(window_.is_empty());
    EXPECT_LE(turn(takes), 32u) << "each turn tries the oldest few";
    while (!window_.is_empty()) turn([](const std::string&) { return true; });
    EXPECT_EQ(told_.size(), 6'600u);
    EXPECT_EQ(taken_.size(), 6'600u);
}

TEST_F(DeliveryWindowTest, NoMoreIsInHandThanAGroup) {
    for (int i = 0; i < 60; ++i) put(i % 2 == 0 ? "acme" : "beta", mebibyte);
    std::size_t most = 0;
    for (int i = 0; i < 10; ++i) {
        window_.fill(*store_);
        most = std::max(most, window_.deliveries().size());
        window_.settle({});
    }
    // A group of 16 MiB and what was read with its last, and of each mailbox the oldest few.
    EXPECT_LE(most, 16u + 15u + 2u * 16u);
    while (!window_.is_empty()) turn([](const std::string&) { return true; });
    EXPECT_EQ(told_.size(), 60u);
    EXPECT_EQ(taken_.size(), 60u);
}

TEST_F(DeliveryWindowTest, WhateverIsTakenWhenAllComesOnce) {
    const std::vector<std::string> names{"acme", "beta", "gamma", "delta"};
    for (unsigned seed = 1; seed <= 8; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 dice{seed};
        for (int round = 0; round < 30; ++round) {
            for (unsigned i = 0; i < dice() % 200; ++i) put(names[dice() % names.size()]);
            // Some take nothing in this round, and each now and then refuses one.
            const unsigned shut = dice() % 16;
            const auto takes = [&](const std::string& mailbox) {
                const auto at = std::ranges::find(names, mailbox) - names.begin();
                return (shut >> at) % 2 == 0 && dice() % 50 != 0;
            };
            for (unsigned i = 0; i < 1 + dice() % 3; ++i) turn(takes);
        }
        for (int i = 0; i < 1'000 && (i == 0 || !window_.is_empty()); ++i)
            turn([](const std::string&) { return true; });
        EXPECT_TRUE(window_.is_empty());
        EXPECT_EQ(told_.size(), last_);
        EXPECT_EQ(taken_.size(), last_);
    }
}

}  // namespace
