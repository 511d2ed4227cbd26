// How permitd begins and ends: SIGTERM drains, systemd is told, a second one is refused, a disk
// that failed is not trusted again.
#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>

#include "base/files.hpp"
#include "system/line.hpp"
#include "system/listener.hpp"

namespace {

using line::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

TEST(Stop, BySigtermWhileItWorksLosesNothing) {
    constexpr std::size_t rounds = 4, share = 30;
    line::Line line;
    line.start_sandbox();
    for (std::size_t round = 0; round < rounds; ++round) {
        line.start();
        line::drop_numbered(line, "STOP-", round * share, (round + 1) * share);
        // In the midst of it: some receipts are there, not all.
        const std::size_t some = line.names("InBox").size() + 5;
        ASSERT_TRUE(line::becomes_true([&] { return line.names("InBox").size() >= some; },
                                       milliseconds{30'000}));
        const auto begin = steady_clock::now();
        ASSERT_EQ(line.stop(), 0) << line.daemon().words();
        // stop_within is 20 s; with a ministry that answers it is the time to drain.
        EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds{10});
        EXPECT_THAT(line.daemon().words(), HasSubstr("\"event\":\"stopped\""));
        EXPECT_THAT(line.daemon().words(), testing::Not(HasSubstr("not-drained")));
    }
    line.start();
    ASSERT_TRUE(line.settles(rounds * share, milliseconds{60'000})) << line.daemon().words();
    EXPECT_EQ(line.outcomes(), rounds * share);
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_EQ(line.stop(), 0);
}

// Operations: "SIGTERM drains within stop_within"; what is then under way is finished after the
// start.
TEST(Stop, EndsWithinStopWithinAlthoughTheMinistryIsSlow) {
    line::Line line{{.sandbox = {"--fault", "slow=100%"}, .settings = "stop_within: 1s\n"}};
    line.start_sandbox();
    line.start();
    line::drop_numbered(line, "STOP-", 0, 3);
    ASSERT_TRUE(line::becomes_true([&] { return line.counter("messages", "declared") > 0; },
                                   milliseconds{30'000}));
    const auto begin = steady_clock::now();
    ASSERT_EQ(line.stop(), 0);
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds{4});
    EXPECT_THAT(line.daemon().words(), HasSubstr("not-drained"));
    line.end_sandbox();
    line.setup.sandbox = {};
    line.start_sandbox();
    line.start();
    ASSERT_TRUE(line.settles(3, milliseconds{60'000})) << line.daemon().words();
    EXPECT_EQ(line.counter("messages", "conflicts"), 0u);
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_EQ(line.stop(), 0);
}

TEST(Stop, OfTheMinistryForAWhileLosesNothing) {
    line::Line line;
    line.start_sandbox();
    line.end_sandbox();
    line.start();
    line::drop_numbered(line, "STOP-", 0, 5);
    ASSERT_TRUE(line::becomes_true([&] { return line.names("SentBox").size() == 5; },
                                   milliseconds{30'000}));
    line.start_sandbox();
    ASSERT_TRUE(line.settles(5, milliseconds{90'000}))
        << line.permitctl({"status"}).out << line.daemon().words();
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_EQ(line.stop(), 0);
}

TEST(Stop, SystemdIsToldOfReadinessAndOfTheEnd) {
    line::Line line;
    line::Listener systemd{line.folder() / "notify"};
    line.start_sandbox();
    line.start();
    ASSERT_TRUE(
        line::becomes_true([&] { return systemd.heard().find("READY=1") != std::string::npos; },
                           milliseconds{10'000}));
    EXPECT_THAT(systemd.heard(), testing::Not(HasSubstr("STOPPING=1")));
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(systemd.heard(), HasSubstr("STOPPING=1"));
}

TEST(Start, OfASecondOneIsRefusedAndToldWhoHoldsTheState) {
    line::Line line;
    line.start_sandbox();
    line.start();
    const line::Ended second = line::run({line.program("permitd"), "--config", line.config()},
                                         line.environment(), line.folder());
    EXPECT_EQ(second.status, 75) << second.errors;
    EXPECT_THAT(second.errors, HasSubstr("pid " + std::to_string(line.daemon().pid())));
    line.drop("a.xml", line::declaration("A-1", "A-1"));
    EXPECT_TRUE(line.settles(1, milliseconds{30'000})) << "the first one must not be disturbed";
    EXPECT_EQ(line.stop(), 0);
}

TEST(Start, OnASpoolThatIsNotThereIsRefused) {
    line::Line line;
    line.write_config();
    std::filesystem::remove_all(line.folder() / "spool");
    EXPECT_EQ(line.launch().ended(milliseconds{30'000}), 78) << line.daemon().words();
    EXPECT_THAT(line.daemon().words(), HasSubstr((line.folder() / "spool").string()));
}

// Design: a failed sync is never tried again; permitd ends with 74 and starts again only where the
// page cache that may lie is gone (poison_test.cpp).
TEST(Start, AfterAFailedDiskIsRefusedUntilTheHostWasRestarted) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line::drop_numbered(line, "STOP-", 0, 5);
    ASSERT_TRUE(line.settles(5, milliseconds{30'000}));
    std::ofstream{line.folder() / "disk-fails"} << '\n';
    line::drop_numbered(line, "STOP-", 5, 15);
    ASSERT_EQ(line.daemon().ended(milliseconds{30'000}), 74) << line.daemon().words();
    EXPECT_THAT(line.daemon().words(), HasSubstr("\"event\":\"stopping-at-once\""));
    std::filesystem::remove(line.folder() / "disk-fails");

    const std::filesystem::path mark = line.folder() / "run" / "poisoned";
    ASSERT_TRUE(std::filesystem::exists(mark));
    EXPECT_EQ(line.launch().ended(milliseconds{30'000}), 74);
    EXPECT_THAT(line.daemon().words(), HasSubstr("a sync failed"));
    EXPECT_THAT(line.daemon().words(), HasSubstr(mark.string()));

    std::string text;
    std::getline(std::ifstream{mark}, text);
    const std::string boot = "00000000-0000-0000-0000-000000000000";
    std::ofstream{mark} << text.replace(0, boot.size(), boot) << '\n';
    line.start();
    ASSERT_TRUE(line.settles(15, milliseconds{30'000})) << line.daemon().words();
    EXPECT_FALSE(std::filesystem::exists(mark));
    EXPECT_EQ(line.outcomes(), 15u);
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
