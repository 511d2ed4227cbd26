// Where threads stand while what they work with is exchanged.
#include "edge.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace {

using namespace std::chrono_literals;
using permitd::Edge;

std::chrono::steady_clock::time_point after(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

TEST(Edge, IsHeldAtOnceWhereNoTurnIsUnderWay) {
    Edge edge;
    const Edge::Hold hold{edge, after(0ms)};
    EXPECT_TRUE(hold.is_held());
}

TEST(Edge, IsNotHeldWhereATurnDoesNotEndInTime) {
    Edge edge;
    {
        const Edge::Turn turn{edge};
        const Edge::Hold hold{edge, after(10ms)};
        EXPECT_FALSE(hold.is_held());
    }
    const Edge::Turn again{edge};
}

// A stop does not wait for a reload that waits for the line.
TEST(Edge, IsGivenUpByWhoWaitsForItWhenHoldsEnd) {
    Edge edge;
    std::optional<Edge::Turn> turn{edge};
    std::thread ending{[&] { edge.end_holds(); }};
    {
        const Edge::Hold hold{edge, after(600s)};
        EXPECT_FALSE(hold.is_held());
    }
    ending.join();
    turn.reset();
    EXPECT_FALSE((Edge::Hold{edge, after(600s)}.is_held()));
    const Edge::Turn again{edge};
}

// What is written while it is held is seen by the next turn, and no turn is under way meanwhile.
TEST(Edge, KeepsTurnsAndExchangesApart) {
    Edge edge;
    int shared = 0;  // ThreadSanitizer tells where it is not guarded
    std::atomic<bool> ends = false;
    std::atomic<std::uint64_t> turns = 0;
    std::thread turning{[&] {
        while (!ends) {
            const Edge::Turn turn{edge};
            ++shared;
            ++turns;
        }
    }};
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t before = turns;
        while (turns == before) std::this_thread::yield();
        const Edge::Hold hold{edge, after(600s)};
        ASSERT_TRUE(hold.is_held());
        const int was = shared;
        shared = was;
    }
    ends = true;
    turning.join();
    EXPECT_EQ(static_cast<std::uint64_t>(shared), turns);
}

}  // namespace
