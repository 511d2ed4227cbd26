// What is paused: it stops alone, outlives a restart, and ends by the wall clock or by resume.
#include "operation.hpp"

namespace desk {
namespace {

using testing::HasSubstr;

class Paused : public Operation {
protected:
    std::vector<dispatch::Ask> leaves() {
        std::vector<dispatch::Ask> asks;
        step();
        for (const dispatch::Request& each : line_.sent) asks.push_back(each.ask);
        line_.sent.clear();
        return asks;
    }
    void pause(edi::Flow flow, seconds lasts = {}) {
        EXPECT_EQ(say({.verb = Verb::Pause, .flow = flow, .lasts = lasts}).ruled, Ruled::Done);
    }
};

TEST_F(Paused, ADispatchSendsAndAsksNothingButForResults) {
    pause(edi::Flow::Dispatch);
    EXPECT_THAT(leaves(), testing::Each(dispatch::Ask::Results));
    put(MessageState::InDoubt);
    EXPECT_EQ(say(Verb::Flush), "done");
    EXPECT_TRUE(told_of_the_pause_);
    EXPECT_THAT(leaves(), testing::Each(dispatch::Ask::Results));
    EXPECT_GT(route_.wake_at(), clock_.tick()) << "it must not turn and turn";
    EXPECT_EQ(say({.verb = Verb::Resume, .flow = edi::Flow::Dispatch}).ruled, Ruled::Done);
    EXPECT_THAT(leaves(), testing::Contains(dispatch::Ask::ByKey));
}

TEST_F(Paused, ResultsAreNotAskedFor) {
    pause(edi::Flow::Results);
    EXPECT_THAT(leaves(), testing::AllOf(testing::Contains(dispatch::Ask::Submit),
                                         testing::Not(testing::Contains(dispatch::Ask::Results))));
    EXPECT_GT(route_.wake_at(), clock_.tick());
    say({.verb = Verb::Resume, .flow = edi::Flow::Results});
    EXPECT_THAT(leaves(), testing::Contains(dispatch::Ask::Results));
}

TEST_F(Paused, OutlivesARestartAndEndsByTheWallClock) {
    pause(edi::Flow::Dispatch, seconds{60});
    pause(edi::Flow::Intake);
    Line line;
    route::Route again{
        {*desk_.store, line, tables().mapper, tables().lists, catalogue(), seal_, clock_},
        {{{"acme", {sender}}}, route::Patience{}, 7}};
    again.recover();
    clock_.advance(seconds{59});
    EXPECT_FALSE(again.step({}).pauses);
    clock_.advance(seconds{1});
    const auto effects = again.step({});
    ASSERT_TRUE(effects.pauses);
    ASSERT_EQ(effects.pauses->size(), 1u);
    EXPECT_EQ(effects.pauses->at(0).flow, edi::Flow::Intake);
    EXPECT_EQ(desk_.store->pauses(), *effects.pauses);
    EXPECT_THAT(log_, HasSubstr("its time is over"));
    EXPECT_EQ(desk_.store->actions(0, 9).size(), 2u) << "nobody ended it";
}

// One event when it begins and one when it ends; what is changed in between is told by its action.
TEST_F(Paused, IsToldWhenItBeginsAndEnds) {
    pause(edi::Flow::Intake);
    const base::Time since = clock_.now();
    clock_.advance(seconds{10});
    pause(edi::Flow::Intake, seconds{60});
    EXPECT_EQ(desk_.store->pauses().at(0).since, since);
    say({.verb = Verb::Resume, .flow = edi::Flow::Intake});
    EXPECT_EQ(say({.verb = Verb::Resume, .flow = edi::Flow::Intake}).ruled, Ruled::Unchanged);
    EXPECT_EQ(told("paused"), 1u) << log_;
    EXPECT_EQ(told("resumed"), 1u) << log_;
    EXPECT_EQ(told("operator-action"), 3u) << log_;
}

}  // namespace
}  // namespace desk
