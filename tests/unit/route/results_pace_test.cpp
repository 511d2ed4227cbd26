// Promise: results are asked for at once while they come, and never at the speed of the line when
// nothing does, whatever a gateway says of cursors.
#include "route/results_pace.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using route::ResultsPace;
using Cursor = ResultsPace::Cursor;
using enum ResultsPace::Brought;

TEST(ResultsPace, NewsIsFollowedByTheNextQuestionAtOnce) {
    ResultsPace pace;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(pace.after({"7", "7", News, 0s}).wait, 0s);  // the same cursor, and yet news
}

TEST(ResultsPace, EmptyPagesAtOnceAreAskedForFurtherAndFurtherApart) {
    ResultsPace pace;
    for (const auto gap : {1s, 2s, 4s, 8s, 16s, 20s, 20s})
        EXPECT_EQ(pace.after({"7", "7", Nothing, 0s}).wait, gap);
    EXPECT_EQ(pace.after({"7", "8", News, 0s}).wait, 0s);
    EXPECT_EQ(pace.after({"8", "8", Nothing, 0s}).wait, 1s);
}

// A long poll has waited already, however short the ministry keeps it.
TEST(ResultsPace, WhatWasHeldOpenIsAskedForAgainAtOnce) {
    for (const auto held : {1s, 5s, 20s, 30s}) {
        ResultsPace pace;
        for (int i = 0; i < 9; ++i) EXPECT_EQ(pace.after({"7", "7", Nothing, held}).wait, 0s);
    }
    ResultsPace pace;
    EXPECT_EQ(pace.after({"7", "7", Nothing, 250ms}).wait, 750ms);
    EXPECT_EQ(pace.after({"7", "7", Nothing, 250ms}).wait, 1750ms);
}

TEST(ResultsPace, AClockThatWasSetMeanwhileMakesNoWaitLonger) {
    ResultsPace pace;
    EXPECT_EQ(pace.after({"7", "7", Nothing, -1h}).wait, 1s);
    EXPECT_EQ(pace.after({"7", "7", Nothing, 1h}).wait, 0s);
}

TEST(ResultsPace, ACursorThatGoesRoundIsToldOnceAndSlowsDown) {
    ResultsPace pace;
    EXPECT_EQ(pace.after({"a", "b", News, 0s}).cursor, Cursor::WentOn);
    auto next = pace.after({"b", "a", Repeats, 0s});
    EXPECT_EQ(next.cursor, Cursor::WentBack);
    EXPECT_EQ(next.wait, 1s);
    next = pace.after({"a", "b", Repeats, 0s});
    EXPECT_EQ(next.cursor, Cursor::IsBackStill);
    EXPECT_EQ(next.wait, 2s);
    next = pace.after({"b", "b", Repeats, 0s});
    EXPECT_EQ(next.cursor, Cursor::Stayed);
    EXPECT_EQ(next.wait, 4s);
    EXPECT_EQ(pace.after({"b", "c", News, 0s}).cursor, Cursor::WentOn);
    EXPECT_EQ(pace.after({"c", "a", Nothing, 0s}).cursor, Cursor::WentBack);
}

// After an old state was restored: thousands of known results lie before the first new one.
TEST(ResultsPace, PagesOfKnownResultsGoOnAPageASecond) {
    ResultsPace pace;
    for (int i = 0; i < 500; ++i) {
        const auto next = pace.after({std::to_string(i), std::to_string(i + 1), Repeats, 0s});
        EXPECT_EQ(next.wait, 1s);
        EXPECT_EQ(next.cursor, Cursor::WentOn);
    }
}

// A cursor that only counts questions brings nothing: it is no way through anything.
TEST(ResultsPace, EmptyPagesWithEverNewCursorsSlowDownToo) {
    ResultsPace pace;
    ResultsPace::Next next{};
    for (int i = 0; i < 500; ++i)
        next = pace.after({std::to_string(i), std::to_string(i + 1), Nothing, 0s});
    EXPECT_EQ(next.wait, 20s);
}

}  // namespace
