// The promises of worker/leash.hpp: what a courier needs works, and nothing else does.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "unit/worker/attempts.hpp"
#include "unit/worker/subject.hpp"
#include "worker/landlock.hpp"

namespace {

using subject::ask;

class Leashed : public testing::Test {
protected:
    void SetUp() override {
        if (subject::sanitized) GTEST_SKIP() << "a sanitizer needs what the leash forbids";
        ASSERT_NE(::mkdtemp(own_.data()), nullptr);
        ASSERT_NE(::mkdtemp(other_.data()), nullptr);
    }
    void TearDown() override {
        std::error_code none;
        std::filesystem::remove_all(own_, none);
        std::filesystem::remove_all(other_, none);
    }
    std::unique_ptr<worker::Pool> pool(const std::string& kind = "leashed") {
        worker::Options made = subject::options(kind, own_);
        made.processes = 1;
        auto pool = worker::Pool::start(std::move(made));
        if (!pool) ADD_FAILURE() << pool.fault().text;
        return pool ? *std::move(pool) : nullptr;
    }

    std::string own_ = testing::TempDir() + "permitd-leash-XXXXXX";
    std::string other_ = testing::TempDir() + "permitd-other-XXXXXX";
};

TEST_F(Leashed, works_on_its_own_files_and_on_no_others) {
    const auto leashed = pool();
    EXPECT_EQ(ask(*leashed, "keep-in " + own_).bytes, "bytes");
    if (worker::landlock_version() > 0) {
        EXPECT_NE(ask(*leashed, "keep-in " + other_).bytes, "bytes");
    }
    EXPECT_EQ(ask(*leashed, "resolve localhost").bytes, "found");
    EXPECT_EQ(leashed->restarts(), 0U);
}

TEST_F(Leashed, connects_to_its_port_and_to_no_other) {
    EXPECT_EQ(ask(*pool(), "attempt connect").bytes, "got");
    if (worker::landlock_version() >= 4) {
        EXPECT_EQ(ask(*pool("leashed-to-port-2"), "attempt connect").bytes, "refused");
    }
}

class Strain : public Leashed, public testing::WithParamInterface<const char*> {};

TEST_P(Strain, is_deadly_or_refused) {
    const std::string name = GetParam();
    const bool by_landlock = name == "open-file" || name == "create-file";
    if (by_landlock && worker::landlock_version() == 0) GTEST_SKIP() << "no Landlock here";
    const worker::Reply reply = ask(*pool(), "attempt " + name);
    EXPECT_TRUE(reply.harmful || reply.bytes == "refused") << reply.bytes;
}

INSTANTIATE_TEST_SUITE_P(Leashed, Strain,
                         testing::Values("open-file", "open-parent-memory", "create-file", "fork",
                                         "thread", "execve", "ptrace", "read-memory",
                                         "signal-parent", "executable-memory", "make-executable",
                                         "raise-limit", "memfd", "epoll", "chdir", "unshare",
                                         "personality"),
                         [](const auto& each) {
                             std::string name = each.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
