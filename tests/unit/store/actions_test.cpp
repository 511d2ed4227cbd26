// Promises about what operators do: actions are kept by number and found by message, pauses stand
// until they are replaced, what is on hold is never due, and a walk goes on where it stopped.
#include "conformance.hpp"

namespace conformance {
namespace {

using Numbers = std::vector<std::uint64_t>;

Numbers numbers_of(const std::vector<edi::Action>& actions) {
    Numbers found;
    for (const edi::Action& each : actions) found.push_back(each.number);
    return found;
}

TEST_P(Stores, ActionsComeByNumberAndAreBounded) {
    commit([](edi::Change& c) {
        c.actions = {action(1, {"M-1"}), action(300, {"M-2"}), action(2, {"M-1", "M-3"})};
    });
    commit([](edi::Change& c) { c.catalogues = {catalogue(2026)}; });
    EXPECT_EQ(numbers_of(store_->actions(0, 99)), (Numbers{1, 2, 300}));
    EXPECT_EQ(numbers_of(store_->actions(0, 2)), (Numbers{1, 2}));
    EXPECT_EQ(numbers_of(store_->actions(2, 99)), (Numbers{300}));
    EXPECT_TRUE(store_->actions(300, 99).empty());
    EXPECT_TRUE(store_->actions(0, 0).empty());
    EXPECT_EQ(store_->actions(1, 1), (std::vector{action(2, {"M-1", "M-3"})}));
}

TEST_P(Stores, ActionsAreFoundByMessageTheNewestOnes) {
    commit([](edi::Change& c) {
        c.actions = {action(1, {"M-1"}), action(2, {"M-10"}), action(3, {"M-1", "M-2"})};
    });
    commit([](edi::Change& c) { c.actions = {action(260, {"M-1"})}; });
    const auto on = [&](const char* id, std::size_t limit) {
        return numbers_of(store_->actions_on(edi::record_id("91110108MA0000015T", id), limit));
    };
    EXPECT_EQ(on("M-1", 99), (Numbers{1, 3, 260}));
    EXPECT_EQ(on("M-1", 2), (Numbers{3, 260}));
    EXPECT_EQ(on("M-2", 99), (Numbers{3}));
    EXPECT_EQ(on("M-10", 99), (Numbers{2}));
    EXPECT_TRUE(on("M", 99).empty());
}

// An enterprise's number may begin as any state's.
TEST_P(Stores, AnActionIsNoOpenMessage) {
    for (const char first : {'0', '1', '2', '3', '4'})
        commit([&](edi::Change& c) {
            c.actions = {action(1, {})};
            c.actions[0].targets = {
                {edi::record_id(first + std::string(17, '0'), "M-1"), "", "", "", ""}};
        });
    EXPECT_TRUE(store_->oldest_messages().empty());
}

TEST_P(Stores, PausesStandUntilTheyAreReplaced) {
    EXPECT_TRUE(store_->pauses().empty());
    const std::vector both{pause(edi::Flow::Intake), pause(edi::Flow::Results)};
    commit([&](edi::Change& c) { c.pauses = both; });
    commit([](edi::Change& c) { c.cursor = "c-1"; });
    EXPECT_EQ(store_->pauses(), both);
    commit([](edi::Change& c) { c.pauses = std::vector<edi::Pause>{}; });
    EXPECT_TRUE(store_->pauses().empty());
}

TEST_P(Stores, WhatIsOnHoldIsNeverDue) {
    auto held = submission("k1", MessageState::Waiting, 5);
    held.on_hold = true;
    auto sending = submission("k3", MessageState::Sending, 5);
    sending.on_hold = true;
    commit([&](edi::Change& c) {
        c.submissions = {held, submission("k2", MessageState::InDoubt, 6), sending};
    });
    EXPECT_EQ(ids(store_->due(at(9), 9), &edi::Submission::key), (Ids{"k2"}));
    EXPECT_EQ(store_->next_due(), at(6));
    EXPECT_EQ(ids(store_->sending(), &edi::Submission::key), (Ids{"k3"}));
    held.on_hold = false;
    commit([&](edi::Change& c) { c.submissions = {held}; });
    EXPECT_EQ(ids(store_->due(at(9), 9), &edi::Submission::key), (Ids{"k1", "k2"}));
    held.on_hold = true;
    commit([&](edi::Change& c) { c.submissions = {held}; });
    EXPECT_EQ(ids(store_->due(at(9), 9), &edi::Submission::key), (Ids{"k2"}));
}

TEST_P(Stores, AWalkThroughMessagesGoesOnWhereItStopped) {
    commit([](edi::Change& c) {
        c.messages = {message("M-3", 2), message("M-1", 1), message("M-2", 1), message("M-4", 3)};
    });
    edi::MessagePlace last{base::Time::min(), {}};
    Ids seen;
    for (bool more = true; more;) {
        more = false;
        store_->each_message_after(last, [&](const edi::MessageRecord& record) {
            seen.push_back(record.message_id);
            last = {record.file.received_at, edi::record_id(record)};
            more = true;
            return false;
        });
        // What moves on behind it does not come again.
        if (seen.size() == 2) commit([](edi::Change& c) { c.messages = {message("M-1", 1)}; });
    }
    EXPECT_EQ(seen, (Ids{"M-1", "M-2", "M-3", "M-4"}));
}

}  // namespace
}  // namespace conformance
