// Promise: what stands in a queue (licences that end, approvals without their licence, errands,
// lines of a batch, applications of a sender) comes out of both stores whole and in its order, and
// what is pending is seen in it as if it were committed.
#include "conformance.hpp"

namespace {

using namespace fixtures;
using namespace conformance;

using Numbers = std::vector<std::uint64_t>;

Ids references(const edi::State& state, const std::string& sender, const std::string& after,
               std::size_t limit = 99) {
    Ids found;
    state.each_application(sender, after, [&](const edi::Application& each) {
        found.push_back(each.reference + (each.application_no.empty() ? "" : "!"));
        return found.size() < limit;
    });
    return found;
}

TEST_P(States, ApplicationsOfASenderComeByReferenceWithWhatIsPending) {
    const std::string us = "91110108MA0000015T";
    auto of = [](const char* sender, const char* reference) {
        auto each = application(reference);
        each.sender = sender;
        return each;
    };
    commit([&](edi::Change& c) {
        c.applications = {application("B"),
                          application("D"),
                          application("F"),
                          application("BB"),
                          of("91110108MA0000015", "X"),
                          of("91110108MA0000015T0", "Y"),
                          of("91110108MA0000015S", "Z")};
    });
    EXPECT_EQ(references(state(), us, ""), (Ids{"B", "BB", "D", "F"}));
    then([&](edi::Change& c) {
        c.applications = {application("G"), application("A"), application("D", "1"),
                          application("C"), of("91110108MA0000015U", "A")};
        c.applications_gone = {{us, "BB"}, {us, "F"}, {us, "none"}};
    });
    EXPECT_EQ(references(state(), us, ""), (Ids{"A", "B", "C", "D!", "G"}));
    EXPECT_EQ(references(state(), us, "B"), (Ids{"C", "D!", "G"}));
    EXPECT_EQ(references(state(), us, "BA"), (Ids{"C", "D!", "G"}));
    EXPECT_EQ(references(state(), us, "G"), Ids{});
    for (std::size_t limit = 1; limit <= 5; ++limit)
        EXPECT_EQ(references(state(), us, "", limit).size(), limit);
    EXPECT_EQ(references(state(), "91110108MA0000015U", ""), (Ids{"A"}));
    EXPECT_EQ(references(state(), "nobody", ""), Ids{});
}

// For the age of the oldest by state (operations.md 4).
TEST_P(Stores, TheOldestMessageOfEachOpenStateIsThatWhichCameFirst) {
    using enum edi::MessageState;
    using Oldest = std::map<edi::MessageState, base::Time>;
    EXPECT_EQ(store_->oldest_messages(), Oldest{});
    const auto put = [&](const std::string& id, long long came, edi::MessageState state) {
        auto each = message(id, came);
        each.state = state;
        commit([&](edi::Change& c) { c.messages = {each}; });
    };
    put("A", 30, Waiting);
    put("B", 10, Waiting);
    put("C", 20, Waiting);
    put("D", 5, Settled);
    put("E", 1, Rejected);
    EXPECT_EQ(store_->oldest_messages(), (Oldest{{Waiting, at(10)}}));
    put("B", 10, Sending);
    EXPECT_EQ(store_->oldest_messages(), (Oldest{{Waiting, at(20)}, {Sending, at(10)}}));
    put("B", 10, Settled);
    put("C", 20, Held);
    EXPECT_EQ(store_->oldest_messages(), (Oldest{{Waiting, at(30)}, {Held, at(20)}}));
    // One that is older than those that went comes back: it is not overlooked.
    put("C", 20, Waiting);
    put("F", -40, Waiting);
    EXPECT_EQ(store_->oldest_messages(), (Oldest{{Waiting, at(-40)}}));
    for (const char* id : {"A", "C", "F"}) put(id, id[0] == 'F' ? -40 : 30, Settled);
    EXPECT_EQ(store_->oldest_messages(), Oldest{});
}

TEST_P(States, RegistrationsAndCataloguesAreReplacedWhole) {
    commit([](edi::Change& c) {
        c.registrations = {registration("S")};
        c.catalogues = {catalogue(2026), catalogue(2027)};
    });
    auto other = registration("S");
    other.state = edi::RegistrationState::Returned;
    other.trail.clear();
    then([&](edi::Change& c) {
        c.registrations = {other};
        c.catalogues = {catalogue(2026, "\"v2\"")};
    });
    EXPECT_EQ(state().registration("S"), other);
    EXPECT_EQ(state().catalogue(2026), catalogue(2026, "\"v2\""));
    EXPECT_EQ(state().catalogue(2027), catalogue(2027));
}

TEST_P(States, ABatchRunGoesAndMayBeginAnew) {
    commit([](edi::Change& c) { c.batch_runs = {batch_run("B-1"), batch_run("B-10")}; });
    then([](edi::Change& c) { c.batch_runs = {batch_run("B-1", 9)}; });
    EXPECT_EQ(state().batch_run(named("B-1")), batch_run("B-1", 9));
    then([](edi::Change& c) { c.batches_gone = {named("B-1")}; });
    EXPECT_FALSE(state().batch_run(named("B-1")));
    EXPECT_EQ(state().batch_run(named("B-10")), batch_run("B-10"));
    then([](edi::Change& c) { c.batch_runs = {batch_run("B-1", 1)}; });
    EXPECT_EQ(state().batch_run(named("B-1")), batch_run("B-1", 1));
}

TEST_P(Stores, BatchRunsComeByName) {
    commit([](edi::Change& c) {
        c.batch_runs = {batch_run("B-2"), batch_run("B-1")};
        c.batch_lines = {batch_lines("B-0", 1)};
    });
    EXPECT_EQ(ids(store_->batch_runs(), &edi::BatchRun::batch_id), (Ids{"B-1", "B-2"}));
}

Numbers indices(const edi::Store& store, const char* id, std::size_t limit = 99) {
    Numbers found;
    store.each_batch_line(named(id), [&](const edi::BatchLine& line) {
        found.push_back(line.index);
        return found.size() < limit;
    });
    return found;
}

TEST_P(Stores, LinesOfABatchComeByIndexUntilToldToStop) {
    commit([](edi::Change& c) { c.batch_lines = {batch_lines("B-1", 255), batch_lines("B", 1)}; });
    commit([](edi::Change& c) {
        c.batch_lines = {batch_lines("B-1", 257), batch_lines("B-1", 1), batch_lines("B-11", 7)};
    });
    EXPECT_EQ(indices(*store_, "B-1"), (Numbers{1, 2, 255, 256, 257, 258}));
    EXPECT_EQ(indices(*store_, "B-1", 1), (Numbers{1}));
    EXPECT_EQ(indices(*store_, "B-1", 3), (Numbers{1, 2, 255}));
    EXPECT_EQ(indices(*store_, "B-2"), Numbers{});
    std::vector<edi::BatchLine> lines;
    store_->each_batch_line(named("B"), [&](const edi::BatchLine& line) {
        lines.push_back(line);
        return true;
    });
    EXPECT_EQ(lines, batch_lines("B", 1).lines);
}

// Committed lines, lines of an earlier change of the same commit, and of the same change.
TEST_P(Stores, ABatchThatGoesTakesAllItsLinesWithIt) {
    commit([](edi::Change& c) {
        c.batch_runs = {batch_run("B-1"), batch_run("B-10")};
        c.batch_lines = {batch_lines("B-1", 1), batch_lines("B-1", 3), batch_lines("B-10", 1)};
    });
    commit({one([](edi::Change& c) { c.batch_lines = {batch_lines("B-1", 5)}; }),
            one([](edi::Change& c) {
                c.batch_lines = {batch_lines("B-1", 7)};
                c.batches_gone = {named("B-1")};
            }),
            one([](edi::Change& c) { c.batch_lines = {batch_lines("B-2", 1)}; })});
    EXPECT_EQ(indices(*store_, "B-1"), Numbers{});
    EXPECT_EQ(indices(*store_, "B-10"), (Numbers{1, 2}));
    EXPECT_EQ(indices(*store_, "B-2"), (Numbers{1, 2}));
    EXPECT_EQ(ids(store_->batch_runs(), &edi::BatchRun::batch_id), (Ids{"B-10"}));
    commit({one([](edi::Change& c) { c.batches_gone = {named("B-2")}; }), one([](edi::Change& c) {
                c.batch_runs = {batch_run("B-2")};
                c.batch_lines = {batch_lines("B-2", 3)};
            })});
    EXPECT_EQ(indices(*store_, "B-2"), (Numbers{3, 4}));
}

TEST_P(Stores, ErrandsComeByTimeOfAcceptance) {
    commit([](edi::Change& c) {
        c.errands = {errand("late", 30), errand("b", 10), errand("a", 10), errand("first", 5)};
    });
    const auto open = [&](const std::optional<edi::Errand>& after, std::size_t limit) {
        return ids(store_->errands(after, limit), &edi::Errand::message_id);
    };
    EXPECT_EQ(open({}, 9), (Ids{"first", "a", "b", "late"}));
    EXPECT_EQ(open({}, 2), (Ids{"first", "a"}));
    EXPECT_EQ(open({}, 0), Ids{});
    EXPECT_EQ(open(errand("a", 10), 9), (Ids{"b", "late"}));
    EXPECT_EQ(open(errand("gone", 10), 1), (Ids{"late"}));
    EXPECT_EQ(open(errand("late", 30), 9), Ids{});
    EXPECT_EQ(store_->errands({}, 1), (std::vector{errand("first", 5)}));
    commit([](edi::Change& c) {
        c.errands = {errand("a", 40)};
        c.errands_gone = {named("first"), named("none")};
    });
    EXPECT_EQ(open({}, 9), (Ids{"b", "late", "a"}));
    commit([](edi::Change& c) { c.errands_gone = {named("a"), named("b"), named("late")}; });
    EXPECT_EQ(open({}, 9), Ids{});
    EXPECT_EQ(open({}, 9), Ids{});
    commit([](edi::Change& c) { c.errands = {errand("new", 1)}; });
    EXPECT_EQ(open({}, 9), (Ids{"new"}));
    commit({one([](edi::Change& c) { c.errands = {errand("x", 2)}; }),
            one([](edi::Change& c) { c.errands_gone = {named("x")}; })});
    EXPECT_EQ(open({}, 9), (Ids{"new"}));
}

TEST_P(Stores, LicencesAreWarnedOfWhileTheyAreValidAndNobodyWas) {
    const auto told = [](auto each) {
        each.expiring_told = true;
        return each;
    };
    auto closed = licence("L-4", "2026-12-01");
    closed.state = edi::LicenceState::Exhausted;
    commit([&](edi::Change& c) {
        c.licences = {licence("L-3", "2026-12-31"),
                      licence("L-2", "2026-12-30"),
                      licence("L-1", "2026-12-30"),
                      told(licence("L-0", "2026-12-01")),
                      closed,
                      licence("L-5", "")};
    });
    const auto expiring = [&](const char* day, std::size_t limit) {
        return ids(store_->expiring_until(day, limit), &edi::Licence::number);
    };
    EXPECT_EQ(expiring("2026-12-29", 9), Ids{});
    EXPECT_EQ(expiring("2026-12-30", 9), (Ids{"L-1", "L-2"}));
    EXPECT_EQ(expiring("2026-12-31", 9), (Ids{"L-1", "L-2", "L-3"}));
    EXPECT_EQ(expiring("2026-12-31", 2), (Ids{"L-1", "L-2"}));
    EXPECT_EQ(expiring("2026-12-31", 0), Ids{});
    closed = licence("L-3", "2026-12-31");
    closed.state = edi::LicenceState::Cancelled;
    commit([&](edi::Change& c) {
        c.licences = {told(licence("L-1", "2026-12-30")), closed, licence("L-2", "2026-12-28")};
    });
    EXPECT_EQ(expiring("2026-12-31", 9), (Ids{"L-2"}));
    EXPECT_EQ(expiring("2026-12-28", 9), (Ids{"L-2"}));
    // The warning does not take it out of what expires.
    EXPECT_EQ(ids(store_->expired_before("2026-12-31", 9), &edi::Licence::number),
              (Ids{"L-0", "L-2", "L-1"}));
}

TEST_P(Stores, IncompleteResultsComeBySeqUntilTheyAreWhole) {
    using enum edi::ResultState;
    commit([](edi::Change& c) {
        c.results = {result("a", 300, Incomplete), result("b", 7, Incomplete),
                     result("c", 8, Unclaimed), result("d", 9, Applied)};
    });
    EXPECT_EQ(ids(store_->incomplete(9), &edi::MinistryResult::id), (Ids{"b", "a"}));
    EXPECT_EQ(ids(store_->incomplete(1), &edi::MinistryResult::id), (Ids{"b"}));
    EXPECT_TRUE(store_->incomplete(0).empty());
    commit([](edi::Change& c) {
        c.results = {result("b", 7, Applied), result("c", 8, Incomplete)};
    });
    EXPECT_EQ(ids(store_->incomplete(9), &edi::MinistryResult::id), (Ids{"c", "a"}));
}

}  // namespace
