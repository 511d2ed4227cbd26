// Contract: 5 transport failures in a row open the breaker for 60 s, doubling to 15 min; parking is
// probed each minute, backing off to 15; five different puzzled submissions park; slow start.
#include "dispatch/breaker.hpp"

#include <gtest/gtest.h>

#include "dispatch/retry_after.hpp"

namespace {

using namespace std::chrono_literals;

const base::Tick start{1h};

TEST(Breaker, FiveFailuresInARowBreakItNotFourAndNotWithAnAnswerBetween) {
    dispatch::Breaker breaker;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 4; ++i) breaker.failed(start);
        EXPECT_FALSE(breaker.is_broken());
        breaker.answered();
    }
    for (int i = 0; i < 5; ++i) breaker.failed(start);
    EXPECT_TRUE(breaker.is_broken());
    EXPECT_EQ(breaker.probe_at(), start + 60s);
}

TEST(Breaker, WaitsDoubleUpTo15MinutesAndBeginAnewAfterAnAnswerOnly) {
    dispatch::Breaker breaker;
    for (int i = 0; i < 5; ++i) breaker.failed(start);
    for (const auto wait : {120s, 240s, 480s, 900s, 900s}) {
        breaker.probe_failed(start);
        EXPECT_EQ(breaker.probe_at(), start + wait);
    }
    breaker.answered();  // a request that was under way when it broke
    EXPECT_TRUE(breaker.is_broken());
    breaker.mend();
    EXPECT_FALSE(breaker.is_broken());
    for (int i = 0; i < 5; ++i) breaker.failed(start);
    EXPECT_EQ(breaker.probe_at(), start + 900s);  // the probe alone proved nothing
    breaker.mend();
    breaker.answered();
    for (int i = 0; i < 5; ++i) breaker.failed(start);
    EXPECT_EQ(breaker.probe_at(), start + 60s);
}

TEST(Parking, IsProbedAMinuteBackingOff) {
    dispatch::Parking parking;
    EXPECT_FALSE(parking.is_parked());
    parking.park(start, "answered with 401");
    parking.park(start + 30s, "something else");
    EXPECT_EQ(parking.reason(), "answered with 401");
    EXPECT_EQ(parking.probe_at(), start + 60s);
    parking.probe_failed(start + 60s);
    EXPECT_EQ(parking.probe_at(), start + 180s);
    parking.release();
    EXPECT_FALSE(parking.is_parked());
    parking.park(start, "again");
    EXPECT_EQ(parking.probe_at(), start + 240s);
    parking.release();
    parking.understood();
    parking.park(start, "much later");
    EXPECT_EQ(parking.probe_at(), start + 60s);
}

TEST(Parking, FiveDifferentPuzzledSubmissionsInARowPark) {
    dispatch::Parking parking;
    for (int i = 0; i < 9; ++i) parking.puzzled("same", start);
    for (const char* key : {"a", "b", "c"}) parking.puzzled(key, start);
    EXPECT_FALSE(parking.is_parked());
    parking.understood();
    for (const char* key : {"a", "b", "c", "d"}) parking.puzzled(key, start);
    EXPECT_FALSE(parking.is_parked());
    parking.puzzled("e", start);
    EXPECT_TRUE(parking.is_parked());
}

TEST(SlowStart, DoublesWithEachRoundOfAnswers) {
    dispatch::SlowStart slow{6};
    EXPECT_EQ(slow.allowed(), 6u);
    slow.begin();
    std::vector<std::size_t> allowed;
    for (int i = 0; i < 9; ++i) {
        allowed.push_back(slow.allowed());
        slow.answered();
    }
    EXPECT_EQ(allowed, (std::vector<std::size_t>{1, 2, 2, 4, 4, 4, 4, 6, 6}));
}

TEST(PageLimit, HalvesDownToOneAndDoublesAfterShortPages) {
    dispatch::PageLimit limit{500};
    using Halved = dispatch::PageLimit::Halved;
    for (const unsigned allowed : {250u, 125u, 62u, 31u, 15u, 7u, 3u, 1u}) {
        EXPECT_EQ(limit.too_long(), Halved::Yes);
        EXPECT_EQ(limit.allowed(), allowed);
    }
    EXPECT_EQ(limit.too_long(), Halved::IsOneAlready);
    EXPECT_EQ(limit.allowed(), 1u);
    limit.fitted(256, 1024);  // a quarter: with twice as many it might be half, and soon too long
    EXPECT_EQ(limit.allowed(), 1u);
    for (const unsigned allowed : {2u, 4u, 8u, 16u, 32u, 64u, 128u, 256u, 500u, 500u}) {
        limit.fitted(255, 1024);
        EXPECT_EQ(limit.allowed(), allowed);
    }
}

TEST(RetryAfter, SecondsAndDatesAreClampedAndGarbageIsIgnored) {
    const auto now = *base::parse_time("1994-11-06T08:49:00Z");
    using dispatch::parse_retry_after;
    EXPECT_EQ(parse_retry_after("0", now), 0s);
    EXPECT_EQ(parse_retry_after("5", now), 5s);
    EXPECT_EQ(parse_retry_after("999999999", now), 6h);
    EXPECT_EQ(parse_retry_after("99999999999999999999999", now), 6h);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), 37s);
    EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", now), 37s);
    EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", now), 37s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), 0s);
    EXPECT_EQ(parse_retry_after("Mon, 07 Nov 2094 08:00:00 GMT", now), 6h);
    for (const char* garbage : {"", "-1", "1.5", "soon", "5 s", "Sun, 06 Nov 1994 08:49:37 GMT x"})
        EXPECT_FALSE(parse_retry_after(garbage, now)) << garbage;
    EXPECT_EQ(dispatch::retry_after_of(
                  {"retry-after: 3", "RETRY-AFTER:  9 ", "X: 10", "Retry-After: soon"}, now),
              9s);
    EXPECT_FALSE(dispatch::retry_after_of({"X: 10"}, now));
}

// A date is one of their clock: what it is by theirs now, the same answer says.
TEST(RetryAfter, ADateIsHeldAgainstTheClockThatItIsOf) {
    const auto now = *base::parse_time("1994-11-06T08:49:00Z");
    using dispatch::retry_after_of;
    const std::string in_a_minute_by_theirs = "Retry-After: Sun, 06 Nov 1994 07:50:00 GMT";
    EXPECT_EQ(retry_after_of({in_a_minute_by_theirs, "Date: Sun, 06 Nov 1994 07:49:00 GMT"}, now),
              60s)
        << "an hour behind ours";
    EXPECT_EQ(retry_after_of({"date: Sun, 06 Nov 1994 09:49:00 GMT",
                              "Retry-After: Sun, 06 Nov 1994 09:50:00 GMT"},
                             now),
              60s)
        << "an hour ahead of ours";
    EXPECT_EQ(retry_after_of({"Date: Sun, 06 Nov 1994 09:49:00 GMT", "Retry-After: 7"}, now), 7s);
    // Without a date that can be read, or with two, ours is what there is.
    for (const char* no_date : {"X: y", "Date: today"})
        EXPECT_EQ(retry_after_of({no_date, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"}, now),
                  37s);
    EXPECT_EQ(retry_after_of({"Date: Sun, 06 Nov 1994 07:49:00 GMT",
                              "Date: Sun, 06 Nov 1994 07:48:00 GMT", in_a_minute_by_theirs},
                             now),
              0s);
    EXPECT_EQ(retry_after_of({"Date: Thu, 01 Jan 1970 00:00:00 GMT",
                              "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"},
                             now),
              6h);
}

}  // namespace
