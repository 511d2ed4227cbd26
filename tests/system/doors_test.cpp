// The doors of a running daemon (operations.md 1): markers, outcomes only, when nothing is taken
// in, the Unix side of a mailbox.
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <set>

#include "base/clock.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void put(const line::Line& line, const std::string& path, const std::string& bytes) {
    std::ofstream{line.folder() / "spool/acme" / path, std::ios::binary} << bytes;
}

std::string content(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// More of `intake:`, each with a comma in front; from the next start on.
void set_intake(const line::Line& line, const std::string& more) {
    std::string text = content(line.config());
    text.insert(text.find("}", text.find("intake: {")), more);
    std::ofstream{line.config()} << text;
}

// Why intake waits, as the daemon says: "free-space", …, "paused"; empty while it is open.
std::string waits_for(const line::Line& line) {
    const auto status = line.status();
    if (status.empty()) return "no daemon";
    const auto& intake = status.at("intake").as_object();
    if (intake.contains("paused")) return "paused";
    const auto& held = intake.at("held").as_array();
    return held.empty() ? "" : std::string{held[0].at("condition").as_string()};
}

TEST(Doors, AMarkedFileIsTakenAndItsMarkerGoesWithIt) {
    line::Line line{{.settings = "    completeness: marker\n"}};
    line.start_sandbox();
    line.start();
    line.drop("waits.xml", line::declaration("M-1", "REF-1"));
    line.drop("goes.xml", line::declaration("M-2", "REF-2"));
    put(line, "OutBox/goes.xml.done", "");
    const auto only_one_waits = [&] {
        return line.outcomes() == 1 &&
               line.names("OutBox") == std::vector<std::string>{"waits.xml"};
    };
    ASSERT_TRUE(line::becomes_true(only_one_waits, patience)) << line.daemon().words();
    EXPECT_THAT(line.kinds("M-2"), Contains("approved"));
    put(line, "OutBox/waits.xml.done", "");
    ASSERT_TRUE(line.settles(2, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// operations.md 1: the digest is verified. Neither digest is told: the file may hold a password.
TEST(Doors, AWrongDigestIsRejected) {
    line::Line line{{.settings = "    completeness: digest\n"}};
    line.start_sandbox();
    set_intake(line, ", incomplete_after: 1s");
    line.start();
    const std::string claimed(64, 'a');
    put(line, "OutBox/x.xml.sha256", claimed + " *x.xml\n");
    line.drop("x.xml", line::declaration("D-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    const auto receipts = line.receipts();
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_THAT(receipts[0].problems(), ElementsAre("FILE-INCOMPLETE"));
    EXPECT_THAT(receipts[0].bytes, HasSubstr("x.xml.sha256"));
    EXPECT_THAT(receipts[0].bytes, testing::Not(HasSubstr(claimed)));
    EXPECT_THAT(line.names("OutBox"), IsEmpty());
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// "A mailbox with receipts: outcomes gets no progress receipts (they stay in the ledger)".
TEST(Doors, AMailboxMayHaveOutcomesOnly) {
    line::Line line{{.settings = "    receipts: outcomes\n"}};
    line.start_sandbox();
    line.start();
    line.drop("x.xml", line::declaration("O-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    std::set<std::string> stages;
    for (const line::Receipt& each : line.receipts()) stages.insert(each.stage());
    EXPECT_FALSE(stages.contains("progress"));
    EXPECT_TRUE(stages.contains("outcome"));
    std::size_t kept = 0, of_progress = 0;
    for (const auto& each :
         fs::recursive_directory_iterator{line.folder() / "spool/.archive/acme"}) {
        if (each.path().extension() != ".xml" ||
            each.path().parent_path().filename() == "originals")
            continue;
        ++kept;
        of_progress += content(each.path()).find(" stage=\"progress\"") != std::string::npos;
    }
    EXPECT_GT(of_progress, 0u);
    EXPECT_EQ(kept, line.names("InBox").size() + of_progress);
}

TEST(Doors, AnOperatorPausesAndResumes) {
    line::Line line;
    line.start_sandbox();
    line.start();
    EXPECT_EQ(line.permitctl({"pause", "intake"}).status, 64);
    EXPECT_EQ(line.permitctl({"pause", "intake", "--for", "soon", "--reason", "x"}).status, 64);
    const auto paused = line.permitctl({"pause", "intake", "--reason", "moving the disk"});
    EXPECT_EQ(paused.status, 0) << paused.errors;
    EXPECT_THAT(line.permitctl({"status"}).out,
                testing::AllOf(HasSubstr("paused since"), HasSubstr("moving the disk")));
    line.drop("x.xml", line::declaration("P-1", "REF-1"));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(waits_for(line), "paused");
    EXPECT_THAT(line.names("OutBox"), ElementsAre("x.xml"));
    // A restart does not end it.
    EXPECT_EQ(line.stop(), 0);
    line.start();
    EXPECT_EQ(waits_for(line), "paused");
    EXPECT_EQ(line.permitctl({"resume", "intake"}).status, 64);
    EXPECT_EQ(line.permitctl({"resume", "intake", "--reason", "moved"}).status, 0);
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(waits_for(line), "");
    EXPECT_EQ(line.stop(), 0);
}

// "ends by itself": what was dropped meanwhile came in when the time that was told was over.
TEST(Doors, APauseForATimeEndsByItself) {
    line::Line line;
    line.start_sandbox();
    line.start();
    const auto asked = line.permitctl({"pause", "intake", "--for", "2h", "--reason", "long"});
    EXPECT_EQ(asked.status, 0) << asked.errors;
    const auto span_of = [&] {
        const auto status = line.status();
        const auto& paused = status.at("intake").at("paused").as_object();
        return *base::parse_time(std::string{paused.at("until").as_string()}) -
               *base::parse_time(std::string{paused.at("since").as_string()});
    };
    EXPECT_EQ(span_of(), std::chrono::hours{2});
    const auto answered =
        line.permitctl({"--json", "pause", "intake", "--for", "2s", "--reason", "short"});
    ASSERT_EQ(answered.status, 0) << answered.errors;
    const auto paused = boost::json::parse(answered.out).at("intake").at("paused").as_object();
    const auto until = *base::parse_time(std::string{paused.at("until").as_string()});
    line.drop("x.xml", line::declaration("P-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_THAT(line.daemon().words(), HasSubstr("its time is over"));
    const auto shown = line.permitctl({"--json", "show", "P-1"});
    ASSERT_EQ(shown.status, 0) << shown.errors;
    const auto message = boost::json::parse(shown.out).as_object();
    EXPECT_GE(*base::parse_time(std::string{message.at("received_at").as_string()}), until);
    EXPECT_EQ(waits_for(line), "");
    EXPECT_EQ(line.stop(), 0);
}

// "allowed for root and the daemon's own user by peer credentials, others get 403 / exit 77".
TEST(Doors, OthersMayNotPause) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    line::Line line;
    line.start_sandbox();
    line.start();
    fs::permissions(line.folder(), fs::perms{0755});
    fs::permissions(line.folder() / "run/control", fs::perms{0666});
    const auto as_nobody = [&](std::vector<std::string> words) {
        std::vector<std::string> command{"/usr/bin/setpriv",
                                         "--reuid=65534",
                                         "--regid=65534",
                                         "--clear-groups",
                                         line.program("permitctl"),
                                         "--socket",
                                         line.folder() / "run/control"};
        command.insert(command.end(), words.begin(), words.end());
        return line::run(command, line.environment(), line.folder());
    };
    EXPECT_EQ(as_nobody({"status"}).status, 0);
    const auto refused = as_nobody({"pause", "intake", "--reason", "mischief"});
    EXPECT_EQ(refused.status, 77) << refused.out;
    EXPECT_THAT(refused.errors, HasSubstr("only root"));
    EXPECT_EQ(as_nobody({"resume", "intake", "--reason", "mischief"}).status, 77);
    EXPECT_EQ(waits_for(line), "");
    EXPECT_EQ(line.stop(), 0);
}

// "above backlog_max nothing more is taken; files wait in the OutBox".
TEST(Doors, ABacklogHoldsIntakeUntilTheMinistryAnswers) {
    line::Line line;
    line.start_sandbox();
    line.end_sandbox();
    set_intake(line, ", backlog_max: 3");
    line.start();
    for (int i = 1; i <= 5; ++i)
        line.drop(line::numbered("a", i) + ".xml",
                  line::declaration(line::numbered("B-", i), line::numbered("REF-", i)));
    ASSERT_TRUE(line::becomes_true([&] { return waits_for(line) == "backlog"; }, patience))
        << line.daemon().words();
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("backlog is"));
    for (int i = 6; i <= 9; ++i)
        line.drop(line::numbered("a", i) + ".xml",
                  line::declaration(line::numbered("B-", i), line::numbered("REF-", i)));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(waits_for(line), "backlog");
    EXPECT_GE(line.names("OutBox").size(), 4u);
    // Begun anew, so that the ministry is asked at once.
    EXPECT_EQ(line.stop(), 0);
    line.start_sandbox();
    set_intake(line, ", backlog_max: 3");
    line.start();
    ASSERT_TRUE(line.settles(9, patience)) << line.daemon().words();
    EXPECT_EQ(waits_for(line), "");
    EXPECT_THAT(line.daemon().words(),
                testing::AllOf(HasSubstr("intake-held"), HasSubstr("intake-goes-on")));
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// A small disk of its own for the spool, where root can have one.
class SmallDisk {
public:
    explicit SmallDisk(const fs::path& place) : place_(place) {
        fs::create_directories(place);
        mounted = ::mount("tmpfs", place.c_str(), "tmpfs", 0, "size=100m,mode=755") == 0;
    }
    ~SmallDisk() {
        if (mounted) ::umount2(place_.c_str(), MNT_DETACH);
    }
    bool mounted = false;

private:
    fs::path place_;
};

TEST(Doors, ADiskThatFillsHoldsIntakeBeforeItIsFull) {
    line::Line line;
    const SmallDisk disk{line.folder() / "spool"};
    if (!disk.mounted) GTEST_SKIP() << "no mounts here";
    fs::create_directories(line.folder() / "spool/acme/OutBox");
    line.start_sandbox();
    set_intake(line, ", file_bytes_max: 1MiB");  // 68 MiB stay free
    line.start();
    line.drop("a.xml", line::declaration("S-1", "REF-1"));
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    put(line, "ballast", std::string(40u << 20, 'x'));
    line.drop("b.xml", line::declaration("S-2", "REF-2"));
    ASSERT_TRUE(line::becomes_true([&] { return waits_for(line) == "free-space"; }, patience))
        << line.daemon().words();
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("free-space of"));
    line.drop("c.xml", line::declaration("S-3", "REF-3"));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(waits_for(line), "free-space");
    EXPECT_THAT(line.names("OutBox"), Contains("c.xml"));
    fs::remove(line.folder() / "spool/acme/ballast");
    ASSERT_TRUE(line.settles(3, patience)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.unsound(), IsEmpty());
}

// An enterprise's user who is a member of the group, and nobody else.
class Member {
public:
    explicit Member(const line::Line& line) : line_(line) {}
    int run(const std::string& words) const {
        return line::run({"/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
                          "--groups=" + std::to_string(gid), "sh", "-c",
                          "cd " + (line_.folder() / "spool/acme").string() + " && " + words},
                         line_.environment(), line_.folder())
            .status;
    }
    static constexpr const char* group = "games";
    const gid_t gid = ::getgrnam(group) ? ::getgrnam(group)->gr_gid : 0;

private:
    const line::Line& line_;
};

// "members of the group can leave files, not list others', fetch and remove receipts".
TEST(Doors, TheGroupOfAMailboxLeavesFilesAndFetchesReceipts) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    line::Line line{{.settings = "    group: games\n"}};
    const Member member{line};
    if (member.gid == 0) GTEST_SKIP() << "no group games here";
    fs::permissions(line.folder(), fs::perms{0755});
    fs::permissions(line.folder() / "spool", fs::perms{0755});
    std::ofstream{line.folder() / "x.xml"} << line::declaration("G-1", "REF-1");
    line.start_sandbox();
    line.start();
    struct stat outbox {};
    ASSERT_EQ(::stat((line.folder() / "spool/acme/OutBox").c_str(), &outbox), 0);
    EXPECT_EQ(outbox.st_mode & 07777, 03730u);  // it was there before, with other rights
    EXPECT_EQ(outbox.st_gid, member.gid);
    EXPECT_NE(member.run("ls OutBox"), 0);
    EXPECT_NE(member.run("ls ../.archive"), 0);
    EXPECT_EQ(member.run("cp ../../x.xml OutBox/.x && mv -n OutBox/.x OutBox/x.xml"), 0);
    ASSERT_TRUE(line.settles(1, patience)) << line.daemon().words();
    EXPECT_EQ(member.run("cat InBox/*.xml >/dev/null && cat SentBox/*/*.xml >/dev/null"), 0);
    EXPECT_NE(member.run("rm -f SentBox/*/*.xml"), 0);
    EXPECT_EQ(member.run("rm InBox/*.xml"), 0);
    EXPECT_THAT(line.names("InBox"), IsEmpty());
    const auto checked = line.permitctl({"mailbox", "check", "acme"});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.errors;
    EXPECT_EQ(line.permitctl({"mailbox", "check", "acme", "--as", "nobody"}).status, 77);
    EXPECT_EQ(line.stop(), 0);
}

TEST(Doors, AGroupThatIsNotThereIsABadStart) {
    line::Line line{{.settings = "    group: no-such-group\n"}};
    line.start_sandbox();
    line::Program& daemon = line.launch();
    EXPECT_EQ(daemon.ended(patience), 78);
    EXPECT_THAT(daemon.words(), HasSubstr("there is no group no-such-group"));
}

}  // namespace
