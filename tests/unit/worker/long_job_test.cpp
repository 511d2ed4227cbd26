// Long jobs: pieces in, parts out, one at a time; the worker has its limits for each part (P6).
#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include "base/files.hpp"
#include "unit/worker/subject.hpp"
#include "worker/child.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class LongJob : public testing::Test {
protected:
    void start(std::chrono::milliseconds time_max = 10min) {
        worker::Options options = subject::options("long");
        options.job_time_max = time_max;
        auto child = worker::Child::start(options, bell_.number());
        ASSERT_TRUE(child) << child.fault().text;
        child_ = *std::move(child);
    }
    std::optional<std::string> converse(std::vector<std::string> pieces,
                                        const std::string& job = "job") {
        std::size_t at = 0;
        return child_->converse(
            job, [&] { return at < pieces.size() ? pieces[at++] : std::string{}; },
            [&](std::string part) {
                parts_.push_back(std::move(part));
                return parts_.size() < parts_max_;
            });
    }

    base::Fd bell_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::unique_ptr<worker::Child> child_;
    std::vector<std::string> parts_;
    std::size_t parts_max_ = 100'000;
};

TEST_F(LongJob, AsksForPiecesAndHandsOverParts) {
    start();
    EXPECT_EQ(converse({"one", "two"}), "job 2");
    EXPECT_THAT(parts_, ElementsAre("one", "two"));
    EXPECT_EQ(converse({}, "next"), "next 0");
}

TEST_F(LongJob, CarriesMoreThanAnySocketHolds) {
    start();
    const std::string piece(1u << 20, 'x');
    EXPECT_EQ(converse(std::vector<std::string>(64, piece)), "job 64");
    ASSERT_EQ(parts_.size(), 64u);
    EXPECT_EQ(parts_.back(), piece);
}

TEST_F(LongJob, AWorkerThatDiesGivesNothing) {
    start();
    EXPECT_EQ(converse({"one", "crash", "three"}), std::nullopt);
    EXPECT_THAT(parts_, ElementsAre("one"));
    EXPECT_FALSE(child_->was_interrupted());
    EXPECT_THAT(child_->end(), HasSubstr("died of signal 6"));
}

TEST_F(LongJob, OneThatTalksNonsenseGivesNothing) {
    start();
    EXPECT_EQ(converse({"nonsense"}), std::nullopt);
    EXPECT_THAT(child_->end(), HasSubstr("nonsense"));
}

TEST_F(LongJob, TimeIsAllowedForEachPartAnew) {
    start(200ms);
    EXPECT_EQ(converse(std::vector<std::string>(8, "burn")), "job 8");
    EXPECT_EQ(converse(std::vector<std::string>(8, "burn"), "silent"), std::nullopt);
    EXPECT_THAT(child_->end(), HasSubstr("used up its time"));
}

TEST_F(LongJob, OneThatSpinsIsEnded) {
    start(100ms);
    EXPECT_EQ(converse({"spin"}), std::nullopt);
    EXPECT_THAT(child_->end(), HasSubstr("used up its time"));
}

TEST_F(LongJob, IsGivenUpWhenNobodyWantsMore) {
    start();
    parts_max_ = 1;
    EXPECT_EQ(converse({"one", "two"}), std::nullopt);
    EXPECT_THAT(parts_, ElementsAre("one"));
}

TEST_F(LongJob, TheBellInterruptsItWithoutBlame) {
    start();
    ::eventfd_write(bell_.number(), 1);
    EXPECT_EQ(converse({"one"}), std::nullopt);
    EXPECT_TRUE(child_->was_interrupted());
}

TEST_F(LongJob, MemoryIsLimited) {
    if (subject::sanitized) GTEST_SKIP() << "a sanitizer needs the memory";
    start();
    EXPECT_EQ(converse({"grow"}), "job 1");
    EXPECT_LE(std::stoul(parts_.at(0)), 512u);
}

}  // namespace
