// Who waits for a reload, and who is one of many that ask for the same.
#include "reloader.hpp"

#include <gmock/gmock.h>

#include <future>

namespace {

using testing::ElementsAre;

TEST(Reloader, MakesEachThatSomebodyWaitsForAndOneForAllSignals) {
    std::promise<void> first_runs, first_may_end, last_ran;
    std::vector<std::string> reasons;
    permitd::Reloader reloader{[&](const route::Instruction& by) {
        reasons.push_back(by.reason);
        if (by.reason == "first") {
            first_runs.set_value();
            first_may_end.get_future().wait();
        }
        if (by.reason == "last") last_ran.set_value();
    }};
    const auto ask = [&](std::uint64_t ticket, const char* reason) {
        reloader.ask({.ticket = ticket, .verb = route::Verb::Reload, .reason = reason});
    };
    ask(1, "first");
    reloader.start();
    first_runs.get_future().wait();
    ask(0, "SIGHUP");
    ask(2, "second");
    ask(0, "SIGHUP again");
    ask(3, "last");
    first_may_end.set_value();
    last_ran.get_future().wait();
    EXPECT_THAT(reasons, ElementsAre("first", "SIGHUP", "second", "last"));
}

}  // namespace
