// What is held open and what stands at its path (spool/README.md, "The mailboxes as folders"): what
// was deleted is made again, what was moved away or covered waits, and each is told once.
#include "standing.hpp"

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/log.hpp"
#include "spool.hpp"
#include "syncs.hpp"

namespace {

namespace fs = std::filesystem;
using permitd::Standing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StandingTest : public testing::Test {
protected:
    StandingTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        fs::create_directories(above_.at("spool"));
        config_.spool = above_.at("spool");
        config_.state = above_.at("");
        config_.archive = above_.at("spool/.archive");
        archive_ = std::move(*ledger::Archive::open(config_.archive));
        for (const char* name : {"acme", "beta"})
            boxes_.push_back(std::move(*mailbox::Mailbox::open(config_.spool, name)));
        departed_.push_back(std::move(*mailbox::Mailbox::open(config_.spool, "old")));
        standing_ = std::make_unique<Standing>(
            std::move(*Standing::open(config_, {boxes_, departed_, gone_}, archive_, clock_)));
    }
    ~StandingTest() override { base::set_log_sink({}); }
    std::ptrdiff_t told(const std::string& event) const {
        std::ptrdiff_t count = 0;
        for (std::size_t at = 0; (at = log_.find('"' + event + '"', at)) != std::string::npos; ++at)
            ++count;
        return count;
    }
    fs::path spool(const char* path) const { return above_.at(std::string{"spool/"} + path); }
    // A name that is made through the held directory.
    static void leave(int directory, const char* name) {
        ASSERT_TRUE(base::write_new(directory, name, "x", 0644, base::ReplaceTorso::No));
    }

    tests::Spool above_;
    permitd::Config config_;
    ledger::Archive archive_;
    mailbox::Mailboxes boxes_, departed_, gone_;
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    std::unique_ptr<Standing> standing_;
    std::string log_;
};

TEST_F(StandingTest, NothingIsSaidOfWhatStands) {
    for (int i = 0; i < 3; ++i) EXPECT_THAT(standing_->look(), IsEmpty());
    EXPECT_TRUE(standing_->stands());
    EXPECT_TRUE(standing_->all_stand());
    EXPECT_EQ(log_, "");
}

TEST_F(StandingTest, ABoxThatWasDeletedIsMadeAgainUnderItsNumber) {
    const int inbox = boxes_.front().inbox();
    fs::remove_all(spool("acme/InBox"));
    EXPECT_THAT(standing_->look(), ElementsAre("acme"));
    EXPECT_EQ(boxes_.front().inbox(), inbox);
    leave(inbox, "x.xml");
    EXPECT_TRUE(fs::exists(spool("acme/InBox/x.xml")));
    EXPECT_EQ(above_.mode("spool/acme/InBox"), 02770u);
    EXPECT_THAT(standing_->look(), IsEmpty());
    EXPECT_EQ(told("place-anew"), 1) << log_;
}

TEST_F(StandingTest, AMailboxThatWasDeletedIsToldOnceForAllItsBoxes) {
    fs::remove_all(spool("beta"));
    EXPECT_THAT(standing_->look(), ElementsAre("beta"));
    for (const char* box : {"OutBox", "InBox", "SentBox", "FailBox"})
        EXPECT_TRUE(fs::exists(spool("beta") / box));
    EXPECT_EQ(told("place-anew"), 1) << log_;
    EXPECT_FALSE(standing_->waits("beta"));
}

TEST_F(StandingTest, ABoxThatWasMovedAwayWaitsUntilItIsBack) {
    fs::rename(spool("acme/OutBox"), spool("acme/away"));
    for (int i = 0; i < 3; ++i) EXPECT_THAT(standing_->look(), IsEmpty());
    EXPECT_TRUE(standing_->waits("acme"));
    EXPECT_FALSE(standing_->waits("beta"));
    EXPECT_TRUE(standing_->stands());
    EXPECT_EQ(standing_->state().at(0).place, spool("acme/OutBox"));
    EXPECT_EQ(told("place-gone"), 1) << log_;
    fs::rename(spool("acme/away"), spool("acme/OutBox"));
    EXPECT_THAT(standing_->look(), ElementsAre("acme"));
    EXPECT_FALSE(standing_->waits("acme"));
    EXPECT_EQ(told("place-back"), 1) << log_;
}

// As whoever may write to the mailbox's directory would: it is not followed.
TEST_F(StandingTest, ALinkInThePlaceOfABoxIsNoBox) {
    fs::remove_all(spool("acme/SentBox"));
    fs::create_directory_symlink("/tmp", spool("acme/SentBox"));
    standing_->look();
    EXPECT_TRUE(standing_->waits("acme"));
    EXPECT_THAT(standing_->state().at(0).error, HasSubstr("Not a directory"));
    EXPECT_THAT(log_, HasSubstr("Not a directory")) << "place-gone says why";
    fs::remove(spool("acme/SentBox"));
    EXPECT_THAT(standing_->look(), ElementsAre("acme"));
}

// After a failed sync nothing is tried again: the program ends with 74.
TEST_F(StandingTest, ASyncThatFailsWhileAPlaceIsMadeAgainEndsIt) {
    boxes_.push_back(std::move(
        *mailbox::Mailbox::open(config_.spool, "far", {{}, "", true, mailbox::Place::Remote})));
    for (const char* place : {"acme", "acme/InBox", "far/.courier", ".archive"}) {
        fs::remove_all(spool(place));
        EXPECT_EXIT((tests::fail_syncs(), standing_->look()), testing::ExitedWithCode(74), "")
            << place;
        standing_->look();
        EXPECT_TRUE(standing_->all_stand()) << place;
    }
}

TEST_F(StandingTest, ASpoolThatWasDeletedIsNotMadeButItsBoxesAre) {
    fs::remove_all(spool(""));
    EXPECT_FALSE(standing_->stands());
    EXPECT_THAT(standing_->look(), IsEmpty());
    EXPECT_TRUE(standing_->waits("acme"));
    EXPECT_FALSE(fs::exists(spool("")));
    fs::create_directory(spool(""));
    EXPECT_THAT(standing_->look(), ElementsAre("acme", "beta"));
    EXPECT_TRUE(standing_->stands());
    EXPECT_TRUE(fs::exists(spool("beta/FailBox")));
    EXPECT_TRUE(fs::exists(spool(".archive")));
    EXPECT_FALSE(fs::exists(spool("old"))) << "nobody needs it any more";
    EXPECT_THAT(departed_, IsEmpty());
    EXPECT_EQ(told("place-gone"), 1) << log_;
    EXPECT_EQ(told("place-anew"), 1) << log_;
}

// What cannot be looked at for a while is not gone.
TEST_F(StandingTest, ASpoolThatCannotBeSearchedForAWhileLosesNoMailbox) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    fs::permissions(spool(""), fs::perms{0700});
    ASSERT_EQ(::seteuid(65534), 0);
    standing_->look();
    ASSERT_EQ(::seteuid(0), 0);
    EXPECT_TRUE(standing_->waits("acme"));
    EXPECT_THAT(standing_->state().at(0).error, HasSubstr("Permission denied"));
    EXPECT_EQ(departed_.size(), 1u);
    EXPECT_THAT(standing_->look(), ElementsAre("acme", "beta"));
    EXPECT_TRUE(standing_->all_stand());
}

// The mark tells: what bears it is the same spool, what does not is none.
TEST_F(StandingTest, ACopyOfTheSpoolIsTheSpoolAndNothingElseIs) {
    fs::rename(spool(""), above_.at("away"));
    fs::create_directories(spool("acme/OutBox"));
    EXPECT_THAT(standing_->look(), IsEmpty());
    EXPECT_EQ(told("place-taken"), 1) << log_;
    above_.put("spool/.spool-id", "of another\n");
    EXPECT_THAT(standing_->look(), IsEmpty());
    fs::remove(spool(".spool-id"));
    fs::create_symlink(above_.at("away/.spool-id"), spool(".spool-id"));
    EXPECT_THAT(standing_->look(), IsEmpty()) << "a link is no mark";
    fs::remove(spool(".spool-id"));
    ASSERT_EQ(::mkfifo(spool(".spool-id").c_str(), 0600), 0);
    EXPECT_THAT(standing_->look(), IsEmpty()) << "nor is a FIFO, and nobody waits at it";
    fs::remove_all(spool(""));
    fs::copy(above_.at("away"), spool(""), fs::copy_options::recursive);
    EXPECT_THAT(standing_->look(), ElementsAre("acme", "beta"));
    leave(boxes_.back().inbox(), "x.xml");
    EXPECT_TRUE(fs::exists(spool("beta/InBox/x.xml")));
    EXPECT_EQ(told("place-anew"), 1) << log_;
    EXPECT_TRUE(standing_->all_stand());
}

TEST_F(StandingTest, AnArchiveThatIsConfiguredWithASlashBehindItIsMadeAgainToo) {
    archive_ = std::move(*ledger::Archive::open(config_.archive + "//"));
    EXPECT_THAT(standing_->look(), IsEmpty());
    fs::remove_all(spool(".archive"));
    EXPECT_THAT(standing_->look(), ElementsAre("acme", "beta"));
    EXPECT_TRUE(fs::exists(spool(".archive")));
    EXPECT_TRUE(standing_->all_stand());
}

class MountedBox : public StandingTest {
protected:
    ~MountedBox() override {
        if (!at_.empty()) ::umount2(at_.c_str(), MNT_DETACH);
    }
    bool mount(const fs::path& from, const fs::path& at, const char* kind, unsigned long flags) {
        if (::mount(from.c_str(), at.c_str(), kind, flags, nullptr) != 0) return false;
        at_ = at;
        return true;
    }
    void unmount() {
        EXPECT_EQ(::umount2(at_.c_str(), MNT_DETACH), 0);
        at_.clear();
    }
    fs::path at_;
};

// Also where what is mounted is of the same file system.
TEST_F(MountedBox, WhatIsMountedOverABoxIsNotThatBox) {
    fs::create_directory(above_.at("other"));
    if (!mount(above_.at("other"), spool("acme/InBox"), nullptr, MS_BIND))
        GTEST_SKIP() << "no right to mount";
    EXPECT_THAT(standing_->look(), IsEmpty());
    EXPECT_TRUE(standing_->waits("acme"));
    EXPECT_EQ(told("place-taken"), 1) << log_;
    unmount();
    EXPECT_THAT(standing_->look(), ElementsAre("acme"));
    EXPECT_EQ(told("place-back"), 1) << log_;
}

// Its mount point in a spool that came anew is not the box.
TEST_F(MountedBox, ABoxWithAMountOfItsOwnIsWaitedForInASpoolThatCameAnew) {
    fs::create_directories(spool("gamma/OutBox"));
    if (!mount("none", spool("gamma/OutBox"), "tmpfs", 0)) GTEST_SKIP() << "no right to mount";
    boxes_.push_back(std::move(*mailbox::Mailbox::open(config_.spool, "gamma")));
    fs::rename(spool(""), above_.at("away"));
    at_ = above_.at("away/gamma/OutBox");
    fs::copy(above_.at("away"), spool(""), fs::copy_options::recursive);
    for (int i = 0; i < 2; ++i) standing_->look();
    EXPECT_TRUE(standing_->waits("gamma"));
    EXPECT_FALSE(standing_->waits("acme"));
    ASSERT_EQ(standing_->state().size(), 1u);
    EXPECT_EQ(standing_->state()[0].place, spool("gamma/OutBox"));
    EXPECT_EQ(standing_->state()[0].stand, base::Stand::Foreign);
    unmount();
}

// What the archive's days were opened for is opened again.
TEST_F(StandingTest, AnArchiveThatWasDeletedIsBegunAnew) {
    edi::Arrival arrival;
    arrival.mailbox = "acme";
    arrival.day = "2026-11-22";
    arrival.sha256 = std::string(64, 'a');
    ASSERT_TRUE(archive_.keep_original(arrival, "<a/>"));
    fs::remove_all(spool(".archive"));
    EXPECT_FALSE(standing_->stands());
    EXPECT_THAT(standing_->look(), ElementsAre("acme", "beta"));
    EXPECT_TRUE(standing_->stands());
    EXPECT_TRUE(archive_.keep_original(arrival, "<a/>"));
    EXPECT_EQ(above_.files("spool/.archive").size(), 1u);
    EXPECT_THAT(log_, HasSubstr(config_.archive));
}

}  // namespace
