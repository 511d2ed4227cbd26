// Somebody else fills a disk while answers and results come. Nothing is lost or made twice; it is
// told once, and goes on by itself when there is room (quality.md 1, "full disk"; operations.md 1,
// "Admission"). Root only, because it mounts.
#include <fstream>

#include "system/filled_line.hpp"

namespace {

namespace fs = std::filesystem;
using line::FilledLine;
using line::patience;
using testing::HasSubstr;

constexpr const char* size = "size=200m";

class FullDisk : public FilledLine {};

// Below half of the intake's floor nothing is committed: the store does not meet the full disk.
TEST_F(FullDisk, OfTheStateHoldsCommitsUntilThereIsRoom) {
    if (!begin_on("state", size)) GTEST_SKIP() << "no right to mount";
    drop(20);
    ASSERT_NO_FATAL_FAILURE(expect_under_way(5));
    ASSERT_NO_FATAL_FAILURE(expect_commits_held(
        {[this](std::uint64_t left) { disk_->fill_bytes(left); }, 8u << 20, 30, "commits"}));
    EXPECT_EQ(told("intake-goes-on"), 1u);
    EXPECT_EQ(line_.stop(), 0);
}

TEST_F(FullDisk, OfTheStateDoesNotKeepItFromStopping) {
    if (!begin_on("state", size)) GTEST_SKIP() << "no right to mount";
    line_.setup.settings = "stop_within: 1s\n";
    line_.write_config();
    EXPECT_EQ(line_.stop(), 0);
    line_.start();
    drop(10);
    ASSERT_NO_FATAL_FAILURE(expect_under_way(3));
    disk_->fill_bytes(8u << 20);
    ASSERT_TRUE(says("commits-held")) << line_.daemon().words();
    EXPECT_EQ(line_.stop(), 0) << line_.daemon().words();
    disk_->clear();
    line_.start();
    ASSERT_NO_FATAL_FAILURE(expect_all_done());
    EXPECT_EQ(line_.stop(), 0);
}

// Receipts and originals: the archive and the boxes are on one file system.
TEST_F(FullDisk, OfSpoolAndArchiveHoldsReceiptsUntilThereIsRoom) {
    if (!begin_on("spool", size)) GTEST_SKIP() << "no right to mount";
    drop(20);
    ASSERT_NO_FATAL_FAILURE(expect_under_way(5));
    disk_->fill_bytes(0);
    ASSERT_TRUE(says("delivery-stuck")) << line_.daemon().words();
    ASSERT_TRUE(says("intake-held")) << line_.daemon().words();
    disk_->clear();
    drop(30);
    ASSERT_NO_FATAL_FAILURE(expect_all_done());
    EXPECT_EQ(told("delivery-stuck"), 1u);
    EXPECT_EQ(told("delivery-resumed"), 1u);
    EXPECT_EQ(told("intake-held"), 1u);
    EXPECT_EQ(line_.stop(), 0);
}

// An application whose record alone is more than what the log has reserved for itself.
std::string large_declaration(const std::string& id) {
    std::string text = line::declaration(id, id);
    const std::string end = "</LicenceApplication>";
    for (int i = 0; i < 11; ++i)  // "%PDF-1.4\n" and zeros
        text.insert(text.find(end), "<Attachment name=\"" + std::to_string(i) +
                                        ".pdf\" mediaType=\"application/pdf\">JVBERi0xLjQK" +
                                        std::string(1'300'000, 'A') + "</Attachment>");
    return text;
}

// What nobody can rule out: the disk is full between our look and the write. It ends with 75, and
// without the mark of a disk that failed; the start waits for room and goes on by itself.
TEST_F(FullDisk, ThatIsMetByAWriteEndsWith75AndTheNextStartGoesOn) {
    line_.setup.program = "hooked-permitd";
    line_.setup.intake = "settle: 200ms";
    if (!begin_on("state", "size=600m")) GTEST_SKIP() << "no right to mount";
    drop(3);
    ASSERT_TRUE(line_.settles(3, patience)) << line_.daemon().words();
    // Without a ministry nothing is committed but what is dropped.
    EXPECT_EQ(line_.stop(), 0);
    line_.end_sandbox();
    line_.start();
    const fs::path hold = line_.folder() / "hold-commit",
                   held = line_.folder() / "hold-commit.held";
    std::ofstream{hold} << '\n';
    const std::string id = line::numbered("FULL-", dropped_++);
    line_.drop(id + ".xml", large_declaration(id));
    ASSERT_TRUE(line::becomes_true([&] { return fs::exists(held); }, patience));
    disk_->fill_bytes(0);
    fs::remove(hold);
    ASSERT_EQ(line_.daemon().ended(patience), 75) << line_.daemon().words();
    EXPECT_THAT(line_.daemon().words(), HasSubstr("\"event\":\"stopping-at-once\""));
    EXPECT_THAT(line_.daemon().words(), HasSubstr("free space on that disk"));
    EXPECT_FALSE(fs::exists(line_.folder() / "run/poisoned"));
    line_.launch();
    ASSERT_TRUE(says("start-waits")) << line_.daemon().words();
    disk_->clear();
    ASSERT_TRUE(says("started")) << line_.daemon().words();
    line_.start_sandbox();
    drop(10);
    ASSERT_NO_FATAL_FAILURE(expect_all_done());
    EXPECT_EQ(line_.stop(), 0);
}

}  // namespace
