// Remote mailboxes as real processes: permitd, its couriers, a real OpenSSH server and the sandbox
// (operations.md 1, "SFTP drops"; hardening.md 5.4). Beside the remote mailbox stands a local one.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "edi/receipt.hpp"
#include "sshd.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr milliseconds plenty{90'000};
constexpr const char* own_sender = "91310115MA1K00023E";

class Remote : public testing::Test {
protected:
    explicit Remote(tests::SshdSetup how = {}) : sshd(std::move(how)) {
        fs::create_directory(there() / "OutBox");
        configure("");
        line.start_sandbox();
    }

    // `more` of the keys of `sftp:`; later ones would not override earlier ones, so each is given
    // once.
    void configure(const std::string& more, const fs::path& key = {}) {
        line.setup.settings =
            "  - name: beta\n    senders: [" + std::string{own_sender} +
            "]\n    sftp:\n      url: " + sshd.url() + "\n      user: " + sshd.user() +
            "\n      key: " + (key.empty() ? sshd.client_key() : key).string() +
            "\n      known_hosts: " + sshd.known_hosts().string() +
            "\n      every: 200ms\n      settle: 200ms\n      time_max: 3s\n" + more;
        line.write_config();
    }

    // A disk of its own is seen by the server's processes only.
    fs::path there() const {
        if (sshd.setup.files_bytes == 0) return sshd.files();
        return "/proc/" + std::to_string(sshd.processes().at(0)) + "/root" + sshd.files().string();
    }
    // As an SFTP client that renames: whole the moment it appears.
    void drop(const std::string& name, const std::string& bytes) const {
        const fs::path outbox = there() / "OutBox";
        std::ofstream{outbox / ('.' + name), std::ios::binary} << bytes;
        fs::rename(outbox / ('.' + name), outbox / name);
    }
    void drop_declarations(std::size_t from, std::size_t to) const {
        for (std::size_t i = from; i < to; ++i) {
            const std::string id = line::numbered("BETA-", i);
            drop(id + ".xml", declaration(id));
        }
    }
    static std::string declaration(const std::string& id) {
        std::string text = line::declaration(id, "PO-" + id);
        const auto replace = [&](const std::string& old, const std::string& fresh) {
            for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos;)
                text.replace(at, old.size(), fresh);
        };
        replace("91110108MA0000015T", own_sender);
        replace("MA0000015", "MA1K00023");  // its organisation code
        return text;
    }
    std::vector<std::string> names(const std::string& box) const {
        std::vector<std::string> found;
        std::error_code gone;
        for (fs::recursive_directory_iterator at{there() / box, gone}, end; !gone && at != end;
             at.increment(gone))
            if (at->is_regular_file())
                found.push_back(at->path().lexically_relative(there() / box));
        std::ranges::sort(found);
        return found;
    }
    std::vector<std::string> local(const std::string& box) const {
        std::vector<std::string> found;
        for (const auto& each : fs::directory_iterator{line.folder() / "spool/beta" / box})
            found.push_back(each.path().filename());
        return found;
    }
    // How many files got each outcome, by the names of the receipts there.
    std::map<std::string, std::size_t> outcomes() const {
        std::map<std::string, std::size_t> found;
        for (const std::string& name : names("InBox")) {
            const std::size_t begin = name.find('_') + 1, end = name.find('_', begin);
            if (name.starts_with('.') || begin == 0) continue;
            const std::string kind = name.substr(begin, end - begin);
            if (edi::receipt_kind(kind).stage == edi::Stage::Outcome) ++found[name.substr(end + 1)];
        }
        return found;
    }
    std::size_t boxed() const { return names("SentBox").size() + names("FailBox").size(); }
    bool all_done(std::size_t files) const {
        return line::becomes_true(
            [&] {
                return outcomes().size() >= files && names("OutBox").empty() &&
                       names("SentBox").size() >= files && local("InBox").empty() &&
                       local(".courier").empty();
            },
            plenty);
    }
    void expect_once(std::size_t files) const {
        const auto found = outcomes();
        EXPECT_EQ(found.size(), files);
        for (const auto& [name, count] : found) EXPECT_EQ(count, 1u) << name;
        EXPECT_EQ(names("SentBox").size(), files);
        EXPECT_THAT(names("OutBox"), IsEmpty());
        EXPECT_THAT(local("OutBox"), IsEmpty());
        EXPECT_THAT(local(".courier"), IsEmpty());
        for (const std::string& name : names("InBox")) {
            EXPECT_FALSE(name.starts_with('.')) << name;
            EXPECT_THAT(name, Not(HasSubstr("duplicate")));
        }
        EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    }
    // The row of a mailbox in the daemon's answer; empty when there is none.
    boost::json::object row(const std::string& mailbox = "beta") const {
        const line::Ended told = line.permitctl({"--json", "mailboxes"});
        std::istringstream in{told.out};
        for (std::string each; std::getline(in, each);) {
            auto found = boost::json::parse(each).as_object();
            if (found.at("mailbox").as_string() == mailbox) return found;
        }
        return {};
    }
    std::string word(const char* name) const {
        const auto found = row();
        return found.contains(name) ? std::string{found.at(name).as_string()} : std::string{};
    }
    bool becomes(const std::string& condition) const {
        return line::becomes_true([&] { return word("condition") == condition; }, plenty);
    }
    void expect_acme_is_served(const std::string& id) {
        line.drop(id + ".xml", line::declaration(id, "PO-" + id));
        EXPECT_TRUE(line::becomes_true([&] { return line.outcomes() >= 1; }, plenty))
            << line.daemon().words();
    }
    pid_t courier() {
        for (const pid_t each : line::children_of(line.daemon().pid())) {
            std::ifstream in{"/proc/" + std::to_string(each) + "/cmdline"};
            std::string text{std::istreambuf_iterator<char>{in}, {}};
            if (text.find("--courier") != std::string::npos) return each;
        }
        return -1;
    }

    tests::Sshd sshd;
    line::Line line;
};

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

// Hardening 5.3: a process that owns little, and ends with its daemon.
TEST_F(Remote, ItsCourierIsOnALeashAndDiesWithTheDaemon) {
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    const pid_t pid = courier();
    ASSERT_GT(pid, 0);
    std::ifstream in{"/proc/" + std::to_string(pid) + "/status"};
    const std::string status{std::istreambuf_iterator<char>{in}, {}};
#ifndef PERMITD_SANITIZED
    EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
    EXPECT_THAT(status, HasSubstr("Seccomp:\t2"));
#endif
    EXPECT_THAT(status, HasSubstr("Threads:\t1"));
    line.kill_at_once();
    EXPECT_TRUE(line::becomes_true([&] { return !line::runs(pid); }, plenty));
}

TEST_F(Remote, WithAWrongHostKeyIsNotTrustedAndOthersGoOn) {
    sshd.kill_all();
    sshd.change_host_keys();
    sshd.start();
    line.start();
    drop_declarations(0, 1);
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    EXPECT_THAT(word("error"), HasSubstr("key"));
    expect_acme_is_served("ACME-1");
    EXPECT_THAT(names("InBox"), IsEmpty());
    EXPECT_THAT(names("OutBox"), SizeIs(1));
    EXPECT_THAT(line.daemon().words(), HasSubstr("mailbox-unreachable"));
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("waiting"));
    // Trusted once its operator vouches for it, without a restart.
    sshd.write_known_hosts();
    EXPECT_TRUE(all_done(1)) << line.daemon().words();
    EXPECT_TRUE(line.daemon().says("mailbox-reached", plenty));
}

TEST_F(Remote, WithAWrongKeySaysSo) {
    configure("", sshd.make_key("stranger", "ed25519"));
    line.start();
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    EXPECT_NE(word("error"), "");
    expect_acme_is_served("ACME-1");
    EXPECT_THAT(names("InBox"), IsEmpty());
}

// Killed again and again while files are fetched and receipts go up.
TEST_F(Remote, LosesNothingWhenTheServerIsKilledInTheMiddle) {
    constexpr std::size_t files = 40;
    line.start();
    for (std::size_t i = 0; i < 8; ++i) {
        drop_declarations(i * files / 8, (i + 1) * files / 8);
        const std::size_t before = names("InBox").size();
        line::becomes_true([&] { return names("InBox").size() > before; }, milliseconds{5'000});
        if (i % 4 == 3) {
            sshd.kill_all();
            sshd.start();
        } else {
            sshd.kill_sessions();
        }
    }
    ASSERT_TRUE(all_done(files)) << line.daemon().words();
    expect_once(files);
}

// The courier is killed in the middle as well: its memory holds nothing that matters.
TEST_F(Remote, LosesNothingWhenItsCourierIsKilled) {
    constexpr std::size_t files = 20;
    line.start();
    for (std::size_t i = 0; i < 4; ++i) {
        drop_declarations(i * files / 4, (i + 1) * files / 4);
        const std::size_t before = boxed();
        line::becomes_true([&] { return boxed() > before; }, milliseconds{5'000});
        if (const pid_t pid = courier(); pid > 0) ::kill(pid, SIGKILL);
    }
    ASSERT_TRUE(all_done(files)) << line.daemon().words();
    expect_once(files);
    EXPECT_THAT(line.daemon().words(), HasSubstr("courier-lost"));
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

TEST_F(Remote, ThatStandsStillHoldsUpNobodyElse) {
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    drop_declarations(0, 3);
    sshd.stop();
    expect_acme_is_served("ACME-1");
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    sshd.go_on();
    ASSERT_TRUE(all_done(3)) << line.daemon().words();
    expect_once(3);
}

// Hardening 5.4: one listing of very many. Each costs a dozen questions, so only the first of them
// are awaited.
TEST_F(Remote, TakesFromAListingOfTenThousand) {
    constexpr std::size_t files = 10'000, awaited = 300;
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

// Figures for the report; only that all arrive in order decides.
TEST_F(Remote, BringsUpThousandsOfReceipts) {
    constexpr std::size_t receipts = 2'000;
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    const fs::path inbox = line.folder() / "spool/beta/InBox";
    for (std::size_t i = 1; i <= receipts; ++i)
        std::ofstream{inbox / (edi::twelve_digits(i) + "_accepted_X.xml")}
            << std::string(1'500, 'x');
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(line::becomes_true([&] { return names("InBox").size() == receipts; }, plenty));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    RecordProperty("receipts_a_second", std::to_string(receipts / took.count()));
    std::printf("%.0f receipts a second\n", receipts / took.count());
    EXPECT_TRUE(line::becomes_true([&] { return fs::is_empty(inbox); }, plenty));
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
