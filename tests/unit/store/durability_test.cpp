// Promise: what commit() returned from is there after every kind of end, and a store that was
// damaged does not open as if nothing had happened.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "base/files.hpp"
#include "base/stop.hpp"
#include "fixtures.hpp"
#include "store/records.hpp"
#include "store/rocks.hpp"
#include "store/rocks_store.hpp"

namespace {

using namespace fixtures;
namespace fs = std::filesystem;

std::unique_ptr<edi::Store> open(const std::string& path) {
    auto opened = store::open_rocks_store(path);
    if (!opened) throw std::runtime_error(opened.fault().text);
    return std::move(*opened);
}

void commit(edi::Store& store, auto fill) {
    const std::vector changes{one(fill)};
    store.commit(changes);
}

// The content of a store whose receipt number is n: n deliveries, the number itself, one message.
void step(edi::Store& store, std::uint64_t n) {
    commit(store, [&](edi::Change& c) {
        auto each = delivery(n);
        each.bytes = std::string(2000 + n % 7000, static_cast<char>('a' + n % 26));
        c.deliveries = {each};
        c.counters = edi::Counters{n, {{"acme", n}}};
        c.messages = {message("M-" + std::to_string(n), static_cast<long long>(n))};
        c.submissions = {submission("k", edi::MessageState::Waiting, static_cast<long long>(n))};
    });
}

void expect_whole(const edi::Store& store, std::uint64_t at_least) {
    const std::uint64_t n = store.counters().receipt_number;
    EXPECT_GE(n, at_least);
    const auto deliveries = store.deliveries(0, n + 10);
    ASSERT_EQ(deliveries.size(), n);
    for (std::uint64_t i = 1; i <= n; ++i) {
        EXPECT_EQ(deliveries[i - 1].number, i);
        EXPECT_EQ(deliveries[i - 1].bytes,
                  std::string(2000 + i % 7000, static_cast<char>('a' + i % 26)));
    }
    if (n > 0) {
        EXPECT_EQ(store.message_counts().at(edi::MessageState::Waiting), n);
        EXPECT_EQ(store.next_due(), at(static_cast<long long>(n)));
    }
}

TEST(Rocks, EverythingIsThereAfterAClose) {
    const Scratch scratch;
    {
        const auto store = open(scratch.path());
        for (std::uint64_t n = 1; n <= 50; ++n) step(*store, n);
    }
    for (int i = 0; i < 2; ++i) expect_whole(*open(scratch.path()), 50);
}

// A child writes and tells us each number once its commit returned, until it is killed.
[[noreturn]] void write_until_killed(const std::string& path, int acknowledged) {
    const auto store = open(path);
    for (std::uint64_t n = store->counters().receipt_number + 1;; ++n) {
        step(*store, n);
        if (::write(acknowledged, &n, sizeof n) != sizeof n) ::_exit(1);
    }
}

TEST(Rocks, EveryAcknowledgedCommitIsThereAfterKill9) {
    const Scratch scratch;
    std::mt19937 random{7};
    std::uint64_t acknowledged = 0;
    for (int round = 0; round < 12; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) write_until_killed(scratch.path(), ends[1]);
        ::close(ends[1]);
        const std::uint64_t until = acknowledged + 1 + random() % 40;
        std::uint64_t n = 0;
        while (n < until && ::read(ends[0], &n, sizeof n) == sizeof n) acknowledged = n;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(ends[0], &n, sizeof n) == sizeof n) acknowledged = n;
        ::close(ends[0]);
        ASSERT_GE(acknowledged, until) << "the child ended by itself";
        expect_whole(*open(scratch.path()), acknowledged);
    }
}

TEST(Rocks, ASecondOpenerIsToldWhoHoldsIt) {
    const Scratch scratch;
    {
        const auto store = open(scratch.path());
        const auto second = store::open_rocks_store(scratch.path());
        ASSERT_FALSE(second);
        EXPECT_EQ(second.fault().remedy, base::Remedy::RetryLater);
        EXPECT_NE(second.fault().text.find(std::to_string(::getpid())), std::string::npos)
            << second.fault().text;
    }
    EXPECT_TRUE(store::open_rocks_store(scratch.path()));
}

// A store as kill -9 leaves it: records in the WAL only.
void leave_unflushed(const std::string& path, std::uint64_t count) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(path, ends[1]);
    ::close(ends[1]);
    std::uint64_t n = 0;
    while (n < count && ::read(ends[0], &n, sizeof n) == sizeof n) continue;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
}

fs::path largest_wal(const std::string& directory) {
    fs::path found;
    for (const auto& each : fs::directory_iterator{directory})
        if (each.path().extension() == ".log" &&
            (found.empty() || each.file_size() > fs::file_size(found)))
            found = each.path();
    return found;
}

// hardening: the default recovery mode drops synced records behind a damaged one without a word.
TEST(Rocks, DamageInTheMiddleOfTheWalRefusesToOpen) {
    const Scratch scratch;
    leave_unflushed(scratch.path(), 60);
    const fs::path wal = largest_wal(scratch.path());
    ASSERT_GT(fs::file_size(wal), 100'000u);
    std::fstream file{wal, std::ios::in | std::ios::out | std::ios::binary};
    const auto middle = static_cast<std::streamoff>(fs::file_size(wal) / 2);
    file.seekg(middle);
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(middle);
    file.put(byte);
    file.close();
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.fault().remedy, base::Remedy::AskOperator);
    EXPECT_NE(opened.fault().text.find("damaged"), std::string::npos) << opened.fault().text;
}

// The oldest first.
std::vector<fs::path> logs_in(const std::string& path) {
    std::vector<fs::path> logs;
    for (const auto& each : fs::directory_iterator{path})
        if (each.path().extension() == ".log") logs.push_back(each.path());
    std::ranges::sort(logs);
    return logs;
}

// Writes until a second log was begun, and ends as kill -9 does. One column is flushed then; what
// the others hold is in the older log alone.
[[noreturn]] void write_two_logs(const std::string& path) {
    const auto store = open(path);
    for (std::uint64_t n = 1; n < 100 && logs_in(path).size() < 2; ++n)
        commit(*store, [&](edi::Change& c) {
            auto each = delivery(n);
            each.bytes = std::string(1u << 20, 'x');
            c.deliveries = {each};
            c.messages = {message("M-" + std::to_string(n), static_cast<long long>(n))};
        });
    ::_exit(0);
}

TEST(Rocks, ALogThatIsMissingRefusesToOpen) {
    const Scratch scratch;
    const std::string path = scratch.path() + "/store", copy = scratch.path() + "/copy";
    open(path).reset();  // its format is in no log when it is opened again
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_two_logs(path);
    ::waitpid(child, nullptr, 0);
    ASSERT_EQ(logs_in(path).size(), 2u);
    fs::copy(path, copy, fs::copy_options::recursive);
    EXPECT_GT(open(copy)->message_counts().at(edi::MessageState::Waiting), 1u);
    fs::remove(logs_in(path).front());
    const auto opened = store::open_rocks_store(path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.fault().remedy, base::Remedy::AskOperator);
    EXPECT_NE(opened.fault().text.find("restore a backup"), std::string::npos);
}

TEST(Rocks, ATornEndOfTheWalOpensWithAllBeforeIt) {
    const Scratch scratch;
    leave_unflushed(scratch.path(), 60);
    const fs::path wal = largest_wal(scratch.path());
    fs::resize_file(wal, fs::file_size(wal) - 100);
    const auto store = open(scratch.path());
    expect_whole(*store, 59);
}

TEST(Rocks, ALostCurrentIsNotANewStore) {
    const Scratch scratch;
    { step(*open(scratch.path()), 1); }
    fs::remove(scratch.path() + "/CURRENT");
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.fault().remedy, base::Remedy::AskOperator);
    EXPECT_NE(opened.fault().text.find("CURRENT"), std::string::npos) << opened.fault().text;
}

TEST(Rocks, AMissingDirectoryIsMadeAndAnImpossibleOneIsAFault) {
    const Scratch scratch;
    EXPECT_TRUE(store::open_rocks_store(scratch.path() + "/a/b"));
    std::ofstream{scratch.path() + "/file"} << "x";
    EXPECT_FALSE(store::open_rocks_store(scratch.path() + "/file/store"));
}

void rewrite(const std::string& directory, store::Column column, const std::string& key,
             std::optional<std::string> bytes) {
    auto rocks = store::Rocks::open(directory);
    ASSERT_TRUE(rocks) << rocks.fault().text;
    (*rocks)->write({{{column, key}, std::move(bytes)}});
}

TEST(Rocks, ANewerFormatIsRefusedWithWhatToDo) {
    const Scratch scratch;
    { step(*open(scratch.path()), 1); }
    rewrite(scratch.path(), store::Column::Meta, "format",
            store::encode(store::Format{store::format_number + 1}));
    const auto opened = store::open_rocks_store(scratch.path());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.fault().remedy, base::Remedy::AskOperator);
    EXPECT_NE(opened.fault().text.find("newer"), std::string::npos) << opened.fault().text;
}

TEST(Rocks, AFormatThatIsLostOrDamagedIsRefused) {
    using Bytes = std::optional<std::string>;
    for (const auto& bytes : {Bytes{}, Bytes{"rubbish"}}) {
        const Scratch scratch;
        { step(*open(scratch.path()), 1); }
        rewrite(scratch.path(), store::Column::Meta, "format", bytes);
        EXPECT_FALSE(store::open_rocks_store(scratch.path()));
    }
}

TEST(Rocks, ADamagedRecordStopsTheDaemonInsteadOfBeingRead) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const Scratch scratch;
    { step(*open(scratch.path()), 1); }
    rewrite(scratch.path(), store::Column::Submissions, "k", "rubbish");
    const auto store = open(scratch.path());
    EXPECT_EXIT((void)store->submission("k"), testing::ExitedWithCode(78), "damaged record");
    EXPECT_EXIT((void)store->due(at(99), 9), testing::ExitedWithCode(78), "damaged record");
}

// The durable step comes before the write: a crash there leaves nothing of the batch.
TEST(Rocks, ACrashBeforeTheWriteLeavesNothing) {
    struct Crash {};
    const Scratch scratch;
    const auto store = open(scratch.path());
    step(*store, 1);
    std::string seen;
    base::set_durable_step_hook([&](const char* name) {
        seen = name;
        throw Crash{};
    });
    EXPECT_THROW(step(*store, 2), Crash);
    base::set_durable_step_hook([](const char*) {});
    EXPECT_EQ(seen, "commit");
    expect_whole(*store, 1);
    step(*store, 2);
    expect_whole(*store, 2);
}

TEST(Rocks, AnEmptyBatchWritesNothing) {
    const Scratch scratch;
    const auto store = open(scratch.path());
    int steps = 0;
    base::set_durable_step_hook([&](const char*) { ++steps; });
    const std::vector<edi::Change> nothing(3);
    store->commit(nothing);
    store->commit({});
    base::set_durable_step_hook([](const char*) {});
    EXPECT_EQ(steps, 0);
}

}  // namespace
