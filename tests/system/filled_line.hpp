// FilledLine: the line on a small disk beneath its state or its spool, which somebody else fills
// while answers and results come (quality.md 1, "full disk … no inodes").
//
// Threads: one.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "system/line.hpp"
#include "system/small_disk.hpp"

namespace line {

class FilledLine : public testing::Test {
protected:
    // The sandbox reviews for seconds: some of it comes while the disk is full.
    FilledLine()
        : line_({.scenario = "everyday.yaml", .intake = "settle: 200ms, file_bytes_max: 1MiB"}) {}

    // False where there is no right to mount.
    bool begin_on(const char* place, const std::string& options) {
        disk_ = std::make_unique<SmallDisk>(line_.folder() / place, options);
        if (!disk_->is_mounted()) return false;
        std::filesystem::create_directories(line_.folder() / "spool/acme/OutBox");
        line_.start_sandbox();
        line_.start();
        return true;
    }
    void drop(std::size_t to) {
        drop_numbered(line_, "FULL-", dropped_, to);
        dropped_ = std::max(dropped_, to);
    }
    // So many are accepted, and the ministry has not yet said all it will.
    void expect_under_way(std::size_t accepted) {
        ASSERT_TRUE(becomes_true([&] { return kinds_of_all("accepted") >= accepted; }, patience))
            << line_.daemon().words();
    }
    std::size_t kinds_of_all(const std::string& kind) {
        std::size_t count = 0;
        for (const std::string& name : line_.names("InBox"))
            count += name.find('_' + kind + '_') != std::string::npos;
        return count;
    }
    bool says(const std::string& event) {
        return line_.daemon().says("\"event\":\"" + event + '"', patience);
    }
    std::size_t told(const std::string& event) { return times_told(line_.daemon().words(), event); }
    std::uint64_t commits() {
        const auto status = line_.status();
        return status.empty() ? 0 : status.at("commits").to_number<std::uint64_t>();
    }
    // What takes all but so much of the state's disk.
    struct Filling {
        std::function<void(std::uint64_t left)> fill;
        std::uint64_t few = 0;    // too few for a commit
        std::size_t dropped = 0;  // while it is full
        const char* shown = "";   // by permitctl status
    };
    // Nothing is committed while it is full, that is told once, and all goes on by itself.
    void expect_commits_held(const Filling& filling) {
        filling.fill(filling.few);
        ASSERT_TRUE(says("commits-held")) << line_.daemon().words();
        filling.fill(0);
        drop(filling.dropped);
        ASSERT_TRUE(says("intake-held")) << line_.daemon().words();
        const std::uint64_t before = commits();
        EXPECT_THAT(line_.permitctl({"status"}).out, testing::HasSubstr(filling.shown));
        for (int i = 0; i < 20; ++i) ASSERT_EQ(commits(), before);
        disk_->clear();
        ASSERT_NO_FATAL_FAILURE(expect_all_done());
        EXPECT_EQ(told("commits-held"), 1u);
        EXPECT_EQ(told("commits-go-on"), 1u);
        EXPECT_EQ(told("intake-held"), 1u);
    }
    // It goes on by itself: each has one outcome, and what the ministry said.
    void expect_all_done() {
        ASSERT_TRUE(line_.settles(dropped_, patience))
            << line_.permitctl({"status"}).out << line_.daemon().words();
        for (std::size_t i = 0; i < dropped_; ++i) {
            const auto kinds = line_.kinds(numbered("FULL-", i));
            EXPECT_EQ(std::ranges::count(kinds, "accepted"), 1) << i;
            EXPECT_EQ(std::ranges::count(kinds, "approved"), 1) << i;
        }
        EXPECT_EQ(line_.outcomes(), dropped_);
        EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
        EXPECT_THAT(line_.unsound(), testing::IsEmpty());
        EXPECT_FALSE(std::filesystem::exists(line_.folder() / "run/poisoned"));
    }

    Line line_;
    std::unique_ptr<SmallDisk> disk_;
    std::size_t dropped_ = 0;
};

}  // namespace line
