// What operators may change: each command in each state, and the journal of it (the table of
// route/operator.hpp).
#include "operation.hpp"

namespace desk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Operator = Operation;

struct Row {
    MessageState state;
    bool on_hold;
    Verb verb;
    Doubt doubt;
    const char* result;
};

// The table, row by row.
TEST_F(Operator, EachCommandInEachState) {
    using M = MessageState;
    std::vector<Row> rows;
    for (const M state : {M::Waiting, M::Sending, M::InDoubt, M::Held}) {
        const bool in_doubt = state == M::InDoubt || state == M::Held;
        const char* const flushed = state == M::Sending ? "unchanged" : "done";
        const char* const given_up = state == M::Sending ? "busy" : in_doubt ? "refused" : "done";
        rows.push_back({state, false, Verb::Flush, {}, flushed});
        rows.push_back({state, true, Verb::Flush, {}, "refused"});
        rows.push_back({state, false, Verb::Hold, {}, "done"});
        rows.push_back({state, true, Verb::Hold, {}, "unchanged"});
        rows.push_back({state, false, Verb::Release, {}, "unchanged"});
        rows.push_back({state, true, Verb::Release, {}, "done"});
        rows.push_back({state, false, Verb::Requeue, {}, "refused"});  // it was tried
        rows.push_back({state, false, Verb::GiveUp, Doubt::Spared, given_up});
        rows.push_back({state, true, Verb::GiveUp, Doubt::Spared, given_up});
        rows.push_back(
            {state, false, Verb::GiveUp, Doubt::GivenUpToo, state == M::Sending ? "busy" : "done"});
    }
    for (const Verb verb : {Verb::Flush, Verb::Hold, Verb::Release, Verb::Requeue, Verb::GiveUp})
        rows.push_back({M::Settled, false, verb, Doubt::GivenUpToo, "refused"});
    for (const Row& row : rows) {
        SCOPED_TRACE(std::string{code_of(row.state)} + (row.on_hold ? " on hold, " : ", ") +
                     code_of(row.verb));
        put(row.state);
        change([&](edi::Submission& each) {
            each.on_hold = row.on_hold;
            each.held_at = row.on_hold ? clock_.now() : base::Time{};
            each.request = "<r/>";
        });
        const std::size_t told = receipts().size();
        const std::uint64_t actions = desk_.store->counters().action_number;
        EXPECT_EQ(say(row.verb, row.doubt), row.result) << text_;
        EXPECT_FALSE(text_.empty());
        const bool done = std::string{row.result} == "done";
        EXPECT_EQ(desk_.store->counters().action_number, actions + (done ? 1 : 0));
        EXPECT_EQ(receipts().size(), told + (done && row.verb == Verb::GiveUp ? 1 : 0));
        // For the next row: as it was accepted.
        desk_.submit(key_a);
        line_.sent.clear();
    }
}

TEST_F(Operator, AFlushSendsAtOnceAndAsksForTheKeyOfWhatIsInDoubt) {
    put(MessageState::Waiting);
    step();
    EXPECT_FALSE(asked(dispatch::Ask::Submit));
    EXPECT_EQ(say(Verb::Flush), "done");
    step();
    EXPECT_TRUE(asked(dispatch::Ask::Submit));
    put(MessageState::InDoubt);
    EXPECT_EQ(say(Verb::Flush), "done");
    step();
    EXPECT_FALSE(asked(dispatch::Ask::Submit)) << "sent before it was asked for";
    EXPECT_TRUE(asked(dispatch::Ask::ByKey));
    EXPECT_EQ(line_.probes, 2u);
    EXPECT_EQ(say({.verb = Verb::Flush}).action, 0u) << "nothing was changed";
    EXPECT_EQ(line_.probes, 3u) << "and the line is probed for what does not wait here";
}

TEST_F(Operator, AFlushAsksForResultsThatCouldNotBeHad) {
    for (int i = 0; i < 3; ++i) {
        hear(dispatch::Ask::Results, {.reach = dispatch::Reach::NotSent});
        clock_.advance(std::chrono::minutes{10});
    }
    hear(dispatch::Ask::Results, {.reach = dispatch::Reach::NotSent});
    step();
    EXPECT_FALSE(asked(dispatch::Ask::Results));
    say({.verb = Verb::Flush});
    step();
    EXPECT_TRUE(asked(dispatch::Ask::Results));
}

// P3: flushed again and again, a 404 counts no sooner than commit_lag after the first.
TEST_F(Operator, FlushingDoesNotShortenTheLag) {
    put(MessageState::InDoubt);
    for (int i = 0; i < 3; ++i) {
        say(Verb::Flush);
        step();
        auto question = asked(dispatch::Ask::ByKey);
        ASSERT_TRUE(question) << i;
        answer(std::move(*question), {.status = 404, .body = fault});
        EXPECT_EQ(submission().state, MessageState::InDoubt);
    }
    clock_.advance(seconds{5});
    hear(dispatch::Ask::ByKey, {.status = 404, .body = fault});
    EXPECT_NE(submission().state, MessageState::InDoubt);
}

TEST_F(Operator, NothingLeavesOfWhatIsOnHold) {
    for (const MessageState state : {MessageState::Waiting, MessageState::InDoubt}) {
        put(state);
        EXPECT_EQ(say(Verb::Hold), "done");
        EXPECT_EQ(state_of_message(), "HELD");
        clock_.advance(hours{24});
        step();
        EXPECT_FALSE(asked(dispatch::Ask::Submit));
        EXPECT_FALSE(asked(dispatch::Ask::ByKey));
        EXPECT_EQ(say(Verb::Release), "done");
        step();
        EXPECT_EQ(asked(dispatch::Ask::Submit).has_value(), state == MessageState::Waiting);
        EXPECT_EQ(asked(dispatch::Ask::ByKey).has_value(), state == MessageState::InDoubt);
        desk_.submit(key_a);
    }
}

// A request is under way while he holds: its answer counts, whatever it is, and nothing follows.
TEST_F(Operator, WhatIsUnderWayWhenItIsHeldIsAnswered) {
    struct Answer {
        Said said;
        const char* message;
        MessageState submission;
    };
    for (const Answer& each :
         {Answer{{.status = 202, .body = ack(key_a)}, "ACKNOWLEDGED", MessageState::Settled},
          Answer{{.status = 422, .body = fault}, "SETTLED", MessageState::Settled},
          Answer{{.status = 503}, "HELD", MessageState::Waiting},
          Answer{{.reach = dispatch::Reach::Lost}, "HELD", MessageState::InDoubt}}) {
        SCOPED_TRACE(each.message);
        desk_.submit(key_a);
        step();
        auto request = asked(dispatch::Ask::Submit);
        ASSERT_TRUE(request);
        EXPECT_EQ(say(Verb::Hold), "done");
        EXPECT_EQ(state_of_message(), "HELD");
        answer(std::move(*request), each.said);
        EXPECT_EQ(state_of_message(), each.message);
        EXPECT_EQ(submission().state, each.submission);
        EXPECT_EQ(submission().on_hold, submission().unsettled());
        clock_.advance(hours{1});
        step();
        EXPECT_FALSE(asked(dispatch::Ask::Submit));
        EXPECT_FALSE(asked(dispatch::Ask::ByKey));
    }
}

// A stop in between: it is in doubt, and on hold still.
TEST_F(Operator, AHoldOutlivesAStop) {
    step();
    ASSERT_TRUE(asked(dispatch::Ask::Submit));
    say(Verb::Hold);
    Line line;
    route::Route again{
        {*desk_.store, line, tables().mapper, tables().lists, catalogue(), seal_, clock_},
        {{{"acme", {sender}}}, route::Patience{}, 7}};
    again.recover();
    again.step({});
    EXPECT_EQ(submission().state, MessageState::InDoubt);
    EXPECT_TRUE(submission().on_hold);
    for (const dispatch::Request& each : line.sent)
        EXPECT_TRUE(each.ask == dispatch::Ask::Results || each.ask == dispatch::Ask::Catalogue);
}

TEST_F(Operator, TheLifetimeStandsStillWhileItIsHeld) {
    const route::Patience patience;
    clock_.advance(hours{24});
    say(Verb::Hold);
    clock_.advance(hours{24 * 30});
    EXPECT_FALSE(route::is_lifetime_over(submission(), patience, clock_.now()));
    say(Verb::Release);
    EXPECT_EQ(submission().held_milliseconds, 30u * 86'400'000u);
    EXPECT_FALSE(route::is_lifetime_over(submission(), patience, clock_.now()));
    clock_.advance(hours{24 * 14} - seconds{1});
    EXPECT_FALSE(route::is_lifetime_over(submission(), patience, clock_.now()));
    clock_.advance(seconds{1});
    EXPECT_TRUE(route::is_lifetime_over(submission(), patience, clock_.now()));
}

TEST_F(Operator, AResultProvesTheArrivalOfWhatIsHeld) {
    put(MessageState::InDoubt);
    say(Verb::Hold);
    hear(dispatch::Ask::Results, {.body = page("c-1", approval())});
    EXPECT_EQ(state_of_message(), "SETTLED");
    EXPECT_FALSE(submission().on_hold);
    EXPECT_THAT(receipts(), ElementsAre("submitted", "approved"));
}

TEST_F(Operator, EachChangeIsOneEntryWithEverythingInIt) {
    put(MessageState::Waiting);
    say(Verb::Hold);
    say(Verb::Hold);
    say(Verb::Release);
    const auto actions = desk_.store->actions(0, 9);
    ASSERT_EQ(actions.size(), 2u);
    EXPECT_EQ(actions[0].number, 1u);
    EXPECT_EQ(actions[1].number, 2u);
    EXPECT_EQ(actions[0].command, "hold");
    EXPECT_EQ(actions[0].user, "alice");
    EXPECT_EQ(actions[0].uid, 1000u);
    EXPECT_EQ(actions[0].reason, "because");
    EXPECT_EQ(actions[0].at, clock_.now());
    ASSERT_EQ(actions[0].targets.size(), 1u);
    EXPECT_EQ(actions[0].targets[0].record_id, edi::record_id(sender, "M-1"));
    EXPECT_EQ(actions[0].targets[0].reference, "PO-1");
    EXPECT_EQ(told("operator-action"), 2u) << log_;
}

TEST_F(Operator, OneReferenceOfAMessageIsHeldByItself) {
    desk_.submit(key_b, "M-2");
    edi::Change change;
    change.messages = {desk_.record()};
    change.messages[0].subjects = {{"PO-0", key_b, {}}, {"PO-1", key_a, {}}};
    desk_.store->commit(std::span{&change, 1});
    const auto done =
        say({.verb = Verb::Hold, .targets = {{edi::record_id(sender, "M-1"), "PO-1"}}});
    ASSERT_EQ(done.targets.size(), 1u);
    EXPECT_TRUE(submission(key_a).on_hold);
    EXPECT_FALSE(submission(key_b).on_hold);
    EXPECT_EQ(
        say({.verb = Verb::Hold, .targets = {{edi::record_id(sender, "M-1")}}}).targets.size(), 2u);
    EXPECT_TRUE(submission(key_b).on_hold);
}

}  // namespace
}  // namespace desk
