// The promises of worker/pool.hpp: a hostile document costs itself and nothing else.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <future>
#include <iterator>
#include <latch>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "base/files.hpp"
#include "base/log.hpp"
#include "unit/worker/subject.hpp"
#include "worker/frame.hpp"

namespace {

using namespace std::chrono_literals;
using subject::ask;
using subject::options;
using testing::HasSubstr;

std::unique_ptr<worker::Pool> started(worker::Options options) {
    auto pool = worker::Pool::start(std::move(options));
    if (!pool) ADD_FAILURE() << pool.fault().text;
    return pool ? *std::move(pool) : nullptr;
}

std::unique_ptr<worker::Pool> started(const std::string& kind, unsigned processes = 1) {
    worker::Options made = options(kind);
    made.processes = processes;
    return started(std::move(made));
}

TEST(Pool, matches_replies_to_jobs_from_many_threads) {
    worker::Options made = options("plain");
    made.processes = 3;
    made.queue_max = 4;  // so that submit() has to wait
    const auto pool = started(std::move(made));
    constexpr int threads = 8, each = 100;
    std::latch all{threads * each};
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> senders;
        for (int t = 0; t < threads; ++t)
            senders.emplace_back([&, t] {
                for (int i = 0; i < each; ++i) {
                    const std::string text = std::to_string(t) + "/" + std::to_string(i);
                    pool->submit("echo " + text, [&, text](worker::Reply reply) {
                        right += !reply.harmful && reply.bytes == text;
                        all.count_down();
                    });
                }
            });
    }
    all.wait();
    EXPECT_EQ(right, threads * each);
    EXPECT_EQ(pool->restarts(), 0U);
}

TEST(Pool, carries_jobs_and_replies_larger_than_a_socket_holds) {
    const auto pool = started("plain");
    const std::string large(20u << 20, 'y');
    EXPECT_EQ(ask(*pool, "echo " + large).bytes, large);
    EXPECT_EQ(ask(*pool, "echo").bytes, "");
    const worker::Reply whole = ask(*pool, "big " + std::to_string(worker::reply_bytes_max));
    EXPECT_EQ(whole.bytes.size(), worker::reply_bytes_max);
}

class HarmfulJob : public testing::TestWithParam<const char*> {};

// Two tries, not one (a neighbour may have spoiled the worker) and not three (a crash loop).
TEST_P(HarmfulJob, is_tried_twice_and_spares_its_neighbours) {
    const auto pool = started("plain");
    std::latch all{5};
    std::map<int, worker::Reply> replies;
    std::mutex mutex;
    for (int i = 0; i < 5; ++i)
        pool->submit(i == 2 ? GetParam() : "echo well", [&, i](worker::Reply reply) {
            const std::lock_guard lock{mutex};
            replies[i] = std::move(reply);
            all.count_down();
        });
    all.wait();
    for (const int i : {0, 1, 3, 4}) {
        EXPECT_FALSE(replies[i].harmful) << i;
        EXPECT_EQ(replies[i].bytes, "well") << i;
    }
    EXPECT_TRUE(replies[2].harmful);
    EXPECT_EQ(replies[2].bytes, "");
    EXPECT_EQ(pool->restarts(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Pool, HarmfulJob,
                         testing::Values("segv", "null", "abort", "exit", "throw", "wrong-serial",
                                         "huge", "torn", "garbage", "big 67108865"),
                         [](const auto& each) {
                             std::string name = each.param;
                             for (char& c : name)
                                 if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                             return name;
                         });

TEST(Pool, ends_a_job_that_spins_by_its_cpu_time) {
    worker::Options made = options("plain");
    made.processes = 1;
    made.job_time_max = 100ms;
    const auto pool = started(std::move(made));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(ask(*pool, "spin").harmful);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 200ms);  // two tries
    EXPECT_EQ(pool->restarts(), 2U);
    EXPECT_EQ(ask(*pool, "echo well").bytes, "well");
}

// Asleep it uses no CPU time at all: the wall clock ends it, at three times the limit.
TEST(Pool, ends_a_job_that_hangs) {
    worker::Options made = options("uncaged");
    made.processes = 1;
    made.job_time_max = 50ms;
    const auto pool = started(std::move(made));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(ask(*pool, "hang").harmful);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
    EXPECT_EQ(pool->restarts(), 2U);
}

// What a watchdog asks (daemon/pulse.hpp).
TEST(Pool, tells_how_long_an_attempt_lasts) {
    const auto pool = started("plain");
    EXPECT_FALSE(pool->longest_attempt());
    std::promise<bool> told;
    pool->submit("echo well",
                 [&](worker::Reply) { told.set_value(pool->longest_attempt().has_value()); });
    EXPECT_TRUE(told.get_future().get());
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (pool->longest_attempt() && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    EXPECT_FALSE(pool->longest_attempt());
}

TEST(Pool, does_not_charge_one_job_for_the_words_of_another) {
    const auto pool = started("plain");
    // The unasked frame in front is not the reply; nor can it become that of the next job.
    EXPECT_TRUE(ask(*pool, "babble").harmful);
    const worker::Reply next = ask(*pool, "echo mine");
    EXPECT_FALSE(next.harmful);
    EXPECT_EQ(next.bytes, "mine");
}

TEST(Pool, recycles_workers_after_so_many_jobs) {
    worker::Options made = options("plain");
    made.processes = 1;
    made.jobs_before_recycling = 5;
    const auto pool = started(std::move(made));
    std::map<std::string, int> jobs_of;
    for (int i = 0; i < 20; ++i) ++jobs_of[ask(*pool, "pid").bytes];
    EXPECT_EQ(jobs_of.size(), 4U);
    for (const auto& [pid, jobs] : jobs_of) EXPECT_EQ(jobs, 5) << pid;
    EXPECT_EQ(pool->restarts(), 0U);  // recycled, not lost
}

TEST(Pool, replaces_a_worker_that_died_idle_without_charging_the_next_job) {
    const auto pool = started("plain");
    const pid_t pid = std::stoi(ask(*pool, "pid").bytes);
    const base::Fd watched{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    pollfd ended{watched.number(), POLLIN, 0};
    ASSERT_EQ(::poll(&ended, 1, 30'000), 1);
    EXPECT_NE(ask(*pool, "pid").bytes, std::to_string(pid));
    EXPECT_EQ(pool->restarts(), 0U);
}

TEST(Pool, start_tells_the_words_of_a_set_up_that_failed) {
    const auto pool = worker::Pool::start(options("no-set-up"));
    ASSERT_FALSE(pool);
    EXPECT_EQ(pool.fault().remedy, base::Remedy::AskOperator);
    EXPECT_THAT(pool.fault().text, HasSubstr("xsd/mep.xsd:3:7: a hole"));
}

TEST(Pool, start_tells_how_a_worker_died_before_it_was_ready) {
    const auto dead = worker::Pool::start(options("dies-in-set-up"));
    ASSERT_FALSE(dead);
    EXPECT_THAT(dead.fault().text, HasSubstr(subject::sanitized ? "it " : "signal 11"));
    const auto nonsense = worker::Pool::start(options("nonsense"));
    ASSERT_FALSE(nonsense);
    EXPECT_THAT(nonsense.fault().text, HasSubstr("nonsense"));
    worker::Options missing;
    missing.command = {"/nonexistent/permitd"};
    const auto none = worker::Pool::start(missing);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.fault().text, HasSubstr("/nonexistent/permitd"));
    EXPECT_FALSE(worker::Pool::start({}));
}

// Documents wait while no worker can be started, and none of them is called harmful for it.
TEST(Pool, waits_for_better_times_when_workers_cannot_be_started) {
    std::string directory = testing::TempDir() + "permitd-pool-XXXXXX";
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    const std::string obstacle = directory + "/obstacle";
    worker::Options made = options("fails-while", obstacle);
    made.processes = 1;
    const auto pool = started(std::move(made));

    std::mutex mutex;
    std::condition_variable told;
    std::vector<std::string> lines;
    base::set_log_sink([&](std::string_view line) {
        const std::lock_guard lock{mutex};
        lines.emplace_back(line);
        told.notify_all();
    });
    const auto count = [&](const char* name) {
        return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
            return line.find('"' + std::string{name} + '"') != std::string::npos;
        });
    };
    ASSERT_TRUE(base::Fd{::creat(obstacle.c_str(), 0600)});
    std::thread waiting{[&] {
        EXPECT_TRUE(ask(*pool, "abort").harmful);
        EXPECT_EQ(ask(*pool, "echo patient").bytes, "patient");
    }};
    {
        std::unique_lock lock{mutex};
        EXPECT_TRUE(told.wait_for(lock, 60s, [&] { return count("workers-failing") > 0; }));
        EXPECT_THAT(lines.back(), HasSubstr("there is " + obstacle));
    }
    ::unlink(obstacle.c_str());
    waiting.join();
    base::set_log_sink(nullptr);
    EXPECT_EQ(count("workers-failing"), 1);
    EXPECT_EQ(count("workers-well"), 1);
    EXPECT_EQ(count("worker-lost"), 2);
    ::rmdir(directory.c_str());
}

TEST(Pool, kills_and_reaps_its_workers_at_its_end_and_waits_for_no_job) {
    auto pool = started("plain");
    const pid_t pid = std::stoi(ask(*pool, "pid").bytes);
    std::atomic<int> answered = 0;
    for (int i = 0; i < 3; ++i) pool->submit("spin", [&](worker::Reply) { ++answered; });
    pool.reset();  // the job may take ten minutes
    EXPECT_EQ(::kill(pid, 0), -1);
    EXPECT_EQ(errno, ESRCH);  // not even a zombie
    EXPECT_EQ(answered, 0);
}

TEST(Pool, workers_inherit_neither_descriptors_nor_secrets) {
    ::setenv("PERMITD_TEST_SECRET", "swordfish", 1);
    const base::Fd leaked{::dup2(STDERR_FILENO, 40)};  // without close-on-exec
    const std::string descriptors = ask(*started("descriptors"), "").bytes;
    std::istringstream words{descriptors};
    std::set<std::string> seen{std::istream_iterator<std::string>{words}, {}};
    seen.erase("4");  // the directory that it read
    EXPECT_THAT(seen, testing::ElementsAre("0", "1", "2", "3"));
    const std::string variables = ask(*started("plain"), "environment").bytes;
    EXPECT_THAT(variables, Not(HasSubstr("swordfish")));
    EXPECT_THAT(variables, HasSubstr("XERCES_DISABLE_DTD=1\n"));
    ::unsetenv("PERMITD_TEST_SECRET");
}

}  // namespace
