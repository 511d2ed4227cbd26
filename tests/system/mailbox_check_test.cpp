// permitctl mailbox check: what it finds wrong, and the command that mends it (spool/README.md,
// Rights).
#include <gmock/gmock.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(MailboxCheck, TellsWhatToDo) {
    line::Line line;
    line.start_sandbox();
    line.start();
    const std::string outbox = line.folder() / "spool/acme/OutBox";
    ASSERT_EQ(::chmod(outbox.c_str(), 0755), 0);
    ASSERT_EQ(::chmod((line.folder() / "spool/acme").c_str(), 02750), 0);
    const auto wrong = line.permitctl({"mailbox", "check", "acme"});
    EXPECT_EQ(wrong.status, 77) << wrong.out;
    EXPECT_THAT(wrong.out, HasSubstr("chmod 3730 " + outbox));
    EXPECT_THAT(wrong.out, testing::ContainsRegex("see the rename \\(inotify\\) +ok"));
    ASSERT_EQ(::chmod(outbox.c_str(), 03730), 0);
    const auto well = line.permitctl({"mailbox", "check", "acme"});
    EXPECT_EQ(well.status, 0) << well.out << well.errors;
    EXPECT_THAT(line.names("OutBox"), IsEmpty());
    EXPECT_EQ(line.permitctl({"mailbox", "check", "gamma"}).status, 66);
    EXPECT_EQ(line.permitctl({"mailbox", "check"}).status, 64);
    EXPECT_EQ(line.stop(), 0);
    fs::remove_all(line.folder() / "spool/acme/InBox");
    EXPECT_EQ(line.permitctl({"mailbox", "check", "acme"}).status, 74);
}

// An sshd that locks an enterprise in its mailbox wants that to be root's: then permitd can make
// nothing in it, and comes in by its group alone.
TEST(MailboxCheck, OfOneThatIsRootsTellsWhatToDo) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give directories away";
    const auto gid_of = [](const char* name) {
        const ::group* const found = ::getgrnam(name);
        return found ? found->gr_gid : 0;
    };
    const gid_t group = gid_of("nogroup"), other = gid_of("games");
    const passwd* const nobody = ::getpwnam("nobody");
    if (group == 0 || other == 0 || !nobody || nobody->pw_gid != group) GTEST_SKIP() << "no nobody";
    const uid_t user = nobody->pw_uid;
    line::Line line{{.settings = "    group: nogroup\n"}};
    const auto make = [&](const std::string& path, uid_t owner, gid_t gid, unsigned mode) {
        const fs::path box = line.folder() / path;
        fs::create_directories(box);
        EXPECT_EQ(::chown(box.c_str(), owner, gid), 0);
        EXPECT_EQ(::chmod(box.c_str(), mode), 0);
    };
    make("state", user, group, 0700);
    make("spool/.archive", user, group, 0750);
    make("spool/acme", 0, group, 02750);
    make("spool/acme/OutBox", user, group, 03730);
    for (const char* box : {"InBox", "SentBox", "FailBox"})
        make(std::string{"spool/acme/"} + box, user, group, 02770);
    const std::string mailbox = line.folder() / "spool/acme";
    const auto check = [&] { return line.permitctl({"mailbox", "check", "acme"}); };
    const auto well = check();
    EXPECT_EQ(well.status, 0) << well.out << well.errors;
    fs::remove(mailbox + "/InBox");
    const auto missing = check();
    EXPECT_EQ(missing.status, 74) << missing.out;
    EXPECT_THAT(missing.out,
                HasSubstr("install -d -o nobody -g nogroup -m 2770 " + mailbox + "/InBox"));
    make("spool/acme/InBox", user, group, 02770);
    for (const auto& [wanted, remedy] : std::multimap<std::string, std::string>{
             {"games", "chgrp games " + mailbox},
             {"games", "usermod -aG games nobody"},
             {"no-such", "groupadd no-such && chgrp no-such"}}) {
        line.setup.settings = "    group: " + wanted + "\n";
        line.write_config();
        const auto wrong = check();
        EXPECT_EQ(wrong.status, 77) << wrong.out;
        EXPECT_THAT(wrong.out, HasSubstr(remedy));
        EXPECT_THAT(wrong.out, testing::Not(HasSubstr("chown")));
    }
    // Of no group that permitd is in.
    line.setup.settings.clear();
    line.write_config();
    make("spool/acme", 0, other, 02750);
    const auto shut = check();
    EXPECT_EQ(shut.status, 77) << shut.out;
    EXPECT_THAT(shut.out, HasSubstr("chgrp nogroup " + mailbox));
}

TEST(MailboxCheck, KnowsAPathFromAName) {
    line::Line line;
    line.start_sandbox();
    line.start();
    for (const char* name : {".", "./acme", "spool/acme"}) {
        const auto refused = line.permitctl({"mailbox", "check", name});
        EXPECT_EQ(refused.status, 66) << name;
        EXPECT_THAT(refused.errors,
                    HasSubstr("a mailbox is named, not its directory; it has acme"));
    }
    // However the configuration writes its paths.
    fs::permissions(line.folder() / "spool/acme", fs::perms{02750});
    fs::permissions(line.folder() / "spool/acme/OutBox", fs::perms{03730});
    std::ifstream in{line.config()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    for (const char* spool : {"spool: spool/\n", "spool: ./spool/.\n", "spool: spool/../spool\n"}) {
        std::ofstream{line.config()} << spool << text.substr(text.find('\n') + 1);
        const auto checked = line.permitctl({"mailbox", "check", "acme"});
        EXPECT_EQ(checked.status, 0) << checked.out << checked.errors;
        EXPECT_THAT(checked.out, HasSubstr((line.folder() / "spool/acme/OutBox ").string()));
    }
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
