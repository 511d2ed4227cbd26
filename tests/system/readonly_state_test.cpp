// The state's file system is read-only: told, ended with 74, and gone on with when it can be
// written again (design.md 4; operations.md 3: 74 I/O). Root only, because it mounts.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

#include "crash/disk.hpp"
#include "system/line.hpp"
#include "system/small_disk.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;
using testing::HasSubstr;

class ReadOnlyState : public testing::Test {
protected:
    void drop(std::size_t to) {
        for (; dropped_ < to; ++dropped_) {
            const std::string id = line::numbered("RO-", dropped_);
            line_.drop(id + ".xml", line::declaration(id, id));
        }
    }
    void expect_each_once() {
        ASSERT_TRUE(line_.settles(dropped_, patience)) << line_.daemon().words();
        EXPECT_EQ(line_.outcomes(), dropped_);
        EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
        EXPECT_THAT(line_.unsound(), testing::IsEmpty());
        EXPECT_EQ(line_.stop(), 0);
    }

    line::Line line_{{.scenario = "at-once.yaml"}};
    const fs::path state_ = line_.folder() / "state", mark_ = line_.folder() / "run/poisoned";
    std::size_t dropped_ = 0;
};

TEST_F(ReadOnlyState, IsABadStartUntilItCanBeWritten) {
    const line::SmallDisk disk{state_, "size=300m"};
    if (!disk.is_mounted()) GTEST_SKIP() << "no right to mount";
    line_.start_sandbox();
    line_.start();
    drop(3);
    ASSERT_TRUE(line_.settles(3, patience)) << line_.daemon().words();
    EXPECT_EQ(line_.stop(), 0);
    ASSERT_EQ(::mount("none", state_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, "size=300m"), 0);
    drop(6);
    EXPECT_EQ(line_.launch().ended(patience), 74) << line_.daemon().words();
    EXPECT_THAT(line_.daemon().words(), HasSubstr("is read-only"));
    EXPECT_FALSE(fs::exists(mark_));
    ASSERT_EQ(::mount("none", state_.c_str(), nullptr, MS_REMOUNT, "size=300m"), 0);
    line_.start();
    expect_each_once();
}

// As the kernel makes it after an error of the disk.
TEST_F(ReadOnlyState, WhileItRunsEndsWith74AndAMountMakesItGoOn) {
    auto disk = crash::Disk::make(crash::FileSystem::Ext4, state_);
    if (!disk) GTEST_SKIP() << disk.fault().text;
    struct stat status {};
    ASSERT_EQ(::stat(state_.c_str(), &status), 0);
    const std::string number =
        std::to_string(major(status.st_dev)) + ':' + std::to_string(minor(status.st_dev));
    std::error_code none;
    const fs::path name = fs::read_symlink("/sys/dev/block/" + number, none).filename();
    const fs::path trigger = "/sys/fs/ext4" / name / "trigger_fs_error";
    if (name.empty() || !fs::exists(trigger)) GTEST_SKIP() << "no errors of ext4 to be had";
    ASSERT_EQ(::mount("none", state_.c_str(), nullptr, MS_REMOUNT, "errors=remount-ro"), 0);
    line_.start_sandbox();
    line_.start();
    drop(3);
    ASSERT_TRUE(line_.settles(3, patience)) << line_.daemon().words();
    std::ofstream{trigger} << "1\n";
    drop(6);
    ASSERT_EQ(line_.daemon().ended(patience), 74) << line_.daemon().words();
    EXPECT_THAT(line_.daemon().words(), HasSubstr("\"event\":\"stopping-at-once\""));
    EXPECT_EQ(line_.launch().ended(patience), 74) << line_.daemon().words();
    (*disk)->unmount();
    (*disk)->mount();
    line_.start();
    EXPECT_FALSE(fs::exists(mark_));
    expect_each_once();
}

}  // namespace
