// Many files, many mailboxes, lost events: all is taken, and nobody waits for anybody else
// (operations.md 1; quality.md 1, system). Figures are printed; what is asserted of them is
// generous, because the machine is not the contract. Suites whose name begins with Nightly take
// minutes.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>
#include <iostream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using std::chrono::steady_clock;

double seconds_since(steady_clock::time_point begin) {
    return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

void write(const fs::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary} << bytes;
}

std::size_t entries(const fs::path& folder) {
    std::size_t count = 0;
    for (fs::directory_iterator each{folder}, end; each != end; ++each) ++count;
    return count;
}

// Most memory of the daemon and of all its processes together, in MiB.
std::pair<std::uint64_t, std::uint64_t> memory_of(pid_t daemon) {
    const std::uint64_t own = line::kib_of(daemon, "VmHWM");
    std::uint64_t all = own;
    for (const pid_t each : line::children_of(daemon)) all += line::kib_of(each, "VmHWM");
    return {own / 1024, all / 1024};
}

// `count` declarations, one in a hundred of them invalid, before permitd starts; the ministry is
// not reachable. The mailbox's folder is not listed while it works: that would cost as much.
void expect_all_taken_at_start(std::size_t count, std::uint64_t memory_mib_max) {
    line::Line line{{.intake = "settle: 2s"}};
    line.start_sandbox();
    line.end_sandbox();
    const fs::path outbox = line.folder() / "spool/acme/OutBox";
    const fs::path inbox = line.folder() / "spool/acme/InBox";
    std::size_t invalid = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string id = line::numbered("START-", i);
        invalid += i % 100 == 99;
        write(outbox / (id + ".xml"), i % 100 == 99 ? "<a/>" : line::declaration(id, id));
    }
    line.start();
    const auto ready = steady_clock::now();
    const milliseconds patience{120'000 + 20 * static_cast<long>(count)};
    ASSERT_TRUE(line::becomes_true([&] { return !fs::is_empty(inbox); }, patience));
    const double first = seconds_since(ready);
    ASSERT_TRUE(line::becomes_true([&] { return fs::is_empty(outbox); }, patience))
        << entries(outbox) << " left\n"
        << line.daemon().words();
    const double all = seconds_since(ready);
    const auto [daemon, together] = memory_of(line.daemon().pid());
    std::map<std::string, std::size_t> kinds;
    for (const auto& each : fs::directory_iterator{inbox}) {
        const std::string name = each.path().filename();
        ++kinds[name.substr(13, name.find('_', 13) - 13)];
    }
    EXPECT_EQ(kinds["accepted"], count - invalid);
    EXPECT_EQ(kinds["rejected"], invalid);
    EXPECT_EQ(entries(inbox), count);
    EXPECT_LT(together, memory_mib_max);
    EXPECT_LT(first, 60.0);
    EXPECT_EQ(line.stop(), 0);
    std::cout << count << " files at start: first receipt " << first
              << " s after readiness (settle 2 s), all taken after " << all << " s ("
              << static_cast<double>(count) / all << " a second); most memory of the daemon "
              << daemon << " MiB, of all its processes " << together << " MiB\n";
}

TEST(Arrival, OfFiveThousandFilesBeforeTheStart) { expect_all_taken_at_start(5'000, 400); }

// The bound is the same: memory does not grow with what waits.
TEST(NightlyArrival, OfAHundredThousandFilesBeforeTheStart) {
    expect_all_taken_at_start(100'000, 400);
}

// More events than the kernel's queue holds while permitd cannot read them; the next look at
// intervals is far away, so only the overflow can lead to the files.
TEST(Arrival, OfFilesWhoseEventsWereLost) {
    line::Line line{{.scenario = "at-once.yaml", .intake = "settle: 200ms, rescan: 10m"}};
    line.start_sandbox();
    line.start();
    line.drop("before.xml", line::declaration("BEFORE", "BEFORE"));
    ASSERT_TRUE(line.settles(1, milliseconds{60'000})) << line.daemon().words();
    std::size_t queue = 0;
    std::ifstream{"/proc/sys/fs/inotify/max_queued_events"} >> queue;
    if (queue > 1'000'000) GTEST_SKIP() << "a queue of " << queue << " events is not filled here";
    const fs::path outbox = line.folder() / "spool/acme/OutBox";
    for (const char* name : {".a", ".b"}) write(outbox / name, "");
    ::kill(line.daemon().pid(), SIGSTOP);
    // By turns, because the kernel drops an event that is like the one before it.
    for (std::size_t i = 0; i < queue + 1'000; ++i)
        ASSERT_EQ(::chmod((outbox / (i % 2 == 0 ? ".a" : ".b")).c_str(), 0644), 0);
    for (std::size_t i = 0; i < 20; ++i) {
        const std::string id = line::numbered("LOST-", i);
        if (i % 2 == 0)
            line.drop(id + ".xml", line::declaration(id, id));
        else
            write(outbox / (id + ".xml"), line::declaration(id, id));
    }
    ::kill(line.daemon().pid(), SIGCONT);
    ASSERT_TRUE(line::becomes_true([&] { return line.outcomes() >= 21; }, milliseconds{60'000}))
        << line.daemon().words();
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_THAT(line.kinds(line::numbered("LOST-", i)), testing::Contains("approved"));
    EXPECT_EQ(line.stop(), 0);
}

// One mailbox with a backlog before the start and fifty with a file each: they take turns.
TEST(Arrival, InFiftyMailboxesTakesTurns) {
    constexpr std::size_t mailboxes = 50, backlog = 1'000;
    std::string settings;
    for (std::size_t i = 0; i < mailboxes; ++i)
        settings += "  - {name: " + line::numbered("m-", i) + ", senders: [91110108MA0000015T]}\n";
    line::Line line{{.settings = settings}};
    line.start_sandbox();
    line.end_sandbox();
    const fs::path spool = line.folder() / "spool";
    for (std::size_t i = 0; i < backlog; ++i)
        write(spool / "acme/OutBox" / (line::numbered("b-", i) + ".xml"), "<a/>");
    for (std::size_t i = 0; i < mailboxes; ++i) {
        const fs::path outbox = spool / line::numbered("m-", i) / "OutBox";
        fs::create_directories(outbox);
        const std::string id = line::numbered("M-", i);
        write(outbox / (id + ".xml"), line::declaration(id, id));
    }
    line.start();
    ASSERT_TRUE(line::becomes_true(
        [&] {
            for (std::size_t i = 0; i < mailboxes; ++i)
                if (fs::is_empty(spool / line::numbered("m-", i) / "InBox")) return false;
            return fs::is_empty(spool / "acme/OutBox");
        },
        milliseconds{120'000}))
        << line.daemon().words();
    // Receipts are numbered in the order in which files were taken: each of the fifty came in the
    // first rounds, long before the backlog's end.
    for (std::size_t i = 0; i < mailboxes; ++i) {
        const fs::path inbox = spool / line::numbered("m-", i) / "InBox";
        const std::string name = fs::directory_iterator { inbox } -> path().filename();
        EXPECT_LT(std::stoul(name), 4 * mailboxes) << name;
        EXPECT_THAT(name, testing::HasSubstr("_accepted_"));
    }
    EXPECT_EQ(line.names("InBox").size(), backlog);
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
