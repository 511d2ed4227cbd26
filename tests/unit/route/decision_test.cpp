// Waits, and receipts that get their numbers.
#include "fixture.hpp"

namespace desk {
namespace {

// 15 s doubling to 30 min, of which a random part is waited.
TEST(Backoff, DoublesUpToItsEnd) {
    const route::Patience patience;
    const std::pair<std::uint32_t, long> rows[] = {
        {0, 15},  {1, 15},   {2, 30},   {3, 60},    {4, 120},
        {7, 960}, {8, 1800}, {9, 1800}, {64, 1800}, {4'000'000'000, 1800}};
    for (const auto& [attempts, wait] : rows) {
        EXPECT_EQ(route::backoff(patience, attempts, 0.5), microseconds{seconds{wait}} / 2)
            << attempts;
        EXPECT_EQ(route::backoff(patience, attempts, 0.0), microseconds{0}) << "full jitter";
        EXPECT_LT(route::backoff(patience, attempts, 0.999999), microseconds{seconds{wait}});
    }
}

route::Decision saying(std::vector<std::string> mailboxes) {
    route::Decision decision;
    for (const std::string& each : mailboxes) {
        route::Issue issue;
        issue.receipt.kind = "delayed";
        issue.receipt.mailbox = each;
        issue.receipt.application_ref = "PO-1";
        decision.issues.push_back(std::move(issue));
    }
    return decision;
}

// Numbers over the whole daemon, sequences in each mailbox; both without gaps.
TEST(Numbered, CountsOverAllAndInEachMailbox) {
    Desk desk;
    desk.apply(saying({"acme", "beta", "acme"}));
    const edi::Change change = desk.apply(saying({"beta"}));
    ASSERT_EQ(change.deliveries.size(), 1u);
    EXPECT_EQ(change.deliveries[0].number, 4u);
    EXPECT_EQ(change.deliveries[0].name, "000000000004_delayed_PO-1.xml");
    EXPECT_EQ(change.deliveries[0].day, "2026-11-22");
    EXPECT_NE(change.deliveries[0].bytes.find("sequence=\"2\""), std::string::npos);
    EXPECT_EQ(desk.store->counters().receipt_number, 4u);
    EXPECT_EQ(desk.store->counters().sequences,
              (std::map<std::string, std::uint64_t>{{"acme", 2}, {"beta", 2}}));
}

TEST(Numbered, OfADecisionThatSaysNothingCountsNothing) {
    Desk desk;
    route::Decision decision;
    decision.change.cursor = "7";
    EXPECT_FALSE(desk.apply(std::move(decision)).counters);
    EXPECT_EQ(desk.store->cursor(), "7");
}

// The first receipt's number names the taking, the original in its box and a rejected record.
TEST(Numbered, GivesTheTakingAndTheRejectedRecordTheirNumber) {
    Desk desk;
    desk.apply(saying({"acme"}));
    route::Decision decision = saying({"acme"});
    decision.issues[0].receipt.kind = "rejected";
    decision.rejected.emplace();
    decision.rejected->sender = sender;
    decision.rejected->message_id = "M-9";
    decision.rejected->state = MessageState::Rejected;
    decision.taking.emplace();
    decision.taking->file.name = "bad file.xml";
    decision.taking->box = edi::Box::Fail;
    const edi::Change change = desk.apply(std::move(decision));
    ASSERT_EQ(change.takings.size(), 1u);
    EXPECT_EQ(change.takings[0].id, 2u);
    EXPECT_EQ(change.takings[0].box_name, "000000000002_bad-file.xml");
    EXPECT_EQ(change.takings[0].receipt_name, change.deliveries[0].name);
    ASSERT_EQ(change.messages.size(), 1u);
    EXPECT_EQ(change.messages[0].rejected_number, 2u);
    EXPECT_EQ(change.messages[0].receipts.at(0).kind, "rejected");
    EXPECT_FALSE(desk.store->message(edi::record_id(sender, "M-9"))) << "its MessageId is free";
}

// An outcome settles the message when no subject is open any more, and only once.
TEST(Numbered, ListsReceiptsInTheirRecordAndSettlesItWithTheLastOutcome) {
    Desk desk;
    desk.submit();
    edi::Change two;
    edi::MessageRecord record = desk.record();
    record.subjects.push_back({"PO-2", "k9", {}});
    two.messages.push_back(record);
    desk.store->commit(std::span{&two, 1});
    const auto outcome = [&](const std::string& reference) {
        route::Decision decision = saying({"acme"});
        decision.issues[0].receipt.kind = "returned";
        decision.issues[0].record_id = edi::record_id(sender, "M-1");
        decision.issues[0].reference = reference;
        desk.apply(std::move(decision));
        return desk.record();
    };
    EXPECT_EQ(outcome("PO-1").state, MessageState::Waiting);
    const edi::MessageRecord after = outcome("PO-2");
    EXPECT_EQ(after.state, MessageState::Settled);
    ASSERT_EQ(after.receipts.size(), 2u);
    EXPECT_EQ(after.receipts[1].stage, "outcome");
    EXPECT_EQ(after.subjects[1].outcome, "returned");
}

}  // namespace
}  // namespace desk
