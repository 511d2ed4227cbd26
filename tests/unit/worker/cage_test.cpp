// The promises of worker/cage.hpp. Each attempt is shown to succeed outside the cage first: a test
// of a lock is worth nothing if the door was walled up.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "unit/worker/attempts.hpp"
#include "unit/worker/subject.hpp"
#include "worker/cage.hpp"
#include "worker/landlock.hpp"

namespace {

using subject::ask;

class Caged : public testing::Test {
protected:
    void SetUp() override {
        if (subject::sanitized) GTEST_SKIP() << "a sanitizer needs what the cage forbids";
        ASSERT_NE(::mkdtemp(directory_.data()), nullptr);
    }
    void TearDown() override {
        ::unlink(kept().c_str());
        ::rmdir(directory_.c_str());
    }
    std::string kept() const { return directory_ + "/kept"; }

    std::unique_ptr<worker::Pool> pool(const std::string& kind,
                                       std::size_t memory_bytes_max = 512u << 20) {
        worker::Options made = subject::options(kind, kept());
        made.processes = 1;
        made.memory_bytes_max = memory_bytes_max;
        auto pool = worker::Pool::start(std::move(made));
        if (!pool) ADD_FAILURE() << pool.fault().text;
        return pool ? *std::move(pool) : nullptr;
    }

private:
    std::string directory_ = testing::TempDir() + "permitd-cage-XXXXXX";
};

class Attempt : public Caged, public testing::WithParamInterface<std::string> {};

TEST_P(Attempt, succeeds_outside_the_cage) {
    const std::string told = ask(*pool("keeps-file-uncaged"), "attempt " + GetParam()).bytes;
    if (told == "refused" && subject::may_be_refused_by_host(GetParam()))
        GTEST_SKIP() << "this host refuses it to everybody";
    EXPECT_EQ(told, GetParam() == "write-kept-file" ? "refused" : "got");
}

TEST_P(Attempt, is_deadly_or_refused_inside) {
    const auto caged = pool("keeps-file");
    const worker::Reply reply = ask(*caged, "attempt " + GetParam());
    EXPECT_TRUE(reply.harmful || reply.bytes == "refused") << reply.bytes;
    EXPECT_EQ(ask(*caged, "echo well").bytes, "well");
}

INSTANTIATE_TEST_SUITE_P(Caged, Attempt, testing::ValuesIn(subject::attempts()),
                         [](const auto& each) {
                             std::string name = each.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

// Refused, not deadly: libraries look for optional files without evil in mind.
TEST_F(Caged, finds_no_files_and_lives) {
    const auto caged = pool("plain");
    EXPECT_EQ(ask(*caged, "attempt open-file").bytes, "refused");
    EXPECT_EQ(caged->restarts(), 0U);
}

TEST_F(Caged, can_use_the_libraries_that_it_needs) {
    // libcrypto sets itself up at its first use, which may be inside.
    EXPECT_EQ(ask(*pool("plain"), "sha256 abc").bytes, base::sha256_hex("abc"));
}

TEST_F(Caged, memory_ends_at_the_limit_as_bad_alloc) {
    const auto caged = pool("plain", 64u << 20);
    const auto mebibytes = std::stoul(ask(*caged, "grow").bytes);
    EXPECT_GE(mebibytes, 48U);
    EXPECT_LE(mebibytes, 64U);
    EXPECT_EQ(caged->restarts(), 0U);
}

TEST_F(Caged, a_document_that_outgrows_its_worker_costs_itself) {
    const auto caged = pool("plain", 64u << 20);
    EXPECT_TRUE(ask(*caged, "bad-alloc").harmful);
    EXPECT_TRUE(ask(*caged, "big 67108864").harmful);  // the limit less what is in use
    EXPECT_TRUE(ask(*caged, "recurse").harmful);       // the stack is limited as well
    EXPECT_EQ(ask(*caged, "echo well").bytes, "well");
}

// On its own, because inside the cage the filter answers before Landlock is asked.
TEST_F(Caged, landlock_alone_forbids_files) {
    if (worker::landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
    const auto locked = pool("landlocked");
    EXPECT_EQ(ask(*locked, "attempt open-file").bytes, "refused");
    EXPECT_EQ(ask(*locked, "attempt create-file").bytes, "refused");
    if (worker::landlock_version() >= 4) {
        EXPECT_EQ(ask(*locked, "attempt connect").bytes, "refused");
    }
    if (worker::landlock_version() >= 6) {
        EXPECT_EQ(ask(*locked, "attempt signal-parent").bytes, "refused");
    }
}

}  // namespace
