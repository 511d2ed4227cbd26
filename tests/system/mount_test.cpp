// The spool's file system goes read-only, away and comes back while permitd runs: nothing is lost,
// nothing is taken twice. Root only, because it mounts.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;

// The spool is a bind mount of a directory on a small file system of its own.
class MountedSpool : public testing::Test {
protected:
    MountedSpool() : line_({.scenario = "at-once.yaml", .intake = "settle: 200ms, rescan: 100ms"}) {
        spool_ = line_.folder() / "spool";
        disk_ = line_.folder() / "disk";
        fs::create_directories(disk_);
        mounted_ = ::mount("none", disk_.c_str(), "tmpfs", 0, "size=512m") == 0;
        if (!mounted_) return;
        fs::create_directories(disk_ / "spool/acme/OutBox");
        attach();
    }
    ~MountedSpool() override {
        if (!mounted_) return;
        line_.kill_at_once();
        while (::umount2(spool_.c_str(), MNT_DETACH) == 0) {
        }
        ::umount2(disk_.c_str(), MNT_DETACH);
    }
    void SetUp() override {
        if (!mounted_) GTEST_SKIP() << "no right to mount";
    }
    void attach() const {
        ASSERT_EQ(::mount((disk_ / "spool").c_str(), spool_.c_str(), nullptr, MS_BIND, nullptr), 0);
    }
    bool begin(std::size_t good) {
        line_.start_sandbox();
        line_.start();
        drop(good);
        return line_.settles(good, patience);
    }
    void drop(std::size_t to) {
        for (; dropped_ < to; ++dropped_) {
            const std::string id = line::numbered("DISK-", dropped_);
            line_.drop(id + ".xml", line::declaration(id, id));
        }
    }
    void expect_each_once() {
        for (std::size_t i = 0; i < dropped_; ++i) {
            const auto kinds = line_.kinds(line::numbered("DISK-", i));
            EXPECT_EQ(std::ranges::count(kinds, "accepted"), 1);
            EXPECT_EQ(std::ranges::count(kinds, "approved"), 1);
        }
        EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
        EXPECT_THAT(line_.unsound(), testing::IsEmpty());
    }

    line::Line line_;
    fs::path spool_, disk_;
    std::size_t dropped_ = 0;
    bool mounted_ = false;
};

TEST_F(MountedSpool, ThatIsReadOnlyForAWhileIsWrittenAgainAfterwards) {
    ASSERT_TRUE(begin(5)) << line_.daemon().words();
    ::kill(line_.daemon().pid(), SIGSTOP);
    drop(15);
    ASSERT_EQ(::mount("none", disk_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    ::kill(line_.daemon().pid(), SIGCONT);
    ASSERT_TRUE(line_.daemon().says("Read-only file system", patience)) << line_.daemon().words();
    EXPECT_FALSE(line_.daemon().ended(milliseconds{500}));
    ASSERT_EQ(::mount("none", disk_.c_str(), nullptr, MS_REMOUNT, nullptr), 0);
    drop(20);
    ASSERT_TRUE(line_.settles(20, patience)) << line_.daemon().words();
    expect_each_once();
    EXPECT_EQ(line_.stop(), 0);
}

// Nothing may be made in its place, or enterprises would drop files into what is hidden later.
TEST_F(MountedSpool, ThatIsNotMountedAtAStartIsNotMadeAnew) {
    ASSERT_TRUE(begin(3)) << line_.daemon().words();
    EXPECT_EQ(line_.stop(), 0);
    ASSERT_EQ(::umount2(spool_.c_str(), 0), 0);
    EXPECT_EQ(line_.launch().ended(patience), 78) << line_.daemon().words();
    EXPECT_THAT(line_.daemon().words(), testing::HasSubstr("not mounted. Mount it"));
    for (const char* each : {".archive", ".spool-id", "acme/InBox"})
        EXPECT_FALSE(fs::exists(spool_ / each)) << each;
    attach();
    line_.start();
    drop(6);
    ASSERT_TRUE(line_.settles(6, patience)) << line_.daemon().words();
    expect_each_once();
    EXPECT_EQ(line_.stop(), 0);
}

TEST_F(MountedSpool, ThatIsDetachedIsToldAndGoesOnWhenItIsBack) {
    ASSERT_TRUE(begin(5)) << line_.daemon().words();
    ASSERT_EQ(::umount2(spool_.c_str(), MNT_DETACH), 0);
    ASSERT_TRUE(line_.daemon().says("place-taken", patience)) << line_.daemon().words();
    attach();
    drop(10);
    ASSERT_TRUE(line_.settles(10, patience)) << line_.daemon().words();
    ASSERT_TRUE(line_.daemon().says("place-back", patience)) << line_.daemon().words();
    expect_each_once();
    EXPECT_EQ(line_.stop(), 0);
}

// Another disk in its place: nothing of it is taken, because receipts would go to the old one. It
// is told, and a restart takes what stands there.
TEST_F(MountedSpool, ThatIsMountedOverIsTakenWhenAnOperatorSaysSo) {
    ASSERT_TRUE(begin(1)) << line_.daemon().words();
    ASSERT_EQ(::mount("none", spool_.c_str(), "tmpfs", 0, "size=512m"), 0);
    fs::create_directories(spool_ / "acme/OutBox");
    ASSERT_TRUE(line_.daemon().says("place-taken", patience)) << line_.daemon().words();
    drop(2);
    EXPECT_EQ(line_.stop(), 0);
    EXPECT_EQ(line_.names("OutBox").size(), 1u);
    EXPECT_EQ(line_.launch().ended(patience), 78) << line_.daemon().words();
    fs::remove(line_.folder() / "state/spool-id");
    line_.start();
    ASSERT_TRUE(line_.settles(1, patience)) << line_.daemon().words();
    EXPECT_THAT(line_.kinds("DISK-00001"), testing::Contains("approved"));
    EXPECT_EQ(line_.stop(), 0);
}

}  // namespace
