// The boxes of a mailbox: made, given to a group, made again (operations.md 1, "The Unix side").
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailbox/mailbox.hpp"
#include "spool.hpp"

namespace {

using testing::IsEmpty;

class Boxes : public testing::Test {
protected:
    Boxes() {
        auto opened = mailbox::Mailbox::open(spool_.root, "acme");
        EXPECT_TRUE(opened);
        box_ = std::move(*opened);
    }

    tests::Spool spool_;
    mailbox::Mailbox box_;
};

TEST_F(Boxes, MakesTheBoxesThatAreMissingAndKeepsThoseThatAreThere) {
    EXPECT_EQ(spool_.mode("acme/OutBox"), 03730u);
    for (const char* box : {"acme/InBox", "acme/SentBox", "acme/FailBox"})
        EXPECT_EQ(spool_.mode(box), 02770u) << box;
    ASSERT_EQ(::chmod(spool_.at("acme/OutBox").c_str(), 0777), 0);
    ASSERT_TRUE(mailbox::Mailbox::open(spool_.root, "acme"));
    EXPECT_EQ(spool_.mode("acme/OutBox"), 0777u);
}

// "group: of a mailbox": boxes that are there already get it, and the modes that go with it.
TEST_F(Boxes, GivesItsBoxesToTheirGroup) {
    const ::group* const entry = ::getgrgid(::getegid());
    ASSERT_TRUE(entry);
    const std::string own = entry->gr_name;
    ASSERT_EQ(::chmod(spool_.at("acme/OutBox").c_str(), 0755), 0);
    ASSERT_EQ(::chmod(spool_.at("acme/InBox").c_str(), 0700), 0);
    ASSERT_TRUE(mailbox::Mailbox::open(spool_.root, "acme"));
    EXPECT_EQ(spool_.mode("acme/OutBox"), 0755u);  // no group: left alone
    ASSERT_TRUE(mailbox::Mailbox::open(spool_.root, "acme", {own, ""}));
    for (const mailbox::BoxKind& kind : mailbox::box_kinds())
        EXPECT_EQ(spool_.mode(std::string{"acme/"} + kind.name), kind.mode) << kind.name;
    const auto unknown = mailbox::Mailbox::open(spool_.root, "acme", {"no-such-group", ""});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.fault().remedy, base::Remedy::AskOperator);
    EXPECT_THAT(unknown.fault().text, testing::HasSubstr("groupadd no-such-group"));
}

// A box that was made again and could not be given to its group: told once, and given as soon as it
// can be.
TEST_F(Boxes, GivesABoxToItsGroupLaterWhereItCouldNotAtOnce) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    const ::group* const entry = ::getgrgid(1);
    if (!entry) GTEST_SKIP() << "no group 1 on this host";
    auto box = mailbox::Mailbox::open(spool_.root, "beta", {entry->gr_name, ""});
    ASSERT_TRUE(box) << box.fault().text;
    const base::Fd above = std::move(*base::open_directory(spool_.root));
    const auto settle = [&] { return box->settle(above.number(), {}); };
    std::filesystem::remove(spool_.at("beta/InBox"));
    ASSERT_EQ(::chown(spool_.at("beta").c_str(), 65534, 65534), 0);
    ASSERT_EQ(::seteuid(65534), 0);
    const auto told = settle();
    const auto again = settle();
    ASSERT_EQ(::seteuid(0), 0);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].stand, base::Stand::Anew);
    ASSERT_TRUE(told[0].fault);
    EXPECT_THAT(told[0].fault->text, testing::HasSubstr("chgrp"));
    EXPECT_THAT(again, IsEmpty());
    EXPECT_THAT(settle(), IsEmpty());
    struct stat status {};
    ASSERT_EQ(::stat(spool_.at("beta/InBox").c_str(), &status), 0);
    EXPECT_EQ(status.st_gid, 1u);
    EXPECT_EQ(spool_.mode("beta/InBox"), 02770u);
}

// What cannot be made again is told with the reason.
TEST_F(Boxes, TellsWhyABoxCannotBeMadeAgain) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    const base::Fd above = std::move(*base::open_directory(spool_.root));
    std::filesystem::remove(spool_.at("acme/InBox"));
    ASSERT_EQ(::chmod(spool_.at("acme").c_str(), 0755), 0);
    ASSERT_EQ(::seteuid(65534), 0);
    const auto told = box_.settle(above.number(), {});
    ASSERT_EQ(::seteuid(0), 0);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].stand, base::Stand::Gone);
    ASSERT_TRUE(told[0].fault);
    EXPECT_THAT(told[0].fault->text, testing::HasSubstr("Permission denied"));
}

// permitd may not be root: a group of which it is no member is refused with what to do.
TEST_F(Boxes, TellsHowToGiveItToAGroupThatIsNotItsOwn) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    ASSERT_EQ(::chown(spool_.root.c_str(), 65534, 65534), 0);
    EXPECT_EXIT(
        {
            if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0)
                ::_exit(2);
            const auto opened = mailbox::Mailbox::open(spool_.root, "beta", {"root", ""});
            if (!opened) ::fputs(opened.fault().text.c_str(), stderr);
            ::_exit(opened ? 1 : 0);
        },
        testing::ExitedWithCode(0), "chgrp root .*/beta && chmod 2750 .*/beta");
}

TEST_F(Boxes, NamesTheMailboxesThatHaveBoxes) {
    ASSERT_TRUE(mailbox::Mailbox::open(spool_.root, "beta"));
    std::filesystem::create_directories(spool_.at(".archive/InBox"));
    std::filesystem::create_directories(spool_.at("lost+found"));
    EXPECT_THAT(mailbox::names_in(spool_.root), testing::UnorderedElementsAre("acme", "beta"));
}

TEST_F(Boxes, DoesNotOpenWhatIsNotADirectoryOfItsOwn) {
    EXPECT_FALSE(mailbox::Mailbox::open(spool_.at("missing"), "acme"));
    for (const char* name : {"", ".", "..", ".archive", "a/b", "../acme"})
        EXPECT_FALSE(mailbox::Mailbox::open(spool_.root, name)) << name;
    std::filesystem::create_directory_symlink("acme", spool_.at("beta"));
    EXPECT_FALSE(mailbox::Mailbox::open(spool_.root, "beta"));
    std::filesystem::create_directories(spool_.at("gamma"));
    std::filesystem::create_directory_symlink("../acme/OutBox", spool_.at("gamma/OutBox"));
    EXPECT_FALSE(mailbox::Mailbox::open(spool_.root, "gamma"));
}

}  // namespace
