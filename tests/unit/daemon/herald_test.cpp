// herald.hpp: what systemd is told. Operations 4: "WatchdogSec fed only while every thread makes
// progress".
#include "herald.hpp"

#include <gmock/gmock.h>

#include "base/log.hpp"

namespace {

using permitd::Herald;
using testing::ElementsAre;
using testing::IsEmpty;

struct HeraldTest : testing::Test {
    HeraldTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
    }
    ~HeraldTest() override { base::set_log_sink({}); }

    static void turn(Herald& herald) {
        herald.feed();
        herald.tell();
    }
    // What was told since the last question.
    std::vector<std::string> told() { return std::exchange(told_, {}); }

    std::string status_ = "1 to send";
    std::vector<permitd::Pulse::Silence> silent_;
    std::vector<std::string> told_;
    std::string log_;
    Herald::Ears ears_{[this] { return status_; }, [this] { return silent_; },
                       [this](const std::string& words) { told_.push_back(words); }};
};

TEST_F(HeraldTest, TheWatchdogIsFedWhileEveryThreadGoesOn) {
    Herald herald{ears_, Herald::Watched::Yes};
    turn(herald);
    EXPECT_THAT(told(), ElementsAre("WATCHDOG=1", "STATUS=1 to send"));
    turn(herald);
    EXPECT_THAT(told(), ElementsAre("WATCHDOG=1"));
    silent_ = {{"commit", std::chrono::seconds{181}}};
    for (int i = 0; i < 3; ++i) turn(herald);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_THAT(log_,
                testing::HasSubstr(R"("event":"thread-silent","thread":"commit","seconds":181})"));
    EXPECT_EQ(log_.find("thread-silent"), log_.rfind("thread-silent")) << "told once";
    silent_.clear();
    turn(herald);
    EXPECT_THAT(told(), ElementsAre("WATCHDOG=1"));
    EXPECT_THAT(log_, testing::HasSubstr("threads-go-on"));
}

TEST_F(HeraldTest, WithoutAWatchdogOnlyTheStatusIsTold) {
    Herald herald{ears_, Herald::Watched::No};
    turn(herald);
    status_ = "2 to send";
    turn(herald);
    turn(herald);
    EXPECT_THAT(told(), ElementsAre("STATUS=1 to send", "STATUS=2 to send"));
}

// The status asks the store, which a commit may hold for long.
TEST_F(HeraldTest, AStatusThatDoesNotComeStarvesNobody) {
    std::mutex store;
    std::unique_lock held{store};
    std::atomic<int> times = 0;
    ears_.status = [&] {
        const std::lock_guard lock{store};
        return std::string{"0 to send"};
    };
    ears_.tell = [&](const std::string& words) { times += words == "WATCHDOG=1"; };
    Herald herald{ears_, Herald::Watched::Yes};
    herald.start(std::chrono::milliseconds{1});
    while (times < 3) std::this_thread::yield();
    held.unlock();
}

TEST_F(HeraldTest, ItsThreadsTurnUntilItEnds) {
    std::atomic<int> times = 0;
    ears_.tell = [&](const std::string& words) { times += words == "WATCHDOG=1"; };
    Herald herald{ears_, Herald::Watched::Yes};
    herald.start(std::chrono::milliseconds{1});
    while (times < 3) std::this_thread::yield();
}

}  // namespace
