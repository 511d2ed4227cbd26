// What an answer means for the submission it belongs to: every class in every state.
#include "fixture.hpp"

namespace desk {
namespace {

using edi::AnswerClass;
using edi::ApplicationState;
using testing::ElementsAre;
using testing::IsEmpty;

const route::Patience patience;

dispatch::Answer answer(dispatch::Ask ask) {
    dispatch::Answer out;
    out.request.ask = ask;
    out.request.key = "k1";
    out.attempt.error = "the line was cut";
    return out;
}

mapping::Reply acknowledged() {
    return {.acknowledgement = edi::Acknowledgement{"k1", number}, .refusal = {}};
}
mapping::Reply refused() {
    return {.acknowledgement = {},
            .refusal = edi::Refusal{{{"E1", "note", "no"}, {"", "", "why"}}}};
}

edi::Change answered(Desk& desk, AnswerClass answer_class, const mapping::Reply& reply,
                     dispatch::Answer said) {
    return desk.apply(route::decide_answer(*desk.store->submission("k1"), said, answer_class, reply,
                                           *desk.store, patience, desk.now, 0.5));
}

enum class When { Now, Later, AfterLag, Any };
struct Row {
    MessageState from;
    AnswerClass answer;
    bool acknowledges;  // else it refuses, where it is a verdict
    MessageState submission;
    MessageState message;
    ApplicationState application;
    When next;
    std::vector<std::string> kinds;
};

std::vector<Row> every_class_in_every_state() {
    using A = AnswerClass;
    using M = MessageState;
    using P = ApplicationState;
    std::vector<Row> rows;
    for (const M from : {M::Sending, M::InDoubt, M::Held}) {
        const bool posted = from == M::Sending;
        const M retry = posted ? M::Waiting : from;
        rows.push_back({from,
                        A::Verdict,
                        true,
                        M::Settled,
                        M::Acknowledged,
                        P::UnderReview,
                        When::Any,
                        {"submitted"}});
        rows.push_back({from,
                        A::Document,
                        false,
                        M::Settled,
                        M::Settled,
                        P::TransferFailed,
                        When::Any,
                        {"refused"}});
        rows.push_back({from, A::NotProcessed, true, retry, retry, P::Submitted, When::Later, {}});
        rows.push_back({from, A::NotSent, true, retry, retry, P::Submitted, When::Later, {}});
        rows.push_back({from, A::Configuration, true, retry, retry, P::Submitted, When::Now, {}});
        const M doubt = posted ? M::InDoubt : from;
        rows.push_back({from,
                        A::InDoubt,
                        true,
                        doubt,
                        doubt,
                        P::Submitted,
                        posted ? When::Now : When::Later,
                        {}});
        if (!posted)
            rows.push_back({from, A::NotFound, true, from, from, P::Submitted, When::AfterLag, {}});
    }
    return rows;
}

// The table of the ministry's answers (gateway contract) crossed with the states of a submission.
// A POST is answered in SENDING, the question for a key in IN_DOUBT and HELD.
TEST(DecideAnswer, EveryClassInEveryState) {
    for (const Row& row : every_class_in_every_state()) {
        SCOPED_TRACE(std::string{code_of(row.from)} + " " + code_of(row.answer));
        Desk desk;
        desk.submit();
        desk.put(row.from);
        desk.now += seconds{60};
        const auto ask =
            row.from == MessageState::Sending ? dispatch::Ask::Submit : dispatch::Ask::ByKey;
        answered(desk, row.answer, row.acknowledges ? acknowledged() : refused(), answer(ask));
        const edi::Submission after = *desk.store->submission("k1");
        EXPECT_EQ(after.state, row.submission);
        EXPECT_EQ(desk.record().state, row.message);
        EXPECT_EQ(desk.application().state, row.application);
        EXPECT_EQ(desk.kinds, row.kinds);
        ASSERT_EQ(after.tries.size(), 1u);
        EXPECT_EQ(after.tries[0].verdict, code_of(row.answer));
        EXPECT_EQ(after.request.empty(), row.submission == MessageState::Settled)
            << "bytes are made once";
        if (row.next == When::Now) {
            EXPECT_EQ(after.next_at, desk.now);
        }
        if (row.next == When::Later) {
            EXPECT_EQ(after.next_at, desk.now + patience.first / 2);
        }
        if (row.next == When::AfterLag) {
            EXPECT_EQ(after.next_at, desk.now + patience.commit_lag);
        }
    }
}

// A password is kept until it is delivered, and no longer.
TEST(DecideAnswer, WhatIsSettledHoldsNoSecret) {
    for (const bool acknowledges : {true, false}) {
        Desk desk;
        desk.submit();
        desk.put(MessageState::Sending);
        edi::Change change;
        change.submissions.push_back(*desk.store->submission("k1"));
        change.submissions[0].sealed_password = "sealed";
        desk.store->commit(std::span{&change, 1});
        answered(desk, acknowledges ? AnswerClass::Verdict : AnswerClass::Document,
                 acknowledges ? acknowledged() : refused(), answer(dispatch::Ask::Submit));
        EXPECT_EQ(desk.store->submission("k1")->state, MessageState::Settled);
        EXPECT_EQ(desk.store->submission("k1")->sealed_password, "");
        EXPECT_EQ(desk.store->submission("k1")->request, "");
    }
}

// Only a 404 given twice, commit_lag apart, allows sending again.
TEST(DecideAnswer, A404CountsOnlyTwiceAndApart) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::InDoubt);
    const auto ask = [&] {
        answered(desk, AnswerClass::NotFound, {}, answer(dispatch::Ask::ByKey));
        return *desk.store->submission("k1");
    };
    const base::Time first = desk.now;
    EXPECT_EQ(ask().state, MessageState::InDoubt);
    desk.now = first + patience.commit_lag - microseconds{1};
    EXPECT_EQ(ask().state, MessageState::InDoubt);
    EXPECT_EQ(ask().next_at, first + patience.commit_lag);
    desk.now = first + patience.commit_lag;
    const edi::Submission after = ask();
    EXPECT_EQ(after.state, MessageState::Waiting);
    EXPECT_EQ(after.next_at, desk.now);
    EXPECT_EQ(after.not_found, 0u);
    EXPECT_EQ(after.request, "<r/>") << "the same bytes";
}

// A question that was lost in between begins the count again.
TEST(DecideAnswer, DoubtBetweenTwo404sBeginsAgain) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::InDoubt);
    answered(desk, AnswerClass::NotFound, {}, answer(dispatch::Ask::ByKey));
    desk.now += seconds{10};
    answered(desk, AnswerClass::InDoubt, {}, answer(dispatch::Ask::ByKey));
    desk.now += seconds{10};
    answered(desk, AnswerClass::NotFound, {}, answer(dispatch::Ask::ByKey));
    EXPECT_EQ(desk.store->submission("k1")->state, MessageState::InDoubt);
}

TEST(DecideAnswer, RetryAfterWinsOverOurOwnWait) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::Sending);
    dispatch::Answer busy = answer(dispatch::Ask::Submit);
    busy.retry_after = seconds{3600};
    answered(desk, AnswerClass::NotProcessed, {}, busy);
    EXPECT_EQ(desk.store->submission("k1")->next_at, desk.now + hours{1});
}

// We were not let in: no attempt is burned.
TEST(DecideAnswer, OurOwnFaultBurnsNoAttempt) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::Sending);
    desk.now += hours{24 * 30};
    answered(desk, AnswerClass::Configuration, {}, answer(dispatch::Ask::Submit));
    EXPECT_EQ(desk.store->submission("k1")->attempts, 0u);
    EXPECT_EQ(desk.store->submission("k1")->state, MessageState::Waiting);
    EXPECT_THAT(desk.kinds, IsEmpty()) << "nor is anything given up because of us";
}

TEST(DecideAnswer, KeepsTheFirstAndTheNewestAttempts) {
    Desk desk;
    desk.submit();
    for (std::uint32_t i = 1; i <= 30; ++i) {
        desk.put(MessageState::Sending);
        dispatch::Answer lost = answer(dispatch::Ask::Submit);
        lost.attempt.number = i;
        answered(desk, AnswerClass::NotSent, {}, lost);
    }
    const auto tries = desk.store->submission("k1")->tries;
    ASSERT_EQ(tries.size(), edi::attempts_kept_max);
    EXPECT_EQ(tries.front().number, 1u);
    EXPECT_EQ(tries.back().number, 30u);
}

// The lifetime: what was certainly not taken in is undeliverable, what may have been is HELD.
TEST(Lifetime, GivesUpOnlyWhatCertainlyDidNotArrive) {
    const struct {
        MessageState from;
        dispatch::Ask ask;
        AnswerClass answer;
        MessageState after;
        std::vector<std::string> kinds;
    } rows[] = {
        {MessageState::Sending,
         dispatch::Ask::Submit,
         AnswerClass::NotSent,
         MessageState::Settled,
         {"undeliverable"}},
        {MessageState::Sending,
         dispatch::Ask::Submit,
         AnswerClass::NotProcessed,
         MessageState::Settled,
         {"undeliverable"}},
        {MessageState::Sending,
         dispatch::Ask::Submit,
         AnswerClass::InDoubt,
         MessageState::InDoubt,
         {}},
        {MessageState::InDoubt, dispatch::Ask::ByKey, AnswerClass::InDoubt, MessageState::Held, {}},
        {MessageState::InDoubt, dispatch::Ask::ByKey, AnswerClass::NotSent, MessageState::Held, {}},
        {MessageState::Held,
         dispatch::Ask::ByKey,
         AnswerClass::NotProcessed,
         MessageState::Held,
         {}},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(std::string{code_of(row.from)} + " " + code_of(row.answer));
        Desk desk;
        desk.submit();
        desk.put(row.from);
        desk.now = start + patience.lifetime;
        answered(desk, row.answer, {}, answer(row.ask));
        EXPECT_EQ(desk.store->submission("k1")->state, row.after);
        EXPECT_EQ(desk.kinds, row.kinds);
        const bool over = !row.kinds.empty();
        EXPECT_EQ(desk.record().state, row.after);
        EXPECT_EQ(desk.application().state,
                  over ? ApplicationState::TransferFailed : ApplicationState::Submitted);
        if (row.after == MessageState::Held) {
            EXPECT_EQ(desk.store->submission("k1")->next_at, desk.now + std::chrono::minutes{15});
        }
    }
}

TEST(Lifetime, IsNotOverAMomentBefore) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::Sending);
    desk.now = start + patience.lifetime - microseconds{1};
    answered(desk, AnswerClass::NotSent, {}, answer(dispatch::Ask::Submit));
    EXPECT_EQ(desk.store->submission("k1")->state, MessageState::Waiting);
}

TEST(Delayed, IsToldOnceAndChangesNothingElse) {
    Desk desk;
    desk.submit();
    desk.apply(route::decide_delayed(*desk.store->submission("k1"), *desk.store));
    EXPECT_THAT(desk.kinds, ElementsAre("delayed"));
    EXPECT_TRUE(desk.store->submission("k1")->delayed_told);
    EXPECT_EQ(desk.application().state, ApplicationState::Submitted);
    EXPECT_TRUE(desk.record().subjects[0].outcome.empty());
}

TEST(AfterStart, WhatWasBeingSentIsInDoubtAndAskedAtOnce) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::Sending);
    const auto after = route::in_doubt_after_start(*desk.store->submission("k1"), desk.now);
    EXPECT_EQ(after.state, MessageState::InDoubt);
    EXPECT_EQ(after.next_at, desk.now);
    EXPECT_EQ(after.request, "<r/>");
}

// A refusal of a document that was replaced meanwhile does not touch the newer one.
TEST(DecideAnswer, OfAnOlderSubmissionLeavesTheNewerAlone) {
    Desk desk;
    desk.submit();
    desk.put(MessageState::InDoubt);
    desk.submit("k2", "M-2");
    answered(desk, AnswerClass::Document, refused(), answer(dispatch::Ask::ByKey));
    EXPECT_EQ(desk.application().state, ApplicationState::Submitted);
    EXPECT_EQ(desk.application().submission_key, "k2");
    EXPECT_EQ(desk.record("M-1").subjects[0].outcome, "refused");
    EXPECT_EQ(desk.record("M-2").subjects[0].outcome, "");
}

}  // namespace
}  // namespace desk
