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

// Some name services keep a socket of their own; without it the C library goes on to the next.
TEST_F(Leashed, is_told_of_a_name_what_everybody_is_told) {
    const std::string question = "resolve no-such-host.invalid";
    EXPECT_EQ(ask(*pool(), question).bytes, ask(*pool("uncaged"), question).bytes);
}

// A file that others run with the identity of whoever made it.
TEST_F(Leashed, makes_no_file_that_lends_its_identity) {
    EXPECT_EQ(ask(*pool("uncaged"), "lend-identity-in " + own_).bytes, "open fchmod ");
    EXPECT_EQ(ask(*pool(), "lend-identity-in " + own_).bytes, "");
}

// All that can be tried but what a courier needs, so that a new attempt is held against the leash
// as well. Each is shown to succeed elsewhere by cage_test.cpp.
std::vector<std::string> strains() {
    std::vector<std::string> names = subject::attempts();
    std::erase_if(names, [](const std::string& each) {
        return each == "connect" || each == "unlink" || each == "sleep" ||
               each == "handle-signal" || each == "write-kept-file";
    });
    return names;
}

class Strain : public Leashed, public testing::WithParamInterface<std::string> {};

TEST_P(Strain, is_deadly_or_refused) {
    const std::string name = GetParam();
    const bool by_landlock = name == "open-file" || name == "create-file";
    if (by_landlock && worker::landlock_version() == 0) GTEST_SKIP() << "no Landlock here";
    const worker::Reply reply = ask(*pool(), "attempt " + name);
    EXPECT_TRUE(reply.harmful || reply.bytes == "refused") << reply.bytes;
}

INSTANTIATE_TEST_SUITE_P(Leashed, Strain, testing::ValuesIn(strains()), [](const auto& each) {
    std::string name = each.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
