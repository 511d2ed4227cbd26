// SentBox and FailBox are kept `boxes_keep` (operations.md 1): whole days, only links of ours.
#include "housekeeping.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/log.hpp"
#include "spool.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class HousekeepingTest : public testing::Test {
protected:
    HousekeepingTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        boxes_.push_back(std::move(*mailbox::Mailbox::open(spool_.root, "acme")));
    }
    ~HousekeepingTest() override { base::set_log_sink({}); }
    void put(const std::string& path) {
        std::filesystem::create_directories(spool_.at("acme/" + path).parent_path());
        spool_.put("acme/" + path, "x");
    }
    int run() {
        int steps = 0;
        while (keeping_.step(boxes_)) ++steps;
        return steps;
    }
    std::vector<std::string> left() {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : spool_.files("acme")) names.push_back(name);
        return names;
    }

    tests::Spool spool_;
    mailbox::Mailboxes boxes_;
    base::ManualClock clock_{*base::parse_time("2026-11-22T00:30:00+08:00")};
    permitd::Housekeeping keeping_{90 * 24h, clock_};
    std::string log_;
};

TEST_F(HousekeepingTest, RemovesWholeDaysThatAreOlder) {
    for (const char* path :
         {"SentBox/2026-08-23/a.xml", "SentBox/2026-08-24/b.xml", "FailBox/2025-01-01/c.xml",
          "FailBox/2026-11-22/d.xml", "InBox/2025-01-01.xml", "OutBox/e.xml",
          "SentBox/2026-8-1/f.xml", "SentBox/mine/g.xml"})
        put(path);
    run();
    EXPECT_THAT(left(), ElementsAre("FailBox/2026-11-22/d.xml", "InBox/2025-01-01.xml",
                                    "OutBox/e.xml", "SentBox/2026-08-24/b.xml",
                                    "SentBox/2026-8-1/f.xml", "SentBox/mine/g.xml"));
    EXPECT_FALSE(std::filesystem::exists(spool_.at("acme/SentBox/2026-08-23")));
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, HasSubstr("\"days\":2"));
    EXPECT_THAT(log_, HasSubstr("\"files\":2"));
}

TEST_F(HousekeepingTest, LooksAgainAfterAnHourByTheDayOfThatHour) {
    put("SentBox/2026-08-24/b.xml");
    run();
    EXPECT_THAT(left(), ElementsAre("SentBox/2026-08-24/b.xml"));
    clock_.jump(24h);
    EXPECT_EQ(run(), 0);
    clock_.advance(59min);
    EXPECT_EQ(run(), 0);
    EXPECT_EQ(log_, "");
    clock_.advance(1min);
    run();
    EXPECT_THAT(left(), testing::IsEmpty());
}

// Links, folders and a day that is a link are somebody else's: they stay, and so does their day.
TEST_F(HousekeepingTest, WhatIsNotOursStays) {
    put("SentBox/2025-01-01/a.xml");
    put("elsewhere/precious.xml");
    const std::string there = spool_.at("acme/elsewhere");
    ASSERT_EQ(::symlink(there.c_str(), spool_.at("acme/FailBox/2025-01-01").c_str()), 0);
    ASSERT_EQ(::symlink(there.c_str(), spool_.at("acme/SentBox/2025-01-01/link").c_str()), 0);
    run();
    EXPECT_THAT(left(), ElementsAre("elsewhere/precious.xml"));
    EXPECT_TRUE(std::filesystem::is_symlink(spool_.at("acme/SentBox/2025-01-01/link")));
    EXPECT_TRUE(std::filesystem::is_symlink(spool_.at("acme/FailBox/2025-01-01")));
}

TEST_F(HousekeepingTest, ADayOfManyFilesGoesInSmallSteps) {
    for (int i = 0; i < 1000; ++i) put("SentBox/2025-01-01/" + std::to_string(i) + ".xml");
    ASSERT_TRUE(keeping_.step(boxes_));
    EXPECT_EQ(left().size(), 1000u - 256u);
    EXPECT_GE(run(), 3);
    EXPECT_THAT(left(), testing::IsEmpty());
    EXPECT_THAT(log_, HasSubstr("\"files\":1000"));
}

// What a clock says that was moved a moment ago is no reason to remove anything.
TEST_F(HousekeepingTest, SweepsNothingUntilTheClockWasSteady) {
    put("SentBox/2026-11-20/a.xml");
    run();
    clock_.jump(365 * 24h);
    clock_.advance(1min);
    run();
    clock_.jump(-365 * 24h);
    for (int minutes = 0; minutes < 120; ++minutes) clock_.advance(1min), run();
    EXPECT_THAT(left(), ElementsAre("SentBox/2026-11-20/a.xml"));
    clock_.jump(365 * 24h);
    for (int minutes = 0; minutes < 120; ++minutes) clock_.advance(1min), run();
    EXPECT_THAT(left(), testing::IsEmpty());
}

}  // namespace
