// Promise: a disk that is full ends the process with what passes (75), a sync that fails with what
// does not (74), and only the failed sync is told. Root only, because it mounts.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/files.hpp"
#include "base/stop.hpp"
#include "fixtures.hpp"
#include "store/rocks_store.hpp"

namespace {

using namespace fixtures;
namespace fs = std::filesystem;

constexpr unsigned child_seconds_max = 60;
constexpr int told_of_a_failed_sync = 99;

void step(edi::Store& store, std::uint64_t n) {
    edi::Change change;
    auto each = delivery(n);
    each.bytes = std::string(100'000, static_cast<char>('a' + n % 26));
    change.deliveries = {each};
    change.counters = edi::Counters{n, {{"acme", n}}};
    const std::vector changes{std::move(change)};
    store.commit(changes);
}

class FullDisk : public testing::Test {
protected:
    FullDisk() { mounted_ = ::mount("none", place(), "tmpfs", 0, "size=60m") == 0; }
    ~FullDisk() override {
        if (mounted_) ::umount2(place(), MNT_DETACH);
    }
    void SetUp() override {
        if (!mounted_) GTEST_SKIP() << "no right to mount";
    }
    const char* place() const { return scratch_.path().c_str(); }
    void fill() const {
        std::ofstream ballast{scratch_.path() + "/ballast", std::ios::binary};
        const std::string block(4096, 'x');
        while (ballast.write(block.data(), 4096).flush()) {
        }
    }

    const Scratch scratch_;
    bool mounted_ = false;
};

TEST_F(FullDisk, EndsWith75AndIsNoFailedSync) {
    const std::string path = scratch_.path() + "/store";
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(child_seconds_max);
        base::set_failed_sync_hook([](dev_t) { ::_exit(told_of_a_failed_sync); });
        auto store = store::open_rocks_store(path);
        if (!store) ::_exit(1);
        step(**store, 1);
        fill();
        for (std::uint64_t n = 2; n < 1000; ++n) step(**store, n);
        ::_exit(2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 75);

    fs::remove(scratch_.path() + "/ballast");
    const auto store = store::open_rocks_store(path);
    ASSERT_TRUE(store) << store.fault().text;
    const std::uint64_t last = (*store)->counters().receipt_number;
    EXPECT_GE(last, 1u);
    EXPECT_EQ((*store)->deliveries(0, 2000).size(), last);
}

// The first that does not find room is RocksDB's own log.
TEST_F(FullDisk, AtTheOpeningEndsWith75Too) {
    const std::string path = scratch_.path() + "/store";
    ASSERT_TRUE(store::open_rocks_store(path));
    fill();
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(child_seconds_max);
        const auto store = store::open_rocks_store(path);
        ::_exit(store ? 2 : base::exit_status(store.fault()));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 75);
    fs::remove(scratch_.path() + "/ballast");
    EXPECT_TRUE(store::open_rocks_store(path));
}

}  // namespace
