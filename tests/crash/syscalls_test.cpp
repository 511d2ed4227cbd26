// P1 to P4 (daemon/README.md) where an I/O system call does not come to pass: before each call of a
// journey of three documents the daemon is killed once, and each fails once with EIO, ENOSPC and
// EINTR, where it can. The daemon goes on, or ends with a status that is told; then it is started
// again, and nothing is lost, twice or half.
//
//   PERMITD_SEED    repeats a sample: the same calls, as far as the same are made
//   PERMITD_POINTS  so many of them (nightly: all unless told)
//   PERMITD_POINT   this one alone, such as "thread-7 openat 3 EIO"
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>

#include "crash/syscalls.hpp"

namespace crash {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t sample = 60;
// Of what only reads what is installed: few of these differ.
constexpr std::size_t sample_of_loading = 10;
// A trial mostly waits: for files to settle, for the daemon to end.
constexpr std::size_t at_once = 4;

std::size_t number_in(const char* variable, std::size_t absent) {
    const char* text = std::getenv(variable);
    return text ? std::stoul(text) : absent;
}

// Where a child tells what came of its points, a line each.
fs::path told_by(const fs::path& folder, std::size_t child) {
    return folder / ("told-" + std::to_string(child));
}

std::string in_one_line(std::string text) {
    std::ranges::replace(text, '\n', '\t');
    return text;
}

// Failures are collected, so that the next point is tried all the same.
std::string failures_of(Trial& trial, Outcome& outcome) {
    testing::TestPartResultArray results;
    {
        const testing::ScopedFakeTestPartResultReporter collects{
            testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results};
        try {
            outcome = trial.play();
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    }
    std::string text;
    for (int i = 0; i < results.size(); ++i)
        text += std::string{results.GetTestPartResult(i).message()} + '\n';
    return text;
}

void keep(const line::Line& line) {
    const fs::path kept = line.folder().string() + "-kept";
    line::run({"/bin/cp", "-a", line.folder(), kept}, {}, fs::temp_directory_path());
}

void try_each(const std::vector<Point>& points, std::size_t child, const fs::path& told) {
    std::ofstream out{told};
    for (std::size_t i = child; i < points.size(); i += at_once) {
        Outcome outcome;
        Trial trial{points[i]};
        const std::string failures = failures_of(trial, outcome);
        if (!failures.empty()) keep(trial.line());
        out << i << ' ' << outcome.reached << ' ' << outcome.status.value_or(-1) << ' '
            << (failures.empty() ? "" : trial.line().folder().string() + "-kept: ")
            << in_one_line(failures) << std::endl;
    }
}

class Tally {
public:
    void add(const Point& point, bool reached, int status, const std::string& failures) {
        ++tried_, reached_ += reached ? 1 : 0;
        if (reached) ++statuses_[status];
        if (failures.empty()) return;
        ++failed_;
        ADD_FAILURE() << "PERMITD_POINT='" << text_of(point) << "': " << failures;
    }
    void print(std::chrono::duration<double> seconds) const {
        std::cout << tried_ << " points, " << reached_ << " reached, " << failed_ << " failed; ";
        for (const auto& [status, count] : statuses_)
            std::cout << count << " ended with " << status << ", ";
        std::cout << seconds.count() << " s\n";
    }
    std::size_t tried() const { return tried_; }

private:
    std::size_t tried_ = 0, reached_ = 0, failed_ = 0;
    std::map<int, std::size_t> statuses_;
};

// In children: a parser is of one thread, and a program dies with the thread that started it.
void try_all(const std::vector<Point>& points, const fs::path& folder) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<pid_t> children;
    for (std::size_t child = 0; child < at_once; ++child) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            try_each(points, child, told_by(folder, child));
            ::_exit(0);
        }
        children.push_back(pid);
    }
    Tally tally;
    for (std::size_t child = 0; child < at_once; ++child) {
        int status = 0;
        ::waitpid(children[child], &status, 0);
        EXPECT_EQ(status, 0);
        std::ifstream in{told_by(folder, child)};
        std::size_t index = 0;
        bool reached = false;
        int ended = 0;
        for (std::string rest; in >> index >> reached >> ended && std::getline(in, rest);) {
            std::ranges::replace(rest, '\t', '\n');
            tally.add(points.at(index), reached, ended,
                      rest.substr(std::min<std::size_t>(1, rest.size())));
        }
    }
    EXPECT_EQ(tally.tried(), points.size()) << "a trial did not come to its end";
    tally.print(std::chrono::steady_clock::now() - begin);
}

// A part of both kinds, by the seed.
std::vector<Point> some_of(std::vector<Point> points, std::size_t count) {
    const std::size_t seed = number_in("PERMITD_SEED", std::random_device{}() % 1'000'000);
    std::cout << "PERMITD_SEED=" << seed << ": " << count << " of " << points.size() << " points\n";
    std::mt19937 dice{static_cast<std::uint32_t>(seed)};
    std::ranges::shuffle(points, dice);
    const auto loading =
        std::ranges::stable_partition(points, [](const Point& each) { return !each.is_loading; });
    const std::size_t others = points.size() - loading.size();
    const std::size_t of_loading = std::min(count * sample_of_loading / sample, loading.size());
    std::vector<Point> chosen{loading.begin(), loading.begin() + static_cast<long>(of_loading)};
    const std::size_t rest = std::min(count - of_loading, others);
    chosen.insert(chosen.end(), points.begin(), points.begin() + static_cast<long>(rest));
    return chosen;
}

void play(std::size_t count) {
#ifdef PERMITD_SANITIZED
    GTEST_SKIP() << "a sanitizer makes calls of its own, and does not work under ptrace";
#endif
    Trial first{std::nullopt};
    if (const std::string why = Watch::why_not(first.line()); !why.empty())
        GTEST_SKIP() << "no call can be watched here: " << why;
    if (const char* text = std::getenv("PERMITD_POINT")) {
        const auto point = point_in(text);
        ASSERT_TRUE(point) << text;
        return try_all({*point}, first.line().folder());
    }
    const std::vector<Point> all = points_of(first.count(), first.line().folder());
    ASSERT_FALSE(testing::Test::HasFailure());
    ASSERT_GT(all.size(), sample);
    try_all(some_of(all, std::min(count, all.size())), first.line().folder());
}

TEST(Syscalls, ThatDoNotComeToPassCostNothing) { play(number_in("PERMITD_POINTS", sample)); }
TEST(NightlySyscalls, ThatDoNotComeToPassCostNothing) {
    play(number_in("PERMITD_POINTS", std::numeric_limits<std::uint32_t>::max()));
}

// Reads and writes that do a part of what they are asked for, or are interrupted, are gone on with.
TEST(ShortCounts, CostNothing) {
    const std::size_t seed = number_in("PERMITD_SEED", std::random_device{}() % 1'000'000);
    for (std::size_t i = 0; i < 4; ++i) {
        const std::string own = std::to_string(seed + i);
        SCOPED_TRACE("PERMITD_SEED=" + own);
        Trial trial{std::nullopt, {"/usr/bin/env", "PERMITD_TEST_SHORT_COUNTS=" + own}};
        EXPECT_EQ(trial.play().status, 0);
    }
}

}  // namespace
}  // namespace crash
