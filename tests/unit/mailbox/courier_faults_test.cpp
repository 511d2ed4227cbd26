// What must not stop a mailbox, lose a file or take one twice (operations.md 1, "SFTP drops": a
// dead or slow server delays its own mailbox only; hardening.md 5.4).
#include <fcntl.h>
#include <sys/stat.h>

#include "base/utf8.hpp"
#include "mailbox/courier_names.hpp"
#include "mailbox/upload_order.hpp"
#include "unit/mailbox/courier_world.hpp"

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using tests::CourierWorld;
using tests::FakeServer;
using At = CourierWorld::At;

constexpr int until_holds_are_over = 60;  // turns; the longest hold is half of that

class CourierFaults : public testing::Test, protected tests::EmptyWorld {
protected:
    // At the next fetch of a file on the server, before its first byte.
    void at_fetch(const std::function<void()>& change) {
        world.server.step = [this, change, before = world.server.questions["fetch"],
                             step = world.server.step, changed = false]() mutable {
            if (!changed && world.server.questions["fetch"] > before) {
                changed = true;
                change();
            }
            return step();
        };
    }
};

TEST_F(CourierFaults, AFileThatBreaksTheLineStepsAside) {
    for (const char* name : {"a", "b", "c"})
        world.server.put(std::string{"OutBox/"} + name + ".xml", name + std::string(20, '.'));
    world.server.breaks.insert("OutBox/a.xml");
    world.turns(8);
    EXPECT_THAT(world.taken, SizeIs(2));
    EXPECT_THAT(progress().trouble, HasSubstr("fetching a.xml: the line was cut"));
    EXPECT_THAT(world.spool.files("acme/OutBox"), IsEmpty());
    world.server.breaks.clear();
    world.turns(until_holds_are_over);
    EXPECT_THAT(world.taken, SizeIs(3));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

TEST_F(CourierFaults, AReceiptThatBreaksTheLineStopsOnlyReceipts) {
    world.server.breaks.insert("InBox/.permitd-000000000007_a_x.xml.part");
    world.deliver("000000000007_a_x.xml", "<Receipt/>");
    world.server.put("OutBox/x.xml", "<x/>");
    world.turns(8);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    EXPECT_THAT(world.server.names("SentBox"), SizeIs(1));
    EXPECT_THAT(progress().trouble, HasSubstr("uploading receipts"));
    world.server.breaks.clear();
    world.turns(until_holds_are_over);
    EXPECT_TRUE(world.server.files.contains("InBox/000000000007_a_x.xml"));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

// Of what is held none waits for a listing that never comes.
TEST_F(CourierFaults, AListingThatBreaksTheLineStepsAside) {
    world.server.put("OutBox/x.xml", "<x/>");
    world.server.breaks.insert("InBox/.permitd-000000000007_a_x.xml.part");
    world.server.breaks.insert("OutBox");
    world.deliver("000000000007_a_x.xml", "<Receipt/>");
    world.turns(8);
    EXPECT_THAT(progress().trouble, HasSubstr("listing OutBox: the line was cut"));
    world.server.breaks.erase("InBox/.permitd-000000000007_a_x.xml.part");
    world.turns(until_holds_are_over);
    EXPECT_TRUE(world.server.files.contains("InBox/000000000007_a_x.xml"));
    EXPECT_THAT(world.taken, IsEmpty());
    // The next ones try nothing before the hold is over, and there is no hurry.
    for (int i = 0; i < 2; ++i)
        (void)world.courier().round(*std::make_unique<tests::FakeRemote>(world.server));
    EXPECT_GT(world.courier().again_at(), world.clock.tick());
    world.server.breaks.clear();
    world.turns(until_holds_are_over);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

TEST_F(CourierFaults, AMoveThatBreaksTheLineStepsAside) {
    world.server.breaks.insert("SentBox/2026-11-22/000000000001_a.xml");
    world.server.put("OutBox/a.xml", "<a/>");
    world.server.put("OutBox/b.xml", "<b/>");
    world.turns(8);
    EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
    EXPECT_EQ(progress().moved, 1u);
    EXPECT_THAT(progress().trouble, HasSubstr("moving a.xml"));
    world.server.breaks.clear();
    world.turns(until_holds_are_over);
    EXPECT_EQ(progress().moved, 2u);
    world.expect_tidy();
}

// What was due and waits for room, not for time, must not wake the courier without end.
TEST_F(CourierFaults, AHoldThatIsOverWakesNobody) {
    world.options.files_max = 2;
    for (const char* name : {"a", "b", "c"})
        world.server.put(std::string{"OutBox/"} + name + ".xml", name + std::string(20, '.'));
    world.server.breaks.insert("OutBox/a.xml");
    world.line_works = false;
    world.turns(12);
    ASSERT_THAT(world.spool.files("acme/OutBox"), SizeIs(2));
    world.clock.advance(std::chrono::hours{1});
    world.turn();
    EXPECT_GT(world.courier().again_at(), world.clock.tick());
}

// More than one round tries, and nothing to do until the next listing.
TEST_F(CourierFaults, WhatVanishedIsNotAskedForAgain) {
    world.options.every = std::chrono::hours{1};
    for (int i = 0; i < 100; ++i) world.server.put("OutBox/" + std::to_string(i) + ".xml", "<x/>");
    world.turn();
    world.courier().fetch_while([] { return false; });
    world.turn();
    world.courier().fetch_while([] { return true; });
    world.server.files.clear();
    tests::FakeRemote remote{world.server};
    const unsigned before = world.server.questions["look"];
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(world.courier().round(remote));
    EXPECT_EQ(world.server.questions["look"], before + 100);
    EXPECT_GT(world.courier().again_at(), world.clock.tick());
}

// operations.md 1: `every` says how often OutBox is listed, whatever is held.
TEST_F(CourierFaults, AFileThatIsHeldHastensNoListing) {
    world.options.every = std::chrono::seconds{60};
    world.server.put("OutBox/a.xml", std::string(20, 'a'));
    world.server.breaks.insert("OutBox/a.xml");
    world.turns(180);
    EXPECT_LE(world.server.questions["list"], 32u);
    EXPECT_GE(world.server.questions["list"], 25u);
}

// A server with an idle limit, which hangs up on who asks nothing.
TEST_F(CourierFaults, AServerIsAskedSomethingWhileThereIsNothingToDo) {
    world.options.every = std::chrono::minutes{10};
    world.turns(2);
    const unsigned listed = world.server.questions["list"];
    const unsigned looked = world.server.questions["look"];
    EXPECT_LE(world.courier().again_at(), world.clock.tick() + std::chrono::seconds{30});
    world.turns(30);
    EXPECT_EQ(world.server.questions["list"], listed);
    EXPECT_EQ(world.server.questions["look"], looked + 10);
}

// messages.md 5: receipts in their order, whatever a listing misses that runs meanwhile.
TEST(UploadOrder, BringsWhatTheFirstListingMissed) {
    mailbox::UploadOrder order{4'096};
    for (const char* name : {"000000000009_b.xml", "notes.txt"}) order.see(name);
    for (const char* name : {"000000000010_c.xml", "000000000009_b.xml", "000000000009_b_f.pdf",
                             "000000000008_a.xml", "notes.txt"})
        order.see_again(name);
    EXPECT_EQ(order.count(), 1u);
    EXPECT_THAT(std::move(order).names(),
                ElementsAre("000000000008_a.xml", "000000000009_b_f.pdf", "000000000009_b.xml"));
}

// Its file may be another one by now.
TEST_F(CourierFaults, AMarkerIsLookedAtAgainAfterItsFileWasFetched) {
    world.options.partner_ending = ".done";
    world.server.put("OutBox/x.xml", "<x/>");
    world.server.put("OutBox/x.xml.done", "");
    at_fetch([this] { world.server.files["OutBox/x.xml.done"].modified_s = 1; });
    world.turns(4);
    EXPECT_EQ(world.server.questions["fetch"], 1u);
    EXPECT_THAT(world.taken, IsEmpty());
    world.server.put("OutBox/x.xml.done", "");
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    world.expect_tidy();
}

// mailbox/courier.hpp, row "aside": a crash in a removal that met a newer copy.
TEST_F(CourierFaults, WhatARemovalTookAsideIsNotForgotten) {
    world.line_works = false;
    world.server.put("OutBox/x.xml", "<x/>");
    world.turns(3);
    ASSERT_EQ(outbox("x.xml"), "<x/>");
    const auto at = [this](const char* name) {
        return world.spool.at(std::string{"acme/OutBox/"} + name);
    };
    fs::rename(at("x.xml"), at(".taken-000000000007"));
    world.turns(3);
    EXPECT_EQ(world.server.questions["fetch"], 1u);
    fs::rename(at(".taken-000000000007"), at("x.xml"));
    world.line_works = true;
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    EXPECT_THAT(world.server.names("SentBox"), SizeIs(1));
    world.expect_tidy();
}

// The deliver thread writes the newer one between the courier's look and its unlink.
TEST_F(CourierFaults, TheFateOfANewerCopyOutlivesThatOfTheOlder) {
    fs::create_directory(world.spool.at("beta"));
    const auto directory = base::open_directory(world.spool.at("beta"));
    auto notes = mailbox::Notes::open(directory->number());
    ASSERT_TRUE(notes);
    mailbox::Note note;
    note.inode = 41;
    mailbox::Fate older, newer;
    older.inode = 40;
    newer.inode = 41;
    newer.box_name = "000000000002_x.xml";
    ASSERT_TRUE(notes->write("x.xml", note));
    ASSERT_TRUE(notes->write("x.xml", older));
    const auto seen = notes->fates();
    ASSERT_THAT(*seen, SizeIs(1));
    EXPECT_EQ(seen->front().name, "x.xml");
    EXPECT_FALSE(mailbox::Notes::is_about(seen->front(), note));
    ASSERT_TRUE(notes->write("x.xml", newer));
    ASSERT_TRUE(notes->forget(seen->front()));
    EXPECT_EQ(*notes->fate("x.xml", note), newer);
    EXPECT_THAT(*notes->fates(), SizeIs(1));
    EXPECT_THAT(*notes->names(), ElementsAre("x.xml"));
    const std::string longest(200, 'n');
    note.inode = newer.inode = ~std::uint64_t{0};
    note.copied_at = newer.copied_at = base::Time::max();
    ASSERT_TRUE(notes->write(longest, newer));
    EXPECT_EQ(*notes->fate(longest, note), newer);
}

TEST_F(CourierFaults, AListingThatIsCutIsGoneOnWith) {
    world.server.listed_max = 2;
    for (const char* name : {"a", "b", "c"})
        world.server.put(std::string{"OutBox/"} + name + ".xml", name);
    world.line_works = false;
    world.turns(4);
    EXPECT_THAT(progress().trouble, HasSubstr("listing OutBox"));
    EXPECT_THAT(world.spool.files("acme/OutBox"), SizeIs(2));
    world.line_works = true;
    world.turns(8);
    EXPECT_THAT(world.taken, SizeIs(3));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

TEST_F(CourierFaults, ADayThatIsRemovedThereIsMadeAgain) {
    world.server.put("OutBox/a.xml", "<a/>");
    world.turns(4);
    ASSERT_THAT(world.server.names("SentBox"), SizeIs(1));
    world.server.directories.erase("SentBox/2026-11-22");
    world.server.files.erase("SentBox/2026-11-22/000000000001_a.xml");
    world.server.put("OutBox/b.xml", "<b/>");
    world.turns(4);
    EXPECT_THAT(world.server.names("SentBox"), ElementsAre("2026-11-22/000000000002_b.xml"));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

TEST_F(CourierFaults, WhatIsNoFileAmongReceiptsIsToldAndPassed) {
    world.turn();
    const std::string inbox = world.spool.at("acme/InBox/");
    fs::create_directory(inbox + "000000000005_x.xml");
    fs::create_symlink("/etc/hostname", inbox + "000000000006_x.xml");
    ASSERT_EQ(::mkfifo((inbox + "000000000007_x.xml").c_str(), 0600), 0);
    world.deliver("000000000008_x.xml", "<Receipt/>");
    world.turns(2);
    EXPECT_THAT(world.server.names("InBox"), ElementsAre("000000000008_x.xml"));
    EXPECT_THAT(progress().trouble, HasSubstr("_x.xml is no file"));
    for (const char* name : {"000000000005_x.xml", "000000000006_x.xml", "000000000007_x.xml"})
        fs::remove(inbox + name);
    world.turn();
    EXPECT_EQ(progress().trouble, "");
}

// A size that no file system has room to name.
TEST_F(CourierFaults, ASizeBeyondAllFilesIsRefusedLikeOthers) {
    world.options.bytes_max = 100'000;
    world.line_works = false;
    world.server.put("OutBox/x.xml", std::string(70'000, 'x'));
    world.server.files["OutBox/x.xml"].claimed_bytes = ~std::uint64_t{0} - 1;
    world.turns(3);
    struct stat status {};
    ASSERT_EQ(::stat(world.spool.at("acme/OutBox/x.xml").c_str(), &status), 0);
    EXPECT_GT(status.st_size, 100'000);
    EXPECT_EQ(world.server.questions["list"], 3u);
}

// A number that was given twice (a state that was restored) must not bring an old file back.
TEST_F(CourierFaults, AnOriginalThatHasTheNameStaysWhereItIs) {
    world.server.directories.insert({"SentBox", "SentBox/2026-11-22"});
    world.server.put("SentBox/2026-11-22/000000000001_x.xml", "<old/>");
    world.server.put("OutBox/x.xml", "<new/>");
    world.turns(8);
    EXPECT_EQ(world.server.files["SentBox/2026-11-22/000000000001_x.xml"].bytes, "<old/>");
    EXPECT_THAT(world.server.names("OutBox"), ElementsAre("x.xml"));
    EXPECT_THAT(world.taken, ElementsAre(Pair("<new/>", 1)));
    EXPECT_THAT(progress().trouble, HasSubstr("moving x.xml: another file is SentBox/"));
    world.server.files.erase("SentBox/2026-11-22/000000000001_x.xml");
    world.turns(until_holds_are_over);
    EXPECT_EQ(world.server.files["SentBox/2026-11-22/000000000001_x.xml"].bytes, "<new/>");
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

TEST_F(CourierFaults, ForeignWordsAreCut) {
    world.server.put("OutBox/" + std::string(100'000, '\n') + ".xml", "<x/>");
    world.turns(1);
    EXPECT_THAT(progress().odd_name, HasSubstr("\\x0a"));
    EXPECT_LE(mailbox::cut(progress().odd_name).size(), 255u);
    std::string words = "x";
    for (int i = 0; i < 200; ++i) words += "\xe5\xa4\xaa";
    const std::string short_words = mailbox::cut(words);
    EXPECT_LE(short_words.size(), 255u);
    EXPECT_GT(short_words.size(), 200u);
    EXPECT_TRUE(base::is_utf8(short_words));
    EXPECT_EQ(mailbox::cut("short"), "short");
}

}  // namespace
