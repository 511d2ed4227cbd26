// A file system has no inodes left while there is room enough: as a full disk, for state and spool
// (quality.md 1, "no inodes"; operations.md 1, "Admission"). Root only, because it mounts.
#include "system/filled_line.hpp"

namespace {

using line::FilledLine;
using testing::HasSubstr;

constexpr const char* size = "size=512m,nr_inodes=4096";

class NoInodes : public FilledLine {};

TEST_F(NoInodes, OfTheStateHoldCommitsUntilThereAreSome) {
    if (!begin_on("state", size)) GTEST_SKIP() << "no right to mount";
    drop(20);
    ASSERT_NO_FATAL_FAILURE(expect_under_way(5));
    ASSERT_NO_FATAL_FAILURE(expect_commits_held(
        {[this](std::uint64_t left) { disk_->fill_inodes(left); }, 100, 25, "free-inodes"}));
    EXPECT_EQ(line_.stop(), 0);
}

TEST_F(NoInodes, OfSpoolAndArchiveHoldReceiptsUntilThereAreSome) {
    if (!begin_on("spool", size)) GTEST_SKIP() << "no right to mount";
    drop(20);
    ASSERT_NO_FATAL_FAILURE(expect_under_way(5));
    disk_->fill_inodes(0);
    ASSERT_TRUE(says("delivery-stuck")) << line_.daemon().words();
    ASSERT_TRUE(says("intake-held")) << line_.daemon().words();
    disk_->clear();
    drop(25);
    ASSERT_NO_FATAL_FAILURE(expect_all_done());
    EXPECT_EQ(told("delivery-stuck"), 1u);
    EXPECT_EQ(told("intake-held"), 1u);
    EXPECT_EQ(line_.stop(), 0);
}

}  // namespace
