// The cage of the real `permitd --worker`, taken over within (tests/system/taken_worker.cpp): what
// a document that runs code of its own there can do. P6. Nothing of it counts in sanitizer builds,
// whose workers are not caged.
#include <gmock/gmock.h>
#include <unistd.h>

#include <future>

#include "system/line.hpp"
#include "unit/worker/attempts.hpp"
#include "worker/pool.hpp"

namespace {

constexpr std::size_t memory_max = std::size_t{64} << 20;

std::unique_ptr<worker::Pool> taken_over(const char* kind) {
    worker::Options options;
    options.processes = 1;
    options.memory_bytes_max = memory_max;
    options.job_time_max = std::chrono::seconds{2};
    options.command = {"/usr/bin/env", "LD_PRELOAD=" PERMITD_TAKEN_WORKER, PERMITD_BIN "/permitd",
                       kind, PERMITD_SOURCE};
    auto pool = worker::Pool::start(std::move(options));
    if (!pool) throw std::runtime_error{pool.fault().text};
    return std::move(*pool);
}

worker::Reply order(worker::Pool& pool, const std::string& what) {
    std::promise<worker::Reply> told;
    pool.submit("taken: " + what, [&](worker::Reply reply) { told.set_value(std::move(reply)); });
    return told.get_future().get();
}

std::string outcome(const worker::Reply& reply) { return reply.harmful ? "killed" : reply.bytes; }

class TakenOver : public testing::Test {
protected:
    void SetUp() override {
#ifdef PERMITD_SANITIZED
        GTEST_SKIP() << "a sanitizer needs what the cage forbids";
#endif
    }
};

// That each of these succeeds outside of a cage, test_worker shows (Attempt.succeeds_outside_...).
TEST_F(TakenOver, WorkerGetsNothingThatItTries) {
    const auto pool = taken_over("--worker");
    for (const std::string& name : subject::attempts())
        EXPECT_THAT(outcome(order(*pool, name)), testing::AnyOf("refused", "killed")) << name;
    EXPECT_GT(pool->restarts(), 0u);
}

TEST_F(TakenOver, WorkerCannotReachTheStoreOfARunningDaemon) {
    line::Line line;
    line.start();
    const std::string store = line.folder() / "state/store";
    ASSERT_EQ(subject::attempt_to_open(store), "got");
    EXPECT_EQ(outcome(order(*taken_over("--worker"), "open " + store)), "refused");
    EXPECT_EQ(line.stop(), 0);
}

TEST_F(TakenOver, WorkerHasNoMoreMemoryAndTimeThanItIsGiven) {
    const auto pool = taken_over("--worker");
    const unsigned long mebibytes = std::stoul(order(*pool, "grow").bytes);
    EXPECT_GE(mebibytes, 16u);
    EXPECT_LE(mebibytes, memory_max >> 20);
    EXPECT_TRUE(order(*pool, "spin").harmful);
    EXPECT_EQ(pool->restarts(), 2u);
}

}  // namespace
