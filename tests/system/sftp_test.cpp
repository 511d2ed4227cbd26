// Remote mailboxes as real processes: permitd, its couriers, a real OpenSSH server and the sandbox
// (operations.md 1, "SFTP drops"; hardening.md 5.4). Beside the remote mailbox stands a local one.
#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <set>

#include "base/files.hpp"
#include "edi/receipt.hpp"
#include "system/remote_line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::plenty;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Remote = line::RemoteLine;

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// Each its own, of another length.
std::string bytes_of(const std::string& name) {
    return name + std::string(1'000 + std::hash<std::string>{}(name) % 3'000, 'x');
}

// The names that came up in a directory since the last time, in their order. OpenSSH renames by a
// link, so a name comes by either.
constexpr std::uint32_t name_comes = IN_CREATE | IN_MOVED_TO;
void add_names(int watch, std::vector<std::string>& names) {
    alignas(inotify_event) std::array<char, 65'536> buffer;
    for (ssize_t size; (size = ::read(watch, buffer.data(), buffer.size())) > 0;)
        for (ssize_t at = 0; at < size;) {
            const auto* const event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            const std::string name = event->len > 0 ? event->name : "events were lost";
            if (!name.starts_with('.')) names.push_back(name);
            at += static_cast<ssize_t>(sizeof *event + event->len);
        }
}

TEST_F(Remote, IsServedLikeALocalOne) {
    line.start();
    drop_declarations(0, 12);
    drop("bad.xml", line::sample("invalid/RULE-YEAR.xml"));
    ASSERT_TRUE(all_done(12)) << line.daemon().words();
    ASSERT_TRUE(line::becomes_true(
        [&] { return names("FailBox").size() == 2 && local(".courier").empty(); }, plenty));
    EXPECT_THAT(names("FailBox"), testing::ElementsAre(testing::EndsWith("_bad.xml"),
                                                       testing::HasSubstr("_rejected_")));
    EXPECT_EQ(boxed(), 14u);
    EXPECT_EQ(word("condition"), "connected");
    EXPECT_EQ(word("place"), "127.0.0.1");
    EXPECT_NE(word("last_fetch_at"), "");
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("beta"));
    EXPECT_THAT(line.permitctl({"mailboxes"}).out,
                testing::AllOf(HasSubstr("connected"), HasSubstr("acme"), HasSubstr("local")));
    EXPECT_THAT(line.daemon().words(), Not(HasSubstr("courier-lost")));
    EXPECT_EQ(line.stop(), 0);
}

// Committed, not moved: SentBox there is no directory until after the restart.
TEST_F(Remote, MovesAfterARestartWhatWasCommittedBefore) {
    std::ofstream{there() / "SentBox"} << "in the way";
    line.start();
    drop_declarations(0, 5);
    ASSERT_TRUE(line::becomes_true([&] { return outcomes().size() == 5; }, plenty))
        << line.daemon().words();
    EXPECT_THAT(names("OutBox"), SizeIs(5));
    EXPECT_TRUE(line.daemon().says("remote-file-stuck", plenty));
    line.kill_at_once();
    line.start();
    ASSERT_TRUE(becomes("in trouble")) << line.daemon().words();
    EXPECT_THAT(names("OutBox"), SizeIs(5));
    fs::remove(there() / "SentBox");
    ASSERT_TRUE(all_done(5)) << line.daemon().words();
    expect_once(5);
}

// Hardening 5.4: one listing of very many. Each costs a dozen questions, so only the first of them
// are awaited.
TEST_F(Remote, TakesFromAListingOfTenThousand) {
    constexpr std::size_t files = 10'000, awaited = 100;
    for (std::size_t i = 0; i < files; ++i)
        std::ofstream{there() / "OutBox" / line::numbered("N-", i).append(".xml")} << "<x/>";
    line.start();
    ASSERT_TRUE(line::becomes_true([&] { return names("FailBox").size() >= 2 * awaited; }, plenty))
        << line.daemon().words();
    const pid_t pid = courier();
    ASSERT_GT(pid, 0);
    EXPECT_LT(line::kib_of(pid, "VmHWM"), 64u << 10);
    expect_acme_is_served("ACME-1");
}

// In the order of their numbers, of each its enclosures before the receipt, and as they are here.
TEST_F(Remote, BringsUpThousandsOfReceiptsInOrder) {
    constexpr std::size_t receipts = 1'000;
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    ASSERT_TRUE(line::becomes_true([&] { return fs::exists(there() / "InBox"); }, plenty));
    const base::Fd arrivals{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    ASSERT_GE(::inotify_add_watch(arrivals.number(), (there() / "InBox").c_str(), name_comes), 0);
    std::vector<std::string> wanted;
    // All stand here before it looks, and the last ones came first.
    const pid_t pid = courier();
    ASSERT_GT(pid, 0);
    ::kill(pid, SIGSTOP);
    for (std::size_t i = receipts; i > 0; --i) {
        const std::string number = edi::twelve_digits(i);
        for (const std::string& name :
             {number + "_printed_X.xml", number + "_printed_X_form.pdf"}) {
            wanted.insert(wanted.begin(), name);
            std::ofstream{here() / "InBox" / ('.' + name)} << bytes_of(name);
            fs::rename(here() / "InBox" / ('.' + name), here() / "InBox" / name);
        }
    }
    ::kill(pid, SIGCONT);
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::string> came;
    ASSERT_TRUE(line::becomes_true(
        [&] {
            add_names(arrivals.number(), came);
            return came.size() >= wanted.size();
        },
        plenty))
        << came.size();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.0f files a second\n", static_cast<double>(wanted.size()) / took.count());
    ASSERT_TRUE(line::becomes_true([&] { return fs::is_empty(here() / "InBox"); }, plenty));
    add_names(arrivals.number(), came);
    EXPECT_EQ(came, wanted);
    for (const std::string& name : wanted)
        ASSERT_EQ(content_of(there() / "InBox" / name), bytes_of(name));
}

// While the intake takes nothing in, nothing is brought to our disk; receipts go up all the same.
TEST_F(Remote, IsNotFetchedFromWhileTheIntakeWaits) {
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    ASSERT_EQ(line.permitctl({"pause", "intake", "--reason", "moving the disk"}).status, 0);
    ASSERT_TRUE(becomes("held")) << line.daemon().words();
    EXPECT_THAT(word("error"), HasSubstr("intake"));
    drop_declarations(0, 2);
    const auto looks = [&] {
        const auto found = row();
        return found.at("waiting_there").to_number<int>() == 2
                   ? std::string{found.at("last_look_at").as_string()}
                   : std::string{};
    };
    // Seen again and again, for longer than what settles takes.
    std::set<std::string> seen;
    ASSERT_TRUE(line::becomes_true(
        [&] {
            if (const std::string look = looks(); !look.empty()) seen.insert(look);
            return seen.size() >= 8;
        },
        plenty));
    const std::string receipt = edi::twelve_digits(1) + "_accepted_X.xml";
    std::ofstream{here() / "InBox" / receipt} << "<x/>";
    ASSERT_TRUE(line::becomes_true(
        [&] { return names("InBox") == std::vector<std::string>{receipt}; }, plenty));
    EXPECT_THAT(names("OutBox"), SizeIs(2));
    EXPECT_THAT(local("OutBox"), IsEmpty());
    EXPECT_EQ(row().at("fetched").to_number<int>(), 0);
    ASSERT_EQ(line.permitctl({"resume", "intake", "--reason", "it is over"}).status, 0);
    EXPECT_TRUE(line::becomes_true([&] { return names("SentBox").size() == 2; }, plenty))
        << line.daemon().words();
    EXPECT_TRUE(becomes("connected"));
}

// Disk full there: receipts wait here, and go up when there is room.
class FullRemote : public testing::Test {};

TEST_F(FullRemote, KeepsReceiptsUntilThereIsRoom) {
    if (!tests::Sshd::can_mount()) GTEST_SKIP() << "no mount namespace here";
    struct Full : Remote {
        Full() : Remote(tests::SshdSetup{.files_bytes = 512u << 10}) {}
        void TestBody() override {}
        void play() {
            drop_declarations(0, 3);
            const fs::path filler = there() / "filler";
            {
                std::ofstream out{filler, std::ios::binary};
                const std::string page(4096, 'x');
                while (out.write(page.data(), 4096) && out.flush()) continue;
            }
            line.start();
            ASSERT_TRUE(becomes("in trouble")) << line.daemon().words();
            expect_acme_is_served("ACME-1");
            EXPECT_THAT(names("InBox"), IsEmpty());
            EXPECT_THAT(local("InBox"), Not(IsEmpty()));
            fs::remove(filler);
            ASSERT_TRUE(all_done(3)) << line.daemon().words();
            expect_once(3);
        }
    };
    Full{}.play();
}

}  // namespace
