// The courier processes as their daemon sees them (hardening.md 5.3: "every operation has … a
// parent SIGKILL at 2x TIMEOUT"; operations.md 1: "a dead or slow server delays its own mailbox
// only").
#include "couriers.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "spool.hpp"

namespace {

using namespace std::chrono_literals;
using permitd::CourierState;
using permitd::Fetching;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Goes on when it is told to, whoever looks at it.
class Hand final : public base::Clock {
public:
    base::Time now() const override { return base::Time{ahead_.load()}; }
    base::Tick tick() const override { return base::Tick{1h + ahead_.load()}; }
    void advance(std::chrono::microseconds by) { ahead_ = ahead_.load() + by; }

private:
    std::atomic<std::chrono::microseconds> ahead_ = std::chrono::microseconds{0};
};

class CouriersTest : public testing::Test {
protected:
    CouriersTest() {
        ::signal(SIGPIPE, SIG_IGN);
        base::set_log_sink([this](std::string_view line) {
            const std::lock_guard lock{log_mutex_};
            log_ += line;
        });
    }
    ~CouriersTest() override {
        couriers_.reset();
        base::set_log_sink({});
    }
    // Beside each stands one that is well, whom nothing may touch.
    void make(const std::string& name) {
        config_.spool = config_.state = above_.at("");
        for (const std::string& each : {name, std::string{"connects"}}) {
            permitd::MailboxConfig mailbox;
            mailbox.name = each;
            mailbox.sftp.emplace();
            mailbox.sftp->server.time_max = 10s;
            config_.mailboxes.push_back(mailbox);
        }
        couriers_ = std::make_unique<permitd::Couriers>(config_, clock_, pulse_);
    }
    void start(const std::string& name) {
        make(name);
        couriers_->start();
    }
    CourierState state() const { return couriers_->states().front(); }
    CourierState other() const { return couriers_->states().back(); }
    std::size_t states_of(const std::string& name) const {
        const auto states = couriers_->states();
        return static_cast<std::size_t>(std::ranges::count(states, name, &CourierState::mailbox));
    }
    std::uint64_t fetched(const std::string& name) const {
        for (const CourierState& each : couriers_->states())
            if (each.mailbox == name) return each.fetched;
        return 0;
    }
    // Has the couriers' thread look at the clock until it holds.
    bool becomes(const std::function<bool()>& condition) {
        for (const auto until = std::chrono::steady_clock::now() + 60s; !condition();) {
            if (std::chrono::steady_clock::now() > until) return false;
            wake();
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }
    void wake() {
        is_held_ = !is_held_;
        couriers_->hold([&](const std::string& each) { return each == "connects" && is_held_; });
    }
    // Its neighbour answers after each, and so is never silent for long.
    void pass(std::chrono::seconds time) {
        for (; time > 0s; time -= 20s) {
            clock_.advance(std::min<std::chrono::seconds>(time, 20s));
            turn_some_times();
        }
    }
    void turn_some_times() {
        for (int i = 0; i < 4; ++i) {
            wake();
            const std::string wanted = is_held_ ? "held" : "on";
            ASSERT_TRUE(waits([&] { return other().report.odd_name == wanted; }));
        }
    }
    static bool waits(const std::function<bool()>& condition) {
        for (const auto until = std::chrono::steady_clock::now() + 60s; !condition();) {
            if (std::chrono::steady_clock::now() > until) return false;
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }
    std::string log() const {
        const std::lock_guard lock{log_mutex_};
        return log_;
    }

    tests::Spool above_;
    Hand clock_;
    permitd::Config config_;
    permitd::Pulse pulse_{clock_};
    std::unique_ptr<permitd::Couriers> couriers_;
    bool is_held_ = false;
    mutable std::mutex log_mutex_;
    std::string log_;
};

// A reload: one whose order is the same goes on, another order begins anew, and who is left out
// ends.
TEST_F(CouriersTest, AnotherConfigurationChangesThoseThatItConcerns) {
    start("counts");
    ASSERT_TRUE(waits([&] { return state().restarts == 1; }));
    couriers_->use(config_);
    turn_some_times();
    EXPECT_EQ(state().restarts, 1u);
    EXPECT_EQ(state().fetched, 2u);
    config_.mailboxes[0].sftp->every = 77s;
    couriers_->use(config_);
    ASSERT_TRUE(waits([&] { return states_of("counts") == 1 && fetched("counts") == 2; }));
    config_.mailboxes[0].sftp.reset();
    couriers_->use(config_);
    ASSERT_TRUE(waits([&] { return states_of("counts") == 0; }));
    EXPECT_EQ(other().report.reach, permitd::Reach::Connected);
    config_.mailboxes[0].sftp = config_.mailboxes[1].sftp;
    config_.mailboxes[0].name = "is-silent";
    couriers_->use(config_);
    ASSERT_TRUE(waits([&] { return states_of("is-silent") == 1; }));
    config_.mailboxes.clear();
    couriers_->use(config_);
    ASSERT_TRUE(waits([&] { return couriers_->states().empty(); }));
}

// It goes on where the one before it stopped, at once, and nothing is told of it.
TEST_F(CouriersTest, OneThatLeavesToBeginAnewIsNoLoss) {
    start("begins-anew");
    ASSERT_TRUE(waits([&] { return state().report.fault == "x"; }));
    for (const char* fault : {"xx", "xxx"}) {
        turn_some_times();  // not before a second is over, whatever it says
        EXPECT_EQ(state().report.fault.size() + 1, std::string{fault}.size());
        clock_.advance(1s);
        ASSERT_TRUE(becomes([&] { return state().report.fault == fault; }));
    }
    EXPECT_EQ(state().report.pause, 3s);
    EXPECT_EQ(state().restarts, 0u);
    EXPECT_THAT(state().lost, IsEmpty());
    EXPECT_THAT(log(), Not(HasSubstr("courier-lost")));
    const std::string told = log();
    const std::size_t first = told.find("mailbox-unreachable");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(told.find("mailbox-unreachable", first + 1), std::string::npos) << told;
}

TEST_F(CouriersTest, OneThatEndsIsStartedAgainAfterAPauseAndItsWorkCounts) {
    start("counts");
    ASSERT_TRUE(waits([&] { return state().restarts == 1; }));
    EXPECT_THAT(state().lost, HasSubstr("exit status 1"));
    turn_some_times();
    EXPECT_EQ(state().restarts, 1u);
    clock_.advance(1s);
    ASSERT_TRUE(becomes([&] { return state().restarts == 2; }));
    EXPECT_EQ(state().fetched, 4u);
    EXPECT_THAT(log(), HasSubstr("courier-lost"));
}

// A sync that failed concerns what that courier has in its hands.
TEST_F(CouriersTest, OneWhoseDiskFailsIsGivenUpAlone) {
    start("disk-fails");
    ASSERT_TRUE(waits([&] { return !state().lost.empty(); }));
    EXPECT_THAT(state().lost, HasSubstr("syncing a file"));
    pass(10min);
    EXPECT_THAT(state().lost, HasSubstr("syncing a file"));
    EXPECT_EQ(state().restarts, 0u);
    EXPECT_THAT(log(), HasSubstr("mailbox-given-up"));
    EXPECT_THAT(log(), Not(HasSubstr("mailbox-unreachable")));
}

TEST_F(CouriersTest, OneThatHangsUpAndStaysIsKilled) {
    start("hangs-up");
    ASSERT_TRUE(waits([&] { return state().restarts == 1; }));
    EXPECT_THAT(state().lost, HasSubstr("signal 9"));
    const auto begin = std::chrono::steady_clock::now();
    couriers_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 60s);
}

TEST_F(CouriersTest, OneThatSaysNothingIsKilledAfterTwiceItsTime) {
    start("is-silent");
    ASSERT_TRUE(waits([&] { return state().report.reach == permitd::Reach::Connected; }));
    pass(2 * 10s);
    EXPECT_EQ(state().restarts, 0u);
    pass(16s);
    ASSERT_TRUE(becomes([&] { return state().restarts == 1; }));
    EXPECT_THAT(state().lost, HasSubstr("said nothing"));
}

// Its boxes would hide in the mount point when the disk is back.
TEST_F(CouriersTest, NoneBeginsInAnotherSpoolThanThatOfTheState) {
    above_.put("spool-id", "of ours\n");
    start("begins-anew");
    ASSERT_TRUE(waits([&] { return !state().lost.empty(); }));
    EXPECT_THAT(state().lost, HasSubstr("not the spool that"));
    above_.put(".spool-id", "of ours\n");
    couriers_->restart("begins-anew");
    EXPECT_TRUE(becomes([&] { return state().report.fault == "x"; }));
}

TEST_F(CouriersTest, EachIsToldWhenNothingIsToBeFetchedForIt) {
    make("is-silent");
    const auto hold = [&](bool is_held) {
        couriers_->hold([&](const std::string& each) { return is_held && each == "connects"; });
    };
    // One that begins knows it from the beginning.
    hold(true);
    couriers_->start();
    ASSERT_TRUE(waits([&] { return other().report.odd_name == "held"; }));
    EXPECT_EQ(other().fetching, Fetching::Held);
    EXPECT_EQ(state().fetching, Fetching::On);
    for (const char* told : {"on", "held"}) {
        hold(told == std::string{"held"});
        ASSERT_TRUE(waits([&] { return other().report.odd_name == told; })) << told;
    }
}

}  // namespace
