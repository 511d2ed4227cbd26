// Liveness (operations.md 4: fed only while every thread makes progress): daemon/pulse.hpp.
#include "pulse.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "http/server.hpp"

namespace {

using namespace std::chrono_literals;
using permitd::Pulse;
using Thread = Pulse::Thread;

class PulseOf : public testing::Test {
protected:
    std::vector<std::string> silent() const {
        std::vector<std::string> names;
        for (const Pulse::Silence& each : pulse_.silent(Pulse::silent_max))
            names.push_back(each.thread);
        return names;
    }
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    Pulse pulse_{clock_};
};

TEST_F(PulseOf, AThreadThatNeverBeganIsNotMissed) {
    clock_.advance(1h);
    EXPECT_THAT(silent(), testing::IsEmpty());
}

TEST_F(PulseOf, AThreadThatBeatsNoMoreIsNamedWithItsTime) {
    for (std::size_t i = 0; i < Pulse::threads; ++i) pulse_.beat(static_cast<Thread>(i));
    clock_.advance(Pulse::silent_max);
    EXPECT_THAT(silent(), testing::IsEmpty());
    for (std::size_t i = 0; i < Pulse::threads; ++i)
        if (static_cast<Thread>(i) != Thread::Commit) pulse_.beat(static_cast<Thread>(i));
    clock_.advance(1s);
    const auto found = pulse_.silent(Pulse::silent_max);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].thread, "commit");
    EXPECT_EQ(found[0].lasts, Pulse::silent_max + 1s);
    pulse_.beat(Thread::Commit);
    EXPECT_THAT(silent(), testing::IsEmpty());
}

TEST_F(PulseOf, AThreadThatRestsIsNotExpectedUntilItGoesOn) {
    {
        const auto rest = pulse_.resting(Thread::Intake);
        clock_.advance(24h);
        EXPECT_THAT(silent(), testing::IsEmpty());
    }
    EXPECT_THAT(silent(), testing::IsEmpty());
    clock_.advance(Pulse::silent_max + 1s);
    EXPECT_THAT(silent(), testing::ElementsAre("intake"));
    pulse_.rest(Thread::Intake);
    EXPECT_THAT(silent(), testing::IsEmpty());
}

TEST_F(PulseOf, EachThreadHasANameOfItsOwn) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < Pulse::threads; ++i) names.insert(code_of(static_cast<Thread>(i)));
    EXPECT_EQ(names.size(), Pulse::threads);
    EXPECT_FALSE(names.contains(""));
}

TEST_F(PulseOf, AServerBeatsForItsThread) {
    auto server = http::Server::listen({.address = "127.0.0.1:0", .tls = {}}, [](auto, auto) {});
    ASSERT_TRUE(server);
    beat_while_served(**server, pulse_, Thread::Control);
    clock_.advance(Pulse::silent_max + 1s);
    EXPECT_THAT(silent(), testing::ElementsAre("control"));
    (*server)->stop();
    (*server)->run();
}

}  // namespace
