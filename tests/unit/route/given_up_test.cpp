// What is given up, and what is made anew: nothing is declared twice, and each message has one
// outcome, whatever arrives meanwhile.
#include "operation.hpp"

namespace desk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GivenUp : public Operation {};

// P2: exactly one outcome, whatever comes first in a turn.
TEST_F(GivenUp, AnAcknowledgementInTheSameTurnIsOlderThanGivingUp) {
    put(MessageState::InDoubt);
    say(Verb::Flush);
    step();
    auto question = asked(dispatch::Ask::ByKey);
    ASSERT_TRUE(question);
    route::Inputs inputs;
    inputs.instructions.push_back({.verb = Verb::GiveUp,
                                   .reason = "because",
                                   .targets = {{edi::record_id(sender, "M-1")}},
                                   .doubt = Doubt::GivenUpToo});
    inputs.answered.push_back(answered(std::move(*question), {.body = ack(key_a)}));
    const route::Effects effects = route_.step(std::move(inputs));
    EXPECT_EQ(effects.instructions.at(0).targets.at(0).result, "refused");
    EXPECT_EQ(state_of_message(), "ACKNOWLEDGED");
    EXPECT_THAT(receipts(), ElementsAre("submitted"));
}

// The other order: it is told as news, and the application goes where the ministry has it.
TEST_F(GivenUp, AnAcknowledgementAfterGivingUpCountsAndIsANotice) {
    put(MessageState::InDoubt);
    say(Verb::Flush);
    step();
    auto question = asked(dispatch::Ask::ByKey);
    ASSERT_TRUE(question);
    EXPECT_EQ(say(Verb::GiveUp, Doubt::GivenUpToo), "done");
    EXPECT_EQ(desk_.application().state, edi::ApplicationState::TransferFailed);
    EXPECT_THAT(newest_receipt(), testing::AllOf(HasSubstr("may have arrived"),
                                                 HasSubstr("<GivenUpBy>operator</GivenUpBy>"),
                                                 HasSubstr("<Reason>because</Reason>")));
    answer(std::move(*question), {.body = ack(key_a)});
    EXPECT_EQ(desk_.application().state, edi::ApplicationState::UnderReview);
    EXPECT_EQ(desk_.application().application_no, number);
    EXPECT_THAT(receipts(), ElementsAre("undeliverable", "submitted"));
    EXPECT_THAT(newest_receipt(), HasSubstr("stage=\"notice\""));
    hear(dispatch::Ask::Results, {.body = page("c-1", approval())});
    EXPECT_EQ(desk_.application().state, edi::ApplicationState::Approved);
    EXPECT_EQ(desk_.record().subjects.at(0).outcome, "undeliverable");
}

// The same message again goes on under its key, and is asked for first.
TEST_F(GivenUp, WhatWasGivenUpInDoubtIsAskedForBeforeAnythingElse) {
    put(MessageState::InDoubt);
    say(Verb::GiveUp, Doubt::GivenUpToo);
    EXPECT_TRUE(submission().may_have_arrived);
    edi::Submission newer;
    newer.key = key_b;
    route::ask_older_first(newer, desk_.application(), *desk_.store);
    EXPECT_EQ(route::older_key(newer), key_a);
    // Given up by who knows that nothing was ever tried: a state that was restored.
    change([](edi::Submission& each) { each.attempts = 0; });
    newer.older.clear();
    route::ask_older_first(newer, desk_.application(), *desk_.store);
    EXPECT_EQ(route::older_key(newer), key_a);
    change([](edi::Submission& each) { each.may_have_arrived = false; });
    newer.older.clear();
    route::ask_older_first(newer, desk_.application(), *desk_.store);
    EXPECT_EQ(route::older_key(newer), "");
}

// A decision about it came: the ministry has it, and a correction of it is another declaration.
TEST_F(GivenUp, WhatTheMinistryDecidedIsNotAskedForAsOlder) {
    put(MessageState::InDoubt);
    say(Verb::GiveUp, Doubt::GivenUpToo);
    desk_.hear(result(1, review("returned"), key_a));
    ASSERT_EQ(desk_.application().state, edi::ApplicationState::Returned);
    edi::Submission newer;
    newer.key = key_b;
    route::ask_older_first(newer, desk_.application(), *desk_.store);
    EXPECT_EQ(route::older_key(newer), "");
}

edi::Attempt attempt(const char* what, const char* verdict) {
    edi::Attempt out;
    out.what = what;
    out.verdict = verdict;
    return out;
}

TEST_F(GivenUp, OnlyWhatNeverLeftIsMadeAnew) {
    edi::Submission each;
    each.state = MessageState::Waiting;
    EXPECT_TRUE(route::never_left(each));
    each.attempts = 1;
    EXPECT_FALSE(route::never_left(each)) << "a stop cut the attempt off";
    each.tries = {attempt("POST", "NOT_SENT")};
    EXPECT_TRUE(route::never_left(each));
    each.tries.push_back(attempt("GET", "NOT_FOUND"));
    EXPECT_FALSE(route::never_left(each)) << "it was asked for";
    each.tries = {attempt("POST", "NOT_PROCESSED")};
    EXPECT_FALSE(route::never_left(each)) << "it was sent";
    each.attempts = edi::attempts_kept_max;
    each.tries.assign(edi::attempts_kept_max, attempt("POST", "NOT_SENT"));
    EXPECT_FALSE(route::never_left(each)) << "not every attempt is known";
    each = {};
    each.state = MessageState::InDoubt;
    EXPECT_FALSE(route::never_left(each)) << "a state that was restored";
}

TEST_F(GivenUp, RequeueingRefusesWhatTodaysRulesRefuseAndChangesNothing) {
    change([](edi::Submission& each) {
        each.attempts = 0;
        each.last_error = "no unit";
    });
    const edi::Submission before = submission();
    EXPECT_EQ(say(Verb::Requeue), "refused") << "the desk's application is no whole one";
    EXPECT_THAT(detail_, HasSubstr("RULE-"));
    EXPECT_THAT(desk_.store->actions(0, 9), IsEmpty());
    EXPECT_EQ(before.request, submission().request);
}

}  // namespace
}  // namespace desk
