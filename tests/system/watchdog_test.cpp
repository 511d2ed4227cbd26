// Operations 4: "STATUS line", "WatchdogSec fed only while every thread makes progress".
#include <gmock/gmock.h>

#include <fstream>

#include "system/line.hpp"
#include "system/listener.hpp"

namespace {

using line::patience;
using testing::HasSubstr;
using testing::Not;

std::size_t times(const std::string& word, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(word, at)) != text.npos; at += word.size()) ++count;
    return count;
}

std::vector<std::string> with_watchdog() { return {"/usr/bin/env", "WATCHDOG_USEC=900000"}; }

TEST(Watchdog, IsFedAndTheStatusLineFollows) {
    line::Line line{{.before = with_watchdog()}};
    line::Listener systemd{line.folder() / "notify"};
    line.start_sandbox();
    line.end_sandbox();
    line.start();
    const auto heard = [&](const char* words) {
        return line::becomes_true([&] { return systemd.heard().find(words) != std::string::npos; },
                                  patience);
    };
    EXPECT_TRUE(heard("STATUS=0 to send, 0 at the ministry; gateway open")) << systemd.heard();
    line.drop("a.xml", line::declaration("A-1", "A-1"));
    EXPECT_TRUE(heard("STATUS=1 to send")) << systemd.heard();
    EXPECT_TRUE(
        line::becomes_true([&] { return times("WATCHDOG=1", systemd.heard()) >= 5; }, patience));
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.daemon().words(), Not(HasSubstr("thread-silent")));
}

TEST(Watchdog, HearsNothingWhereNobodyAsked) {
    line::Line line;
    line::Listener systemd{line.folder() / "notify"};
    line.start_sandbox();
    line.start();
    EXPECT_TRUE(line::becomes_true(
        [&] { return systemd.heard().find("STATUS=") != std::string::npos; }, patience));
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(systemd.heard(), Not(HasSubstr("WATCHDOG=1")));
}

// A stuck thread is told after three minutes (Pulse::silent_max).
TEST(NightlyWatchdog, IsNotFedWhileTheCommitIsStuck) {
    line::Line line{{.program = "hooked-permitd", .before = with_watchdog()}};
    line::Listener systemd{line.folder() / "notify"};
    line.start_sandbox();
    line.start();
    std::ofstream{line.folder() / "hold-commit"} << '\n';
    line.drop("a.xml", line::declaration("A-1", "A-1"));
    // Read meanwhile: a socket that is full makes whoever writes to it wait.
    const auto is_told = [&] {
        systemd.heard();
        return line.daemon().words().find("\"thread-silent\",\"thread\":\"commit\"") !=
               std::string::npos;
    };
    ASSERT_TRUE(line::becomes_true(is_told, line::milliseconds{600'000}));
    const std::size_t fed = times("WATCHDOG=1", systemd.heard());
    EXPECT_GT(fed, 100u) << "three minutes of food, every 300 ms";
    line.drop("b.xml", line::declaration("A-2", "A-2"));
    std::filesystem::remove(line.folder() / "hold-commit");
    ASSERT_TRUE(line.daemon().says("\"threads-go-on\"", patience));
    EXPECT_TRUE(
        line::becomes_true([&] { return times("WATCHDOG=1", systemd.heard()) > fed; }, patience));
    EXPECT_TRUE(line.settles(2, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
