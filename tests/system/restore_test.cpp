// A backup of the state is put back, or the state is lost, beside an archive that knows more
// (gateway.md, "A restored state"; design.md 4): with the real programs.
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr milliseconds in_time{60'000};

void drop(const line::Line& line, const std::string& id, const std::string& reference) {
    line.drop(id + ".xml", line::declaration(id, reference));
}

void copy_state(const line::Line& line, const char* from, const char* to) {
    fs::remove_all(line.folder() / to);
    fs::copy(line.folder() / from, line.folder() / to, fs::copy_options::recursive);
}

bool is_answered(line::Line& line, const std::string& id, std::size_t receipts) {
    return line::becomes_true([&] { return line.kinds(id).size() >= receipts; }, in_time);
}

std::string restored_of(const line::Line& line, const char* field) {
    const auto status = line.status();
    const auto* restored = status.if_contains("restored");
    return restored ? boost::json::serialize(restored->at(field)) : "none";
}

TEST(Restore, ABackupOfTheStateGoesOnBehindWhatWasIssued) {
    line::Line line;
    line.start_sandbox();
    line.start();
    drop(line, "A-1", "PO-1");
    ASSERT_TRUE(line.settles(1, in_time)) << line.daemon().words();
    ASSERT_EQ(line.stop(), 0);
    copy_state(line, "state", "backup");
    line.start();
    drop(line, "A-2", "PO-2");
    drop(line, "A-3", "PO-3");
    ASSERT_TRUE(line.settles(3, in_time)) << line.daemon().words();
    ASSERT_EQ(line.stop(), 0);
    const std::size_t issued = line.receipts().size();

    copy_state(line, "backup", "state");
    line.start();
    EXPECT_THAT(line.daemon().words(), HasSubstr("\"event\":\"state-restored\""));
    EXPECT_EQ(restored_of(line, "messages_missing"), "2");
    EXPECT_EQ(restored_of(line, "receipt_issued"), std::to_string(issued));
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("restored since"));
    drop(line, "A-4", "PO-4");
    drop(line, "B-2", "PO-2");  // as another message: it may be the same declaration
    ASSERT_TRUE(is_answered(line, "A-4", 3)) << line.daemon().words();
    ASSERT_TRUE(is_answered(line, "B-2", 1)) << line.daemon().words();
    EXPECT_THAT(line.kinds("B-2"), testing::ElementsAre("rejected"));
    drop(line, "A-2", "PO-2");
    ASSERT_TRUE(line::becomes_true(
        [&] { return std::ranges::count(line.kinds("A-2"), std::string{"submitted"}) == 2; },
        in_time))
        << line.daemon().words();
    EXPECT_THAT(line.unsound(), IsEmpty());
    EXPECT_EQ(line.stop(), 0);

    // Told once, known until all is there again.
    line.start();
    EXPECT_THAT(line.daemon().words(), Not(HasSubstr("state-restored")));
    EXPECT_EQ(restored_of(line, "messages_missing"), "1");
    drop(line, "A-3", "PO-3");
    ASSERT_TRUE(line::becomes_true(
        [&] { return std::ranges::count(line.kinds("A-3"), std::string{"submitted"}) == 2; },
        in_time));
    EXPECT_EQ(line.stop(), 0);
    line.start();
    EXPECT_THAT(line.daemon().words(), HasSubstr("\"event\":\"state-whole\""));
    EXPECT_EQ(restored_of(line, "messages_missing"), "none");
    EXPECT_EQ(line.counter("messages", "declared"), 4u);
    EXPECT_EQ(line.counter("messages", "repeats"), 0u) << "sent again without asking";
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_THAT(line.unsound(), IsEmpty());
    EXPECT_EQ(line.stop(), 0);
}

TEST(Restore, AnEmptyStateBesideAnArchiveIsNoticed) {
    line::Line line;
    line.start_sandbox();
    line.start();
    for (const char* id : {"A-1", "A-2"}) drop(line, id, id);
    ASSERT_TRUE(line.settles(2, in_time)) << line.daemon().words();
    ASSERT_EQ(line.stop(), 0);
    fs::remove_all(line.folder() / "state");
    // The key of the ledger is lost with it: nobody goes on with another one unasked.
    EXPECT_EQ(line.launch().ended(in_time), 78);
    EXPECT_THAT(line.daemon().words(), HasSubstr("the archive is signed by"));
    std::ofstream{line.folder() / "state" / "ledger.key.old"};
    line.start();
    EXPECT_THAT(line.daemon().words(), HasSubstr("\"event\":\"state-restored\""));
    EXPECT_EQ(restored_of(line, "receipt_known"), "0");
    drop(line, "B-1", "A-1");
    drop(line, "B-2", "B-2");
    ASSERT_TRUE(is_answered(line, "B-1", 1)) << line.daemon().words();
    EXPECT_THAT(line.kinds("B-1"), testing::ElementsAre("rejected"));
    ASSERT_TRUE(is_answered(line, "B-2", 3)) << line.daemon().words();
    EXPECT_THAT(line.unsound(), IsEmpty());
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line.stop(), 0);
}

// What was being declared when the backup was made was declared since: it is asked for, not sent.
TEST(Restore, WhatWaitedInTheBackupIsAskedForBeforeItIsSent) {
    line::Line line;
    line.start_sandbox();
    line.end_sandbox();
    line.start();
    drop(line, "A-1", "PO-1");
    ASSERT_TRUE(is_answered(line, "A-1", 1)) << line.daemon().words();
    ASSERT_EQ(line.stop(), 0);
    copy_state(line, "state", "backup");
    line.start_sandbox();
    line.start();
    ASSERT_TRUE(line.settles(1, in_time)) << line.daemon().words();
    ASSERT_EQ(line.stop(), 0);
    copy_state(line, "backup", "state");
    line.start();
    ASSERT_TRUE(line::becomes_true(
        [&] { return std::ranges::count(line.kinds("A-1"), std::string{"submitted"}) == 2; },
        in_time))
        << line.daemon().words();
    EXPECT_EQ(line.counter("messages", "declared"), 1u);
    EXPECT_EQ(line.counter("messages", "repeats"), 0u);
    EXPECT_THAT(line.unsound(), IsEmpty());
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
