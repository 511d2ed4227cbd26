// Results are facts: repeats by id and by (ApplicationNo, seq), late ones, foreign ones, incomplete
// ones; and what follows a licence.
#include "fixture.hpp"

namespace desk {
namespace {

using edi::ApplicationState;
using edi::ResultState;
using testing::ElementsAre;
using testing::IsEmpty;

struct Result : testing::Test, Desk {
    Result() {
        submit();
        acknowledge();
        kinds.clear();
    }
};

TEST_F(Result, OfEachDecisionSettlesItsMessage) {
    const std::pair<const char*, ApplicationState> rows[] = {
        {"approved", ApplicationState::Approved},
        {"returned", ApplicationState::Returned},
        {"disapproved", ApplicationState::Disapproved}};
    for (const auto& [decision, state] : rows) {
        Desk desk;
        desk.submit();
        desk.acknowledge();
        desk.hear(result(1, review(decision)));
        EXPECT_EQ(desk.application().state, state);
        EXPECT_THAT(desk.kinds, ElementsAre("submitted", decision));
        EXPECT_EQ(desk.record().state, MessageState::Settled);
        EXPECT_EQ(desk.record().subjects[0].outcome, decision);
    }
}

TEST_F(Result, IsARepeatByItsId) {
    hear(result(1, review("approved")));
    edi::MinistryResult again = result(9, review("returned"));
    again.id = result(1, review("approved")).id;
    EXPECT_TRUE(route::decide_result(again, std::nullopt, *store, now).change.empty());
}

TEST_F(Result, IsARepeatByApplicationNoAndSeq) {
    hear(result(1, review("approved")));
    edi::MinistryResult again = result(1, review("approved"));
    again.id = "another";
    const auto decision = route::decide_result(again, std::nullopt, *store, now);
    EXPECT_TRUE(decision.change.empty());
    EXPECT_THAT(decision.issues, IsEmpty());
    again.seq = 2;
    EXPECT_FALSE(route::decide_result(again, std::nullopt, *store, now).change.empty());
}

// The same said under two ids before its licence was known: when one is placed, the other one is a
// repeat and waits no longer.
TEST_F(Result, ThatWaitedUnderTwoIdsIsPlacedOnce) {
    edi::MinistryResult twin = result(2, transfer("SENT"));
    twin.id = "twin";
    hear(result(2, transfer("SENT")));
    hear(twin);
    EXPECT_EQ(store->unclaimed("k1", "").size(), 2u);
    hear(result(1, review("approved")));
    for (const auto& each : store->unclaimed("k1", "")) hear(each);
    EXPECT_THAT(store->unclaimed("k1", ""), IsEmpty());
    EXPECT_THAT(kinds, ElementsAre("approved", "customs-transfer"));
    EXPECT_EQ(application().trail.size(), 2u);
}

// A lower seq that comes later enters the trail, and moves nothing back.
TEST_F(Result, OfALowerSeqMovesNoStateBack) {
    hear(result(5, review("approved")));
    hear(result(3, review("returned")));
    EXPECT_EQ(application().state, ApplicationState::Approved);
    EXPECT_THAT(kinds, ElementsAre("approved", "returned"));
    ASSERT_EQ(application().trail.size(), 2u);
    EXPECT_EQ(application().trail[0].seq, 3u);
    EXPECT_EQ(record().subjects[0].outcome, "approved") << "one outcome, and it had it";
    ASSERT_EQ(record().receipts.size(), 3u);
    EXPECT_EQ(record().receipts[1].stage, "outcome");
    EXPECT_EQ(record().receipts[2].stage, "notice");
}

// A newer step says nothing about what the review decides.
TEST_F(Result, OfALowerSeqDecidesWhenNothingNewerDecided) {
    hear(result(7, step()));
    hear(result(4, review("approved")));
    EXPECT_EQ(application().state, ApplicationState::Approved);
    EXPECT_EQ(application().licence_no, licence_number);
    EXPECT_TRUE(store->licence(licence_number));
    EXPECT_EQ(record().subjects[0].outcome, "approved");
}

TEST_F(Result, OfAnUnknownDocumentIsKeptAsUnclaimed) {
    edi::MinistryResult stray = result(1, review("returned"), "nobody");
    stray.application_no = "2026119999999999";
    hear(stray);
    EXPECT_THAT(kinds, IsEmpty());
    EXPECT_EQ(store->result(stray.id)->state, ResultState::Unclaimed);
    EXPECT_EQ(store->unclaimed("nobody", "").size(), 1u);
    EXPECT_EQ(application().state, ApplicationState::UnderReview);
}

TEST_F(Result, ThatBearsAForeignKeyBelongsToItsApplicationNo) {
    hear(result(1, review("returned"), "nobody"));
    EXPECT_EQ(application().trail.size(), 1u);
    EXPECT_EQ(record().subjects[0].outcome, "returned");
}

// A result belongs to the message whose key it bears; a decision about a document that was replaced
// does not touch the newer one.
TEST_F(Result, OfAnOlderSubmissionGivesItsOutcomeAndLeavesTheNewerAlone) {
    submit("k2", "M-2");
    hear(result(1, review("disapproved"), "k1"));
    EXPECT_EQ(application().state, ApplicationState::Submitted);
    EXPECT_EQ(record("M-1").subjects[0].outcome, "disapproved");
    EXPECT_EQ(record("M-2").subjects[0].outcome, "");
}

// The clock was set back between an application and its withdrawal: what is answered to that is no
// stranger's (messages.md 4, "A result belongs to the message whose key it bears").
TEST_F(Result, OfAWithdrawalThatSeemsOlderThanItsApplication) {
    edi::Change change;
    edi::Application withdrawing = application();
    withdrawing.created_at = now;
    withdrawing.withdrawal_key = "w1";
    change.applications.push_back(withdrawing);
    edi::Submission submission = *store->submission("k1");
    submission.kind = edi::SubmissionKind::Withdrawal;
    submission.key = "w1";
    submission.message_id = "M-2";
    submission.accepted_at = now - hours{1};
    change.submissions.push_back(submission);
    edi::MessageRecord message = record();
    message.message_id = "M-2";
    message.subjects = {{"PO-1", "w1", {}}};
    change.messages.push_back(message);
    store->commit(std::span{&change, 1});

    base::Element body{.name = "Withdrawal", .text = {}};
    body.add("Decision", "confirmed");
    hear(result(1, body, "w1"));
    EXPECT_EQ(application().state, ApplicationState::Draft);
    EXPECT_THAT(kinds, testing::UnorderedElementsAre("done", "withdrawn"));
    EXPECT_EQ(record("M-2").subjects[0].outcome, "done");
    EXPECT_EQ(store->unclaimed("w1", "").size(), 0u);
}

TEST_F(Result, ThatLacksWhatItMustHaveIsKeptAndNotApplied) {
    for (const char* part : {"LicenceNo", "ExpiryDate"}) {
        base::Element body = review("approved");
        std::erase_if(body.children, [&](const auto& each) { return each.name == part; });
        hear(result(1, body));
        EXPECT_EQ(store->result(result(1, body).id)->state, ResultState::Incomplete) << part;
        EXPECT_EQ(application().state, ApplicationState::UnderReview);
        EXPECT_THAT(kinds, IsEmpty());
    }
    hear(result(1, review("approved")));
    EXPECT_EQ(application().state, ApplicationState::Approved) << "sent again, complete";
}

TEST_F(Result, ProvesThatAnUnacknowledgedDocumentArrived) {
    Desk desk;
    desk.submit();
    for (const MessageState state : {MessageState::Waiting, MessageState::Sending,
                                     MessageState::InDoubt, MessageState::Held}) {
        desk.put(state);
        const auto proven = route::unacknowledged(result(1, step()), *desk.store);
        ASSERT_TRUE(proven) << code_of(state);
        EXPECT_EQ(proven->key, "k1");
    }
    EXPECT_FALSE(route::unacknowledged(result(1, step()), *store)) << "settled already";
}

TEST_F(Result, AboutALicenceThatIsNotKnownYetWaits) {
    hear(result(2, transfer("SENT")));
    EXPECT_EQ(store->unclaimed("k1", "").size(), 1u);
    EXPECT_THAT(kinds, IsEmpty());
}

TEST_F(Result, FollowsALicenceThroughCustomsToItsEnd) {
    hear(result(1, review("approved")));
    hear(result(2, transfer("SENT")));
    hear(result(3, transfer("RECEIVED")));
    EXPECT_EQ(store->licence(licence_number)->transfer, edi::TransferState::Received);
    hear(result(4, clearance("D1", "0")));
    EXPECT_EQ(store->licence(licence_number)->state, edi::LicenceState::Exhausted);
    hear(result(5, licence_change("EXHAUSTED")));
    EXPECT_THAT(kinds, ElementsAre("approved", "customs-transfer", "customs-transfer", "clearance",
                                   "licence-closed"))
        << "closed once, by whoever says so first";
    EXPECT_THAT(store->licence(licence_number)->declarations, ElementsAre("D1"));
}

TEST_F(Result, OlderNewsOfALicenceAreToldAndMoveNothing) {
    submit("k2", "M-2", "multi-batch");
    hear(result(1, review("approved"), "k2"));
    hear(result(6, clearance("D1", "10", Clears::Nothing), "k2"));
    hear(result(5, clearance("D1", "7"), "k2"));
    hear(result(3, transfer("RECEIVED"), "k2"));
    hear(result(2, transfer("SENT"), "k2"));
    const auto licence = store->licence(licence_number);
    EXPECT_EQ(licence->transfer, edi::TransferState::Received);
    EXPECT_EQ(licence->quantity_left, "10");
    EXPECT_THAT(licence->declarations, IsEmpty()) << "it was revoked, whatever comes later";
    EXPECT_EQ(licence->state, edi::LicenceState::Valid);
    EXPECT_EQ(kinds.size(), 5u) << "each is told";
}

TEST(Licence, KeyHasNoHyphens) {
    EXPECT_EQ(route::licence_key("26-Y-000001"), licence_number);
    EXPECT_EQ(route::licence_key(""), "");
}

TEST_F(Result, LicenceExpiresByOurClockOnce) {
    hear(result(1, review("approved")));
    apply(route::decide_expired(*store->licence(licence_number), *store));
    apply(route::decide_expired(*store->licence(licence_number), *store));
    EXPECT_EQ(store->licence(licence_number)->state, edi::LicenceState::Expired);
    EXPECT_THAT(kinds, ElementsAre("approved", "licence-closed"));
}

TEST_F(Result, LicenceIsCancelledExpiredOrExhaustedByTheMinistry) {
    for (const char* state : {"CANCELLED", "EXPIRED", "EXHAUSTED"}) {
        Desk desk;
        desk.submit();
        desk.acknowledge();
        desk.hear(result(1, review("approved")));
        desk.hear(result(2, licence_change(state)));
        EXPECT_STREQ(code_of(desk.store->licence(licence_number)->state), state);
    }
}

}  // namespace
}  // namespace desk
