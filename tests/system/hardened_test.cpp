// Operations 4: permitd works within the restrictions of systemd/permitd.service. They are read
// from that file and put on without systemd (tests/system/unit/main.cpp). Root only, because it
// mounts.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;
using testing::Contains;

constexpr uid_t user = 64'001;

bool may_mount() {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::geteuid() == 0 && ::unshare(CLONE_NEWNS) == 0 ? 0 : 1);
    int status = 1;
    return ::waitpid(child, &status, 0) == child && status == 0;
}

std::vector<std::string> like_unit(const fs::path& folder) {
    return {PERMITD_LIKE_UNIT, PERMITD_SOURCE "/systemd/permitd.service", std::to_string(user),
            folder, PERMITD_SOURCE};
}

void give_to_user(const fs::path& folder) {
    ASSERT_EQ(::lchown(folder.c_str(), user, user), 0);
    for (const auto& each : fs::recursive_directory_iterator{folder})
        ASSERT_EQ(::lchown(each.path().c_str(), user, user), 0);
}

// /proc/<pid>/status by the names of its lines.
std::map<std::string, std::string> status_of(pid_t pid) {
    std::map<std::string, std::string> found;
    std::ifstream in{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string text; std::getline(in, text);) {
        std::istringstream words{text.substr(text.find(':') + 1)};
        words >> found[text.substr(0, text.find(':'))];
    }
    return found;
}

class Hardened : public testing::Test {
protected:
    void SetUp() override {
        if (!may_mount()) GTEST_SKIP() << "no right to mount";
        line_.setup.before = like_unit(line_.folder());
        // As permitd.tmpfiles makes it: the unit lets nobody set the bit.
        for (const char* each : {"spool", "spool/acme"})
            ASSERT_EQ(::chmod((line_.folder() / each).c_str(), 02755), 0);
        give_to_user(line_.folder());
    }
    line::Ended shell(const std::string& words) {
        std::vector<std::string> command = line_.setup.before;
        command.insert(command.end(), {"/bin/sh", "-c", words});
        return line::run(command, {{"PATH", "/usr/bin:/bin"}}, line_.folder());
    }
    void expect_powerless(pid_t pid) {
        auto about = status_of(pid);
        for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
            EXPECT_EQ(about[set], "0000000000000000") << set;
        EXPECT_EQ(about["Uid"], std::to_string(user));
        EXPECT_EQ(about["Gid"], std::to_string(user));
        EXPECT_EQ(about["NoNewPrivs"], "1");
        EXPECT_EQ(about["Seccomp"], "2");
    }
    std::size_t filters_of(pid_t pid) {
        const std::string count = status_of(pid)["Seccomp_filters"];
        return count.empty() ? 0 : std::stoul(count);
    }
    // One that was just started is not in its cage yet.
    bool all_are_caged(pid_t daemon) {
        const std::vector<pid_t> workers = line::children_of(daemon);
        return workers.size() >= 2 && std::ranges::all_of(workers, [&](pid_t each) {
                   return filters_of(each) == filters_of(daemon) + 1;
               });
    }

    line::Line line_{{.scenario = "at-once.yaml",
                      .settings = "workers: {processes: 2}\n",
                      .program = "hooked-permitd"}};
};

// Or the tests below would say nothing.
TEST_F(Hardened, AShellIsHeldByWhatTheUnitSays) {
    const std::string folder = line_.folder(), source = PERMITD_SOURCE;
    const bool is_at_home = source.starts_with("/home/") || source.starts_with("/root/");
    const struct {
        std::string words;
        bool works;
    } rows[] = {
        {"true", true},
        {"touch " + folder + "/own", true},
        {"touch /tmp/private", true},
        {"touch /etc/x", false},
        {"touch " PERMITD_SOURCE "/x", false},
        {"test -e /proc/1/status", false},
        {"test -n \"$(ls /home /root | grep -v :)\"", is_at_home},
        {"test -e /dev/kmsg", false},
        {"unshare --mount true", false},
        {"unshare --user true", false},
        {"mount -t tmpfs none /tmp", false},
        {"test $(ulimit -c) = 0", true},
        {"chown 0 " + folder + "/own", false},
        {"chmod u+s " + folder + "/own", false},
        {"chmod g+s " + folder + "/own", false},
    };
    for (const auto& row : rows)
        EXPECT_EQ(shell(row.words).status == 0, row.works) << row.words << shell(row.words).errors;
    // What is private to one is gone with it.
    EXPECT_NE(shell("test -e /tmp/private").status, 0);
}

TEST_F(Hardened, PermitdTakesFilesToTheirApprovalInTwoStarts) {
    line_.start_sandbox();
    give_to_user(line_.folder());
    line_.start();
    line_.drop("good.xml", line::declaration("GOOD-1", "GOOD-1"));
    line_.drop("bad.xml", line::declaration("BAD-1", "BAD-1", "<?permitd-test crash?>"));
    line_.drop("batch.xml", line::sample("valid/21-batch.xml"));
    // One and one, and a batch of five.
    ASSERT_TRUE(line_.settles(8, patience)) << line_.daemon().words();
    EXPECT_THAT(line_.kinds("GOOD-1"), Contains("approved"));
    EXPECT_THAT(line_.kinds("SAMPLE-B-004"), Contains("approved"));

    const pid_t daemon = line_.daemon().pid();
    expect_powerless(daemon);
    EXPECT_TRUE(line::becomes_true([&] { return all_are_caged(daemon); }, patience));
    for (const pid_t worker : line::children_of(daemon)) expect_powerless(worker);
    EXPECT_EQ(line_.stop(), 0) << line_.daemon().words();

    line_.start();
    line_.drop("again.xml", line::declaration("GOOD-2", "GOOD-2"));
    ASSERT_TRUE(line_.settles(9, patience)) << line_.daemon().words();
    EXPECT_THAT(line_.kinds("GOOD-2"), Contains("approved"));
    EXPECT_THAT(line_.unsound(), testing::IsEmpty());
    EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line_.stop(), 0) << line_.daemon().words();
}

// Operations 4: "hardened until systemd-analyze security --offline says 1.2 or better", and clean.
class UnitFile : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(analyze_)) GTEST_SKIP() << analyze_ << " is not here";
    }
    line::Ended analyze(const std::vector<std::string>& words) {
        std::vector<std::string> command{analyze_};
        command.insert(command.end(), words.begin(), words.end());
        return line::run(command, {{"PATH", "/usr/bin:/bin"}, {"SYSTEMD_PAGER", ""}},
                         line_.folder());
    }
    const std::string analyze_ = "/usr/bin/systemd-analyze";
    const fs::path unit_ = PERMITD_SOURCE "/systemd/permitd.service";
    line::Line line_;
};

TEST_F(UnitFile, IsExposedAtOnePointTwoAtMost) {
    const auto told = analyze({"security", "--offline=yes", "--threshold=12", unit_});
    EXPECT_EQ(told.status, 0) << told.out << told.errors;
    EXPECT_NE(analyze({"security", "--offline=yes", "--threshold=5", unit_}).status, 0)
        << "the threshold counts";
}

TEST_F(UnitFile, HasNothingThatSystemdDoesNotKnow) {
    // The program need not be installed here.
    std::ostringstream text;
    text << std::ifstream{unit_}.rdbuf();
    std::string unit = text.str();
    const std::string program = "/usr/bin/permitd ";
    ASSERT_NE(unit.find(program), unit.npos);
    unit.replace(unit.find(program), program.size(), "/bin/true ");
    const fs::path copy = line_.folder() / "permitd.service";
    std::ofstream{copy} << unit;
    const auto verified = analyze({"verify", "--man=no", copy});
    EXPECT_EQ(verified.status, 0) << verified.errors;
    EXPECT_EQ(verified.errors, "");
    std::ofstream{copy} << unit << "[Service]\nNoSuchThing=yes\n";
    EXPECT_NE(analyze({"verify", "--man=no", copy}).errors, "");
}

// Nothing that is built lends its rights to who starts it.
TEST(Built, ProgramsHaveNoBitsOfIdentityAndNoCapabilities) {
    for (const char* name : {"permitd", "permitctl", "permit-sandbox"}) {
        const std::string path = std::string{PERMITD_BIN "/"} + name;
        struct stat about {};
        ASSERT_EQ(::stat(path.c_str(), &about), 0) << path;
        EXPECT_EQ(about.st_mode & (S_ISUID | S_ISGID), 0u) << path;
        EXPECT_LT(::getxattr(path.c_str(), "security.capability", nullptr, 0), 0) << path;
    }
}

}  // namespace
