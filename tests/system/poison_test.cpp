// Design 4: after a failed sync no start on the same page cache, whatever the mount; a real
// remount lifts it. A full disk and damaged files leave no mark: freed space, or a backup that
// was put back, is enough. Root only, because it mounts.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <fstream>

#include "crash/disk.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using crash::FileSystem;
using line::milliseconds;
using line::patience;
using testing::HasSubstr;

// A disk that loses what it is given: the file behind its loop device cannot grow. Its first failed
// sync is the last one that says so.
class LosingDisk {
public:
    LosingDisk(FileSystem kind, const fs::path& folder) : ground_(folder.string() + ".ground") {
        fs::create_directories(ground_);
        if (::mount("none", ground_.c_str(), "tmpfs", 0, "size=3g") != 0) {
            why_ = "no right to mount";
            return;
        }
        grounded_ = true;
        fs::create_symlink(ground_ / "img", folder.string() + ".img");
        auto made = crash::Disk::make(kind, folder);
        if (made)
            disk_ = *std::move(made);
        else
            why_ = made.fault().text;
    }
    ~LosingDisk() {
        disk_.reset();
        if (grounded_) ::umount2(ground_.c_str(), MNT_DETACH);
    }
    const std::string& why_not() const { return why_; }

    void begin_to_lose() const {
        struct statfs all {};
        ASSERT_EQ(::statfs(ground_.c_str(), &all), 0);
        resize((all.f_blocks - all.f_bfree) * static_cast<std::uint64_t>(all.f_bsize));
    }
    void mend() const { resize(std::uint64_t{3} << 30); }
    void mount_anew() {
        disk_->unmount();
        disk_->mount();
    }

private:
    void resize(std::uint64_t bytes) const {
        const std::string size = "size=" + std::to_string(bytes);
        ASSERT_EQ(::mount("none", ground_.c_str(), nullptr, MS_REMOUNT, size.c_str()), 0);
    }

    fs::path ground_;
    bool grounded_ = false;
    std::unique_ptr<crash::Disk> disk_;
    std::string why_;
};

class Poison : public testing::TestWithParam<FileSystem> {
protected:
    // 74, and nothing was done to the files.
    std::string refusal() {
        EXPECT_EQ(line_.launch().ended(patience), 74) << line_.daemon().words();
        EXPECT_THAT(line_.daemon().words(), HasSubstr("a sync failed"));
        EXPECT_TRUE(fs::exists(mark_));
        return line_.daemon().words();
    }
    fs::path place(const char* name) const { return line_.folder() / name; }
    // It works, then a sync fails on that disk, and the disk is mended.
    void fail_a_sync_on(LosingDisk& disk) {
        line_.start_sandbox();
        line_.start();
        line::drop_numbered(line_, "POISON-", 0, 5);
        ASSERT_TRUE(line_.settles(5, patience)) << line_.daemon().words();
        disk.begin_to_lose();
        try {
            line::drop_numbered(line_, "POISON-", 5, 15);
        } catch (const fs::filesystem_error&) {
            // The file system may give up while the partner still writes: enough is there.
        }
        ASSERT_EQ(line_.daemon().ended(patience), 74) << line_.daemon().words();
        disk.mend();
    }

    line::Line line_{{.scenario = "at-once.yaml"}};
    const fs::path mark_ = line_.folder() / "run/poisoned";
};

TEST_P(Poison, OfTheStateIsLiftedByARealRemountOnly) {
    LosingDisk disk{GetParam(), place("state")};
    if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
    ASSERT_NO_FATAL_FAILURE(fail_a_sync_on(disk));
    EXPECT_THAT(line_.daemon().words(), HasSubstr("\"event\":\"stopping-at-once\""));

    EXPECT_THAT(refusal(), HasSubstr(place("state").string()));
    // systemd's PrivateMounts gives each start mounts of its own.
    line_.setup.before = {"/usr/bin/unshare", "--mount"};
    refusal();
    // A container may show no sysfs: that is no sign of a new mount.
    line_.setup.before.insert(line_.setup.before.end(),
                              {"/bin/sh", "-c", "umount -l /sys; exec \"$@\"", "sh"});
    refusal();
    line_.setup.before = {};
    // A mount that is left somewhere keeps the page cache.
    const fs::path elsewhere = place("elsewhere");
    fs::create_directories(elsewhere);
    ASSERT_EQ(::mount(place("state").c_str(), elsewhere.c_str(), nullptr, MS_BIND, nullptr), 0);
    disk.mount_anew();
    refusal();
    ASSERT_EQ(::umount2(elsewhere.c_str(), 0), 0);
    refusal();

    disk.mount_anew();
    line_.start();
    ASSERT_TRUE(line_.settles(15, patience)) << line_.daemon().words();
    EXPECT_FALSE(fs::exists(mark_));
    EXPECT_EQ(line_.outcomes(), 15u);
    EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
    EXPECT_THAT(line_.unsound(), testing::IsEmpty());
    EXPECT_EQ(line_.stop(), 0);
}

TEST_P(Poison, OfTheSpoolIsNotLiftedByARemountOfTheState) {
    LosingDisk disk{GetParam(), place("spool")};
    if (!disk.why_not().empty()) GTEST_SKIP() << disk.why_not();
    fs::create_directories(place("spool") / "acme/OutBox");
    ASSERT_NO_FATAL_FAILURE(fail_a_sync_on(disk));
    const std::string told = refusal();
    EXPECT_THAT(told, HasSubstr(place("spool").string()));
    EXPECT_THAT(told, testing::Not(HasSubstr(place("state").string())));
    disk.mount_anew();
    line_.start();
    EXPECT_FALSE(fs::exists(mark_));
    // What the partner dropped on that disk, and nobody synced, may be lost.
    line::drop_numbered(line_, "POISON-", 15, 16);
    ASSERT_TRUE(line::becomes_true(
        [&] { return !line_.kinds(line::numbered("POISON-", 15)).empty(); }, patience))
        << line_.daemon().words();
    EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line_.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(On, Poison, testing::Values(FileSystem::Ext4, FileSystem::Xfs),
                         [](const auto& kind) {
                             return kind.param == FileSystem::Ext4 ? "ext4" : "xfs";
                         });

void flip_a_byte(const fs::path& file) {
    std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekg(4);
    const char byte = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(4);
    bytes.put(byte);
}

// Operations 3: 78 for what somebody must mend. A backup that is put back starts by itself.
TEST(DamagedState, EndsWith78AndLeavesNoMark) {
    line::Line line{{.scenario = "at-once.yaml"}};
    line.start_sandbox();
    line.start();
    line::drop_numbered(line, "POISON-", 0, 3);
    ASSERT_TRUE(line.settles(3, patience)) << line.daemon().words();
    // The next start moves what the log holds into tables.
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(line.stop(), 0);
        if (i == 0) line.start();
    }
    const fs::path state = line.folder() / "state", backup = line.folder() / "backup";
    fs::copy(state, backup, fs::copy_options::recursive);
    std::size_t tables = 0;
    for (const auto& each : fs::directory_iterator{state / "store"})
        if (each.path().extension() == ".sst") {
            flip_a_byte(each.path());
            ++tables;
        }
    ASSERT_GT(tables, 0u);
    EXPECT_EQ(line.launch().ended(patience), 78) << line.daemon().words();
    EXPECT_THAT(line.daemon().words(), HasSubstr("restore a backup"));
    EXPECT_FALSE(fs::exists(line.folder() / "run/poisoned"));

    fs::remove_all(state);
    fs::rename(backup, state);
    line.start();
    line::drop_numbered(line, "POISON-", 3, 4);
    ASSERT_TRUE(line.settles(4, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
}

// Operations 3: 75, try again. Who frees space need not do more.
TEST(FullState, IsWaitedForAndLeavesNoMark) {
    line::Line line{{.scenario = "at-once.yaml"}};
    const fs::path state = line.folder() / "state", ballast = state / "ballast";
    fs::create_directories(state);
    if (::mount("none", state.c_str(), "tmpfs", 0, "size=256m") != 0)
        GTEST_SKIP() << "no right to mount";
    line.start_sandbox();
    std::ofstream{ballast, std::ios::binary} << std::string(240u << 20, 'x');
    line.launch();
    EXPECT_TRUE(line.daemon().says("\"event\":\"start-waits\"", patience)) << line.daemon().words();
    EXPECT_FALSE(fs::exists(state / "store"));
    fs::remove(ballast);
    EXPECT_TRUE(line.daemon().says("\"event\":\"started\"", patience)) << line.daemon().words();
    line::drop_numbered(line, "POISON-", 0, 1);
    EXPECT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);

    std::ofstream{ballast, std::ios::binary} << std::string(240u << 20, 'x');
    line.launch();
    EXPECT_TRUE(line.daemon().says("\"event\":\"start-waits\"", patience));
    EXPECT_EQ(line.stop(), 75) << "a signal ends the wait";
    EXPECT_FALSE(fs::exists(line.folder() / "run/poisoned"));
    ::umount2(state.c_str(), MNT_DETACH);
}

}  // namespace
