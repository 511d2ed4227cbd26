#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Clock, WritesAndReadsTheMinistrysTime) {
    const auto time = base::parse_time("2026-11-22T01:30:01.25Z");
    ASSERT_TRUE(time);
    EXPECT_EQ(base::iso(*time), "2026-11-22T09:30:01.250+08:00");
    EXPECT_EQ(base::parse_time("2026-11-22T09:30:01.250+08:00"), time);
}

TEST(Clock, TheDayTurnsAtMidnightInChina) {
    EXPECT_EQ(base::iso(base::day_of(*base::parse_time("2026-12-31T15:59:59Z"))), "2026-12-31");
    EXPECT_EQ(base::iso(base::day_of(*base::parse_time("2026-12-31T16:00:00Z"))), "2027-01-01");
    EXPECT_EQ(base::iso(base::start_of(*base::parse_date("2027-01-01"))),
              "2027-01-01T00:00:00.000+08:00");
}

TEST(Clock, RefusesWhatIsNotATime) {
    for (const char* text : {"", "2026-02-30T00:00:00Z", "2026-11-22T09:30:00", "2026-11-22",
                             "2026-11-22T24:00:00Z", "2026-11-22T09:30:00+8:00", "x"})
        EXPECT_FALSE(base::parse_time(text)) << text;
    EXPECT_FALSE(base::parse_date("2026-13-01"));
    EXPECT_FALSE(base::parse_date("2026-11-22x"));
}

}  // namespace
