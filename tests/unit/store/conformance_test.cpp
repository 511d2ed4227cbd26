// Promise: what edi::Store says, both stores keep; what edi::State says, Pending keeps as well,
// whether a change was committed or only added.
#include "conformance.hpp"

namespace {

using namespace fixtures;
using namespace conformance;

// For every source of this program: a second instance plays each test twice.
INSTANTIATE_TEST_SUITE_P(All, States,
                         testing::Values(Which::Rocks, Which::Memory, Which::PendingOnRocks,
                                         Which::PendingOnMemory),
                         name_of);
INSTANTIATE_TEST_SUITE_P(All, Stores, testing::Values(Which::Rocks, Which::Memory), name_of);

TEST_P(States, AnEmptyOneKnowsNothing) {
    EXPECT_FALSE(state().message("x"));
    EXPECT_FALSE(state().application({"a", "b"}));
    EXPECT_FALSE(state().application_by_no("1"));
    EXPECT_FALSE(state().application_by_no(""));
    EXPECT_FALSE(state().licence("L"));
    EXPECT_FALSE(state().submission("k"));
    EXPECT_FALSE(state().result("r"));
    EXPECT_TRUE(state().unclaimed("", "").empty());
    EXPECT_FALSE(state().registration("a"));
    EXPECT_FALSE(state().catalogue(2026));
    EXPECT_FALSE(state().batch_run({"a", "b"}));
    EXPECT_EQ(state().counters(), edi::Counters{});
    EXPECT_EQ(state().cursor(), "");
}

TEST_P(States, EveryKindComesBackWhole) {
    then([](edi::Change& c) {
        c.messages = {message("M-1"), rejected(7)};
        c.applications = {application("PO-1", "2026")};
        c.licences = {licence("L-1", "2026-12-31")};
        c.submissions = {submission("k", MessageState::Waiting, 5)};
        c.results = {result("r", 1, edi::ResultState::Applied)};
        c.registrations = {registration("S")};
        c.catalogues = {catalogue(2026)};
        c.batch_runs = {batch_run("B-1")};
        c.counters = edi::Counters{42, {{"acme", 17}}};
        c.cursor = "c-1";
    });
    EXPECT_EQ(state().message(edi::record_id("91110108MA0000015T", "M-1")), message("M-1"));
    EXPECT_EQ(state().message(edi::record_id(rejected(7))), rejected(7));
    EXPECT_EQ(state().application({"91110108MA0000015T", "PO-1"}), application("PO-1", "2026"));
    EXPECT_EQ(state().application_by_no("2026"), application("PO-1", "2026"));
    EXPECT_EQ(state().licence("L-1"), licence("L-1", "2026-12-31"));
    EXPECT_EQ(state().submission("k"), submission("k", MessageState::Waiting, 5));
    EXPECT_EQ(state().result("r"), result("r", 1, edi::ResultState::Applied));
    EXPECT_EQ(state().registration("S"), registration("S"));
    EXPECT_EQ(state().catalogue(2026), catalogue(2026));
    EXPECT_FALSE(state().catalogue(2027));
    EXPECT_EQ(state().batch_run(named("B-1")), batch_run("B-1"));
    EXPECT_EQ(state().counters(), (edi::Counters{42, {{"acme", 17}}}));
    EXPECT_EQ(state().cursor(), "c-1");
}

// A rejected message leaves its MessageId free (messages.md 1).
TEST_P(States, ARejectedMessageDoesNotUseUpItsMessageId) {
    then([](edi::Change& c) { c.messages = {rejected(7)}; });
    EXPECT_FALSE(state().message(edi::record_id("91110108MA0000015T", "M-REJECTED")));
}

TEST_P(States, RecordsAreReplacedWhole) {
    commit([](edi::Change& c) {
        c.licences = {licence("L-1", "2026-12-31")};
        c.counters = edi::Counters{1, {{"acme", 1}, {"beta", 1}}};
        c.cursor = "c-1";
    });
    auto other = licence("L-1", "2027-12-31");
    other.declarations.clear();
    then([&](edi::Change& c) {
        c.licences = {other};
        c.counters = edi::Counters{2, {{"acme", 2}}};
        c.cursor = "";
    });
    EXPECT_EQ(state().licence("L-1"), other);
    EXPECT_EQ(state().counters(), (edi::Counters{2, {{"acme", 2}}}));
    EXPECT_EQ(state().cursor(), "");
}

TEST_P(States, AnApplicationNoFollowsItsApplication) {
    commit([](edi::Change& c) { c.applications = {application("PO-1", "1")}; });
    then([](edi::Change& c) { c.applications = {application("PO-1", "2")}; });
    EXPECT_FALSE(state().application_by_no("1"));
    EXPECT_EQ(state().application_by_no("2"), application("PO-1", "2"));
    then([](edi::Change& c) { c.applications = {application("PO-2", "2")}; });
    EXPECT_EQ(state().application_by_no("2"), application("PO-2", "2"));
    then([](edi::Change& c) { c.applications_gone = {{"91110108MA0000015T", "PO-1"}}; });
    EXPECT_EQ(state().application_by_no("2"), application("PO-2", "2"));
    then([](edi::Change& c) { c.applications_gone = {{"91110108MA0000015T", "PO-2"}}; });
    EXPECT_FALSE(state().application_by_no("2"));
    EXPECT_FALSE(state().application({"91110108MA0000015T", "PO-2"}));
}

TEST_P(States, UnclaimedResultsAreFoundByKeyAndByNoInSeqOrder) {
    using enum edi::ResultState;
    commit([](edi::Change& c) {
        c.results = {
            result("r-9", 9, Unclaimed, "k1"),        result("r-300", 300, Unclaimed, "k1", "n1"),
            result("r-2", 2, Unclaimed, "", "n1"),    result("r-3", 3, Applied, "k1", "n1"),
            result("r-4", 4, Incomplete, "k1"),       result("r-5", 5, Unclaimed),
            result("r-6", 6, Unclaimed, "k11", "n11")};
    });
    const auto asked = [&](const char* key, const char* no) {
        return ids(state().unclaimed(key, no), &edi::MinistryResult::id);
    };
    EXPECT_EQ(asked("k1", ""), (Ids{"r-9", "r-300"}));
    EXPECT_EQ(asked("", "n1"), (Ids{"r-2", "r-300"}));
    EXPECT_EQ(asked("k1", "n1"), (Ids{"r-2", "r-9", "r-300"}));
    EXPECT_EQ(asked("", ""), Ids{});
    EXPECT_EQ(asked("k", "n"), Ids{});
    then([](edi::Change& c) {
        c.results = {result("r-9", 9, Applied, "k1"), result("r-1", 1, Unclaimed, "k1")};
    });
    EXPECT_EQ(asked("k1", "n1"), (Ids{"r-1", "r-2", "r-300"}));
}

// "Later changes see earlier ones" for what commit itself derives from earlier records.
TEST_P(Stores, LaterChangesOfABatchSeeEarlierOnes) {
    auto sent = message("M-1");
    sent.state = MessageState::Sending;
    commit({one([](edi::Change& c) {
                c.messages = {message("M-1")};
                c.submissions = {submission("k", MessageState::Waiting, 5)};
                c.deliveries = {delivery(1)};
                c.takings = {taking(1)};
                c.applications = {application("PO-1", "1")};
                c.results = {result("r", 1, edi::ResultState::Unclaimed, "k")};
                c.licences = {licence("L", "2026-01-01")};
            }),
            one([&](edi::Change& c) {
                c.messages = {sent};
                c.submissions = {submission("k", MessageState::Sending, 5)};
                c.deliveries_gone = {1};
                c.takings_gone = {1};
                c.applications = {application("PO-1", "2")};
                c.results = {result("r", 1, edi::ResultState::Applied, "k")};
                c.licences = {licence("L", "2026-02-01")};
            })});
    EXPECT_EQ(store_->message_counts(),
              (std::map<MessageState, std::uint64_t>{{MessageState::Sending, 1}}));
    EXPECT_TRUE(store_->due(at(99), 10).empty());
    EXPECT_FALSE(store_->next_due());
    EXPECT_EQ(store_->sending().size(), 1u);
    EXPECT_TRUE(store_->deliveries(0, 10).empty());
    EXPECT_EQ(store_->deliveries_waiting(), 0u);
    EXPECT_TRUE(store_->takings(0, 10).empty());
    EXPECT_FALSE(store_->application_by_no("1"));
    EXPECT_TRUE(store_->application_by_no("2"));
    EXPECT_TRUE(store_->unclaimed("k", "").empty());
    EXPECT_TRUE(store_->expired_before("2026-01-15", 9).empty());
    EXPECT_EQ(store_->expired_before("2026-02-02", 9).size(), 1u);
}

TEST_P(Stores, WithinOneChangeWhatGoesGoesLast) {
    commit([](edi::Change& c) {
        c.deliveries = {delivery(1), delivery(2)};
        c.deliveries_gone = {1};
        c.applications = {application("PO-1")};
        c.applications_gone = {{"91110108MA0000015T", "PO-1"}};
    });
    EXPECT_EQ(store_->deliveries(0, 9).size(), 1u);
    EXPECT_EQ(store_->deliveries_waiting(), 1u);
    EXPECT_FALSE(store_->application({"91110108MA0000015T", "PO-1"}));
}

TEST_P(Stores, DueSubmissionsComeByTimeAndNeverWhileSendingOrSettled) {
    commit([](edi::Change& c) {
        c.submissions = {submission("late", MessageState::Waiting, 30),
                         submission("b", MessageState::Waiting, 10),
                         submission("a", MessageState::Held, 10),
                         submission("doubt", MessageState::InDoubt, 5),
                         submission("sending", MessageState::Sending, 1),
                         submission("settled", MessageState::Settled, 1)};
    });
    const auto due = [&](long long now, std::size_t limit) {
        return ids(store_->due(at(now), limit), &edi::Submission::key);
    };
    EXPECT_EQ(due(4, 9), Ids{});
    EXPECT_EQ(due(5, 9), (Ids{"doubt"}));
    EXPECT_EQ(due(29, 9), (Ids{"doubt", "a", "b"}));
    EXPECT_EQ(due(30, 9), (Ids{"doubt", "a", "b", "late"}));
    EXPECT_EQ(due(30, 2), (Ids{"doubt", "a"}));
    EXPECT_EQ(due(30, 0), Ids{});
    EXPECT_EQ(store_->next_due(), at(5));
    EXPECT_EQ(ids(store_->sending(), &edi::Submission::key), (Ids{"sending"}));
    commit([](edi::Change& c) {
        c.submissions = {submission("doubt", MessageState::Settled, 5),
                         submission("sending", MessageState::InDoubt, 2)};
    });
    EXPECT_EQ(store_->next_due(), at(2));
    EXPECT_EQ(due(10, 9), (Ids{"sending", "a", "b"}));
    EXPECT_TRUE(store_->sending().empty());
}

TEST_P(Stores, UnwarnedSubmissionsComeByTimeOfAcceptance) {
    const auto accepted = [](const char* key, MessageState state, long long when, bool told) {
        auto each = submission(key, state, 99);
        each.accepted_at = at(when);
        each.delayed_told = told;
        return each;
    };
    commit([&](edi::Change& c) {
        c.submissions = {accepted("c", MessageState::Waiting, 30, false),
                         accepted("b", MessageState::Sending, 20, false),
                         accepted("a", MessageState::Held, 20, false),
                         accepted("told", MessageState::Waiting, 10, true),
                         accepted("settled", MessageState::Settled, 10, false)};
    });
    const auto unwarned = [&](long long when, std::size_t limit) {
        return ids(store_->unwarned(at(when), limit), &edi::Submission::key);
    };
    EXPECT_EQ(unwarned(19, 9), Ids{});
    EXPECT_EQ(unwarned(20, 9), (Ids{"a", "b"}));
    EXPECT_EQ(unwarned(19, 9), Ids{});
    EXPECT_EQ(unwarned(30, 2), (Ids{"a", "b"}));
    commit([&](edi::Change& c) {
        c.submissions = {accepted("a", MessageState::Held, 20, true),
                         accepted("b", MessageState::Settled, 20, false)};
    });
    EXPECT_EQ(unwarned(30, 9), (Ids{"c"}));
    commit([&](edi::Change& c) {
        c.submissions = {accepted("new", MessageState::Waiting, 5, false)};
    });
    EXPECT_EQ(unwarned(30, 9), (Ids{"new", "c"}));
}

// The floor under the queue must come down again for one that falls due before all others.
TEST_P(Stores, AnEarlierOneAfterTheQueueWasEmptyIsSeen) {
    commit([](edi::Change& c) { c.submissions = {submission("a", MessageState::Waiting, 50)}; });
    EXPECT_EQ(store_->next_due(), at(50));
    commit([](edi::Change& c) { c.submissions = {submission("a", MessageState::Settled, 50)}; });
    EXPECT_FALSE(store_->next_due());
    EXPECT_FALSE(store_->next_due());
    commit([](edi::Change& c) { c.submissions = {submission("b", MessageState::Waiting, 20)}; });
    EXPECT_EQ(store_->next_due(), at(20));
    const long long before_1970 = -2'000'000'000;
    commit([&](edi::Change& c) {
        c.submissions = {submission("c", MessageState::Waiting, before_1970)};
    });
    EXPECT_EQ(store_->next_due(), at(before_1970));
    EXPECT_EQ(ids(store_->due(at(20), 9), &edi::Submission::key), (Ids{"c", "b"}));
}

TEST_P(Stores, DeliveriesAndTakingsComeByNumber) {
    commit([](edi::Change& c) {
        c.deliveries = {delivery(300), delivery(2), delivery(70'000)};
        c.takings = {taking(300), taking(2)};
    });
    const auto numbers = [&](std::uint64_t after, std::size_t limit) {
        std::vector<std::uint64_t> found;
        for (const auto& each : store_->deliveries(after, limit)) found.push_back(each.number);
        return found;
    };
    EXPECT_EQ(numbers(0, 9), (std::vector<std::uint64_t>{2, 300, 70'000}));
    EXPECT_EQ(numbers(2, 9), (std::vector<std::uint64_t>{300, 70'000}));
    EXPECT_EQ(numbers(0, 1), (std::vector<std::uint64_t>{2}));
    EXPECT_EQ(numbers(~std::uint64_t{0}, 9), (std::vector<std::uint64_t>{}));
    EXPECT_EQ(store_->takings(2, 9), (std::vector<edi::Taking>{taking(300)}));
    commit([](edi::Change& c) { c.deliveries_gone = {2, 300, 5}; });
    EXPECT_EQ(numbers(0, 9), (std::vector<std::uint64_t>{70'000}));
    EXPECT_EQ(numbers(70'000, 9), (std::vector<std::uint64_t>{}));
    commit([](edi::Change& c) { c.deliveries = {delivery(1)}; });
    EXPECT_EQ(numbers(0, 9), (std::vector<std::uint64_t>{1, 70'000}));
}

TEST_P(Stores, OnlyValidLicencesExpire) {
    auto cancelled = licence("L-4", "2026-01-01");
    cancelled.state = edi::LicenceState::Cancelled;
    commit([&](edi::Change& c) {
        c.licences = {licence("L-3", "2026-12-31"), licence("L-2", "2026-12-30"),
                      licence("L-1", "2026-12-30"), cancelled, licence("L-5", "")};
    });
    const auto expired = [&](const char* day, std::size_t limit) {
        return ids(store_->expired_before(day, limit), &edi::Licence::number);
    };
    EXPECT_EQ(expired("2026-12-30", 9), Ids{});
    EXPECT_EQ(expired("2026-12-31", 9), (Ids{"L-1", "L-2"}));
    EXPECT_EQ(expired("2027-01-01", 9), (Ids{"L-1", "L-2", "L-3"}));
    EXPECT_EQ(expired("2027-01-01", 1), (Ids{"L-1"}));
    auto done = licence("L-1", "2026-12-30");
    done.state = edi::LicenceState::Expired;
    commit([&](edi::Change& c) { c.licences = {done}; });
    EXPECT_EQ(expired("2026-12-31", 9), (Ids{"L-2"}));
}

TEST_P(Stores, MessagesAreVisitedOldestFirstAndCountedByState) {
    auto settled = message("M-2", 20);
    settled.state = MessageState::Settled;
    commit([&](edi::Change& c) {
        c.messages = {message("M-1", 30), message("M-2", 20), rejected(7, 25), rejected(8, 10)};
    });
    commit([&](edi::Change& c) { c.messages = {settled}; });
    std::vector<std::uint64_t> numbers;
    Ids seen;
    store_->each_message([&](const edi::MessageRecord& each) {
        seen.push_back(each.message_id);
        numbers.push_back(each.rejected_number);
        return seen.size() < 3;
    });
    EXPECT_EQ(seen, (Ids{"M-REJECTED", "M-2", "M-REJECTED"}));
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{8, 0, 7}));
    EXPECT_EQ(
        store_->message_counts(),
        (std::map<MessageState, std::uint64_t>{
            {MessageState::Waiting, 1}, {MessageState::Settled, 1}, {MessageState::Rejected, 2}}));
}

TEST_P(Stores, UnclaimedResultsAreVisitedBySeqUntilToldToStop) {
    using enum edi::ResultState;
    commit([](edi::Change& c) {
        c.results = {result("a", 300, Unclaimed), result("b", 7, Unclaimed, "k", "n"),
                     result("c", 9, Applied), result("d", 8, Unclaimed)};
    });
    Ids seen;
    store_->each_unclaimed([&](const edi::MinistryResult& each) {
        seen.push_back(each.id);
        return seen.size() < 2;
    });
    EXPECT_EQ(seen, (Ids{"b", "d"}));
}

// Pending changes nothing until what it gives is committed, and then gives exactly that.
TEST_P(Stores, PendingIsSeenByNobodyElseUntilCommitted) {
    pending_->add(one([](edi::Change& c) { c.cursor = "c-1"; }));
    pending_->add(one([](edi::Change& c) { c.applications = {application("PO-1", "1")}; }));
    EXPECT_EQ(store_->cursor(), "");
    EXPECT_FALSE(store_->application_by_no("1"));
    auto changes = pending_->take();
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_TRUE(pending_->take().empty());
    EXPECT_EQ(pending_->cursor(), "");  // what was taken is pending no more
    commit(std::move(changes));
    EXPECT_EQ(pending_->cursor(), "c-1");
    EXPECT_TRUE(store_->application_by_no("1"));
}

}  // namespace
