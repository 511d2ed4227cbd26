// Design 4: after a failed sync no start on the same page cache: the mark counts until the host
// was restarted or the file system was mounted anew (tests/system/poison_test.cpp),
// and for nothing else.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/files.hpp"
#include "base/stop.hpp"
#include "instance.hpp"

namespace {

namespace fs = std::filesystem;
using permitd::refuse_when_marked;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Mark : public testing::Test {
protected:
    Mark() {
        std::string name = fs::temp_directory_path() / "mark-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        mark_ = folder_ + "/poisoned";
        struct stat status {};
        ::stat(folder_.c_str(), &status);
        device_ = status.st_dev;
        std::ifstream{"/proc/sys/kernel/random/boot_id"} >> boot_;
    }
    ~Mark() override {
        base::set_failed_sync_hook({});
        fs::remove_all(folder_);
    }
    std::string line(const std::string& boot, dev_t device, const std::string& life) const {
        return boot + ' ' + std::to_string(major(device)) + ':' + std::to_string(minor(device)) +
               ' ' + life + '\n';
    }
    void put(const std::string& text) const { std::ofstream{mark_} << text; }
    std::string content() const {
        std::ifstream in{mark_};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    std::string refusal() const {
        const auto allowed = refuse_when_marked(mark_, {folder_});
        if (allowed) return "";
        EXPECT_EQ(allowed.fault().remedy, base::Remedy::Stop);
        return allowed.fault().text;
    }

    std::string folder_, mark_, boot_;
    dev_t device_ = 0;
};

TEST_F(Mark, ThatIsNotThereRefusesNothing) { EXPECT_EQ(refusal(), ""); }

TEST_F(Mark, IsLeftByAFailedSyncAndCountsInThisBoot) {
    permitd::mark_failed_syncs(mark_);
    base::failed_sync(device_);
    EXPECT_EQ(content(), line(boot_, device_, permitd::life_of(device_)));
    EXPECT_THAT(refusal(), AllOf(HasSubstr(folder_), HasSubstr(mark_), HasSubstr("a sync failed")));
    EXPECT_TRUE(fs::exists(mark_));
}

TEST_F(Mark, CountsForEachFileSystemThatFailed) {
    permitd::mark_failed_syncs(mark_);
    base::failed_sync(makedev(250, 250));
    // A box may be a mount of its own.
    EXPECT_THAT(refusal(), AllOf(HasSubstr("device 250:250"), Not(HasSubstr(folder_ + ":"))));
    put("00000000-0000-0000-0000-000000000000 250:250 \n" +
        line(boot_, device_, permitd::life_of(device_)));
    EXPECT_THAT(refusal(), HasSubstr(folder_ + ":"));
}

TEST_F(Mark, OfAnotherBootIsRemoved) {
    put(line("00000000-0000-0000-0000-000000000000", device_, permitd::life_of(device_)));
    EXPECT_EQ(refusal(), "");
    EXPECT_FALSE(fs::exists(mark_));
}

TEST_F(Mark, OfAnotherLifeOfTheFileSystemIsRemoved) {
    put(line(boot_, device_, "/sys/fs/ext4/sda1 12"));
    EXPECT_EQ(refusal(), "");
    EXPECT_FALSE(fs::exists(mark_));
}

// btrfs, ZFS, network file systems, memory: nobody can see that they were mounted anew.
TEST_F(Mark, OfAFileSystemThatShowsNoLifeCountsUntilItIsRemovedByHand) {
    put(line(boot_, device_, ""));
    EXPECT_THAT(refusal(), HasSubstr("rm " + mark_));
}

TEST_F(Mark, ThatIsTornOrUnreadableRefuses) {
    for (const std::string& torn : {std::string{"\n"}, boot_, boot_ + " 254", boot_ + " 254:0"}) {
        put(torn);
        EXPECT_THAT(refusal(), HasSubstr("rm " + mark_)) << torn;
    }
    fs::remove(mark_);
    fs::create_directory(mark_);
    EXPECT_THAT(refusal(), HasSubstr(mark_));
}

// systemd removes the run directory when the service ends, unless told.
TEST_F(Mark, OutlivesTheServiceUnderSystemd) {
    std::ifstream in{PERMITD_SOURCE "/systemd/permitd.service"};
    const std::string unit{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_THAT(unit, HasSubstr("\nRuntimeDirectoryPreserve=yes\n"));
}

TEST(Life, IsShownForTheRootFileSystemOfThisHostOrNotAtAll) {
    struct stat status {};
    ASSERT_EQ(::stat("/", &status), 0);
    const std::string life = permitd::life_of(status.st_dev);
    if (!life.empty()) {
        EXPECT_THAT(life, testing::StartsWith("/sys/fs/"));
    }
    EXPECT_EQ(life, permitd::life_of(status.st_dev));
}

}  // namespace
