// What servers and enterprises bring about, one by one (operations.md 1, "SFTP drops"; hardening.md
// 5.3 and 5.4).
#include <sys/stat.h>

#include "base/hash.hpp"
#include "unit/mailbox/courier_world.hpp"

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;
using tests::CourierWorld;
using tests::FakeServer;
using At = CourierWorld::At;

class Courier : public testing::Test, protected tests::EmptyWorld {};

// Operations: complete when size and mtime have not changed for `settle` by our clock.
TEST_F(Courier, WaitsUntilAFileDoesNotChangeAnyMore) {
    for (int size = 1; size < 6; ++size) {
        world.server.put("OutBox/x.xml", std::string(static_cast<std::size_t>(size), 'x'));
        world.turn();
        EXPECT_THAT(world.taken, IsEmpty());
        EXPECT_EQ(progress().remote_waiting, 1u);
    }
    world.turns(2);
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("xxxxx", 1)));
}

// sshd closes a torn upload too; what the enterprise adds later is the document.
TEST_F(Courier, FetchesAnewWhatGoesOnBeforeTheLineTookIt) {
    world.line_works = false;
    world.server.put("OutBox/x.xml", "<a>to");
    world.turns(3);
    EXPECT_EQ(outbox("x.xml"), "<a>to");
    world.server.put("OutBox/x.xml", "<a>torn</a>");
    world.turns(3);
    EXPECT_EQ(outbox("x.xml"), "<a>torn</a>");
    // Touched only: our copy stays what it is.
    struct stat before {
    }, after{};
    ::stat(world.spool.at("acme/OutBox/x.xml").c_str(), &before);
    world.server.put("OutBox/x.xml", "<a>torn</a>");
    world.turns(3);
    ::stat(world.spool.at("acme/OutBox/x.xml").c_str(), &after);
    EXPECT_EQ(before.st_ino, after.st_ino);
    world.line_works = true;
    world.turns(3);
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("<a>torn</a>", 1)));
    EXPECT_THAT(world.server.names("SentBox"), ElementsAre("2026-11-22/000000000001_x.xml"));
    world.expect_tidy();
}

TEST_F(Courier, TellsWhatItMayNotMoveAndTakesItOnce) {
    world.server.directories.insert("SentBox/2026-11-22");
    world.server.refuses.insert("SentBox/2026-11-22");
    world.server.put("OutBox/x.xml", "<x/>");
    world.turns(6);
    EXPECT_THAT(progress().trouble, HasSubstr("moving x.xml"));
    EXPECT_THAT(world.server.names("OutBox"), ElementsAre("x.xml"));
    // Tried again less and less often, not in each round.
    const unsigned tried = world.server.questions["rename"];
    for (int i = 0; i < 50; ++i)
        (void)world.courier().round(*std::make_unique<tests::FakeRemote>(world.server));
    EXPECT_EQ(world.server.questions["rename"], tried);
    world.server.refuses.clear();
    world.turns(8);
    EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
    EXPECT_EQ(progress().trouble, "");
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("<x/>", 1)));
}

TEST_F(Courier, KeepsReceiptsWhileTheDiskThereIsFull) {
    world.server.room = 0;
    world.deliver("000000000007_a_x.xml", "<Receipt/>");
    world.turns(3);
    EXPECT_THAT(progress().trouble, HasSubstr("no space"));
    EXPECT_EQ(progress().receipts_waiting, 1u);
    EXPECT_THAT(world.server.names("InBox"), IsEmpty());
    world.server.room = 1'000;
    world.turns(3);
    EXPECT_THAT(world.server.names("InBox"), ElementsAre("000000000007_a_x.xml"));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

// messages.md 5: what belongs to a receipt appears before it, and receipts in their order.
TEST_F(Courier, BringsReceiptsInTheirOrderAndEnclosuresFirst) {
    const std::vector<std::string> order = {
        "000000000008_printed_M_form.pdf", "000000000008_printed_M.xml",
        "000000000009_accepted_N.xml", "000000000010_printed_O_a.xml",
        "000000000010_printed_O.xml"};
    for (const int i : {4, 1, 3, 0, 2}) world.deliver(order[static_cast<std::size_t>(i)], "<x/>");
    world.deliver("notes.txt", "of an operator");
    world.turns(2);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
        EXPECT_LT(world.server.files.at("InBox/" + order[i]).modified_s,
                  world.server.files.at("InBox/" + order[i + 1]).modified_s)
            << order[i];
    EXPECT_EQ(world.server.names("InBox").size(), order.size());
}

TEST_F(Courier, ReplacesATorsoOfAReceipt) {
    world.server.directories.insert("InBox");
    world.server.put("InBox/000000000007_a_x.xml", "<Rec");
    world.deliver("000000000007_a_x.xml", "<Receipt/>");
    world.turns(2);
    EXPECT_EQ(world.server.files.at("InBox/000000000007_a_x.xml").bytes, "<Receipt/>");
    world.expect_tidy();
}

TEST_F(Courier, LeavesOddNamesAloneAndCountsThem) {
    for (const char* name : {"a b.xml", "-x.xml", "x.txt", "\xb6\xa9.xml", "..xml.xml~", "x\n.xml"})
        world.server.put(std::string{"OutBox/"} + name, "<x/>");
    world.server.put("OutBox/link.xml", "<x/>");
    world.server.odd.insert("OutBox/link.xml");
    world.server.put("OutBox/" + std::string(198, 'n') + ".xml", "<x/>");
    world.server.put("OutBox/up.xml.part", "<x/>");
    world.server.put("OutBox/.hidden.xml", "<x/>");
    world.turns(4);
    EXPECT_THAT(world.taken, IsEmpty());
    EXPECT_EQ(progress().odd, 7u);
    EXPECT_NE(progress().odd_name, "");
    EXPECT_EQ(world.server.questions["fetch"], 0u);
}

// Of a file that will be refused for its size only the beginning is fetched.
TEST_F(Courier, FetchesTheBeginningOfWhatIsTooLarge) {
    world.options.bytes_max = 100'000;
    const std::string bytes(200'000, 'x');
    world.server.put("OutBox/x.xml", bytes);
    world.line_works = false;
    world.turns(3);
    const std::string copy = outbox("x.xml");
    ASSERT_EQ(copy.size(), bytes.size());
    EXPECT_EQ(copy.substr(0, 65'536), bytes.substr(0, 65'536));
    EXPECT_EQ(copy.back(), '\0');
    world.line_works = true;
    world.turns(3);
    EXPECT_THAT(world.server.names("SentBox"), ElementsAre("2026-11-22/000000000001_x.xml"));
}

// Hardening 5.4: a bounded listing; what is beyond it comes later.
TEST_F(Courier, TakesManyFilesByPieces) {
    world.options.files_max = 7;
    for (int i = 0; i < 40; ++i)
        world.server.put("OutBox/" + std::to_string(1000 + i) + ".xml", std::to_string(i));
    world.line_works = false;
    world.turns(20);
    EXPECT_THAT(world.spool.files("acme/OutBox"), SizeIs(7));
    EXPECT_EQ(outbox("1000.xml"), "0");  // the oldest first
    world.line_works = true;
    world.turns(60);
    EXPECT_EQ(world.taken.size(), 40u);
    EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
    world.expect_tidy();
}

// A server without times: a replacement of the same size shows only when it was moved.
TEST_F(Courier, GivesBackWhatWasMovedInsteadOfWhatWasTaken) {
    world.server.tells_times = false;
    world.server.put("OutBox/x.xml", "<x>1</x>");
    world.line_works = false;
    world.turns(3);
    world.server.put("OutBox/x.xml", "<x>2</x>");
    world.line_works = true;
    world.turn();
    world.turn();
    EXPECT_THAT(world.server.names("OutBox"), ElementsAre("x.again-000000000001.xml"));
    world.turns(4);
    EXPECT_THAT(world.taken,
                ElementsAre(testing::Pair("<x>1</x>", 1), testing::Pair("<x>2</x>", 1)));
    EXPECT_EQ(progress().given_back, 1u);
    world.expect_tidy();
}

TEST_F(Courier, WaitsForANameThatSomebodyElseUsesHere) {
    world.line_works = false;
    world.server.put("OutBox/x.xml", "<there/>");
    world.turns(1);
    world.spool.put("acme/OutBox/x.xml", "<here/>");
    world.turns(3);
    EXPECT_EQ(outbox("x.xml"), "<here/>");
    world.line_works = true;
    world.turns(6);
    EXPECT_THAT(world.taken,
                ElementsAre(testing::Pair("<here/>", 1), testing::Pair("<there/>", 1)));
    world.expect_tidy();
}

TEST_F(Courier, FetchesAgainWhatAStrangersHandRemovedHere) {
    world.line_works = false;
    world.server.put("OutBox/x.xml", "<x/>");
    world.turns(3);
    std::filesystem::remove(world.spool.at("acme/OutBox/x.xml"));
    world.line_works = true;
    world.turns(6);
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("<x/>", 1)));
    EXPECT_THAT(world.server.names("SentBox"), SizeIs(1));
    world.expect_tidy();
}

TEST_F(Courier, MakesTheBoxesThatAreMissing) {
    world.server.directories.clear();
    world.turns(2);
    EXPECT_THAT(world.server.directories, ElementsAre("FailBox", "InBox", "OutBox", "SentBox"));
}

// Operations: a mailbox may demand a marker or a digest.
class Demanding : public Courier, public testing::WithParamInterface<const char*> {
protected:
    void prove(const std::string& name) {
        world.server.put(
            "OutBox/" + name + GetParam(),
            base::sha256_hex(world.server.files.at("OutBox/" + name).bytes) + "  " + name + "\n");
    }
};

TEST_P(Demanding, TakesWhatIsProvenAtOnceAndNothingElse) {
    world.options.partner_ending = GetParam();
    world.server.put("OutBox/x.xml", "<x/>");
    world.turns(4);
    EXPECT_THAT(world.taken, IsEmpty());
    EXPECT_EQ(progress().odd, 0u);
    prove("x.xml");
    world.turns(3);
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("<x/>", 1)));
    EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
    EXPECT_THAT(world.server.names("SentBox"), ElementsAre("2026-11-22/000000000001_x.xml"));
    world.expect_tidy();
}

TEST_P(Demanding, EndsTheSameWhereverItCrashes) {
    for (int k = 1; k < 2'000; ++k) {
        SCOPED_TRACE(k);
        CourierWorld one;
        one.options.partner_ending = GetParam();
        one.server.files.clear();
        one.server.put("OutBox/x.xml", "<x/>");
        one.server.put(std::string{"OutBox/x.xml"} + GetParam(), base::sha256_hex("<x/>"));
        one.stop_at(k, At::ItCrashes);
        one.turns(6);
        if (!one.happened()) {
            EXPECT_GT(k, 50);
            return;
        }
        one.turns(6);
        EXPECT_THAT(one.taken, ElementsAre(testing::Pair("<x/>", 1)));
        EXPECT_THAT(one.server.names("OutBox"), IsEmpty());
        EXPECT_THAT(one.server.names("SentBox"), ElementsAre("2026-11-22/000000000001_x.xml"));
        one.expect_tidy();
        if (HasFailure()) return;
    }
    FAIL() << "it never ends";
}

// It may still be going up, under a name that its sender does not know.
TEST_P(Demanding, LetsWhatItGivesBackSettle) {
    world.options.partner_ending = GetParam();
    world.server.tells_times = false;
    world.server.put("OutBox/x.xml", "<x>1</x>");
    prove("x.xml");
    world.line_works = false;
    world.turns(2);
    world.server.put("OutBox/x.xml", "<x>2</x");
    world.line_works = true;
    // As many bytes: it is moved for the first one.
    world.server.files["OutBox/x.xml"].bytes = "<x>2....";
    world.turns(2);
    const std::string back = "OutBox/x.again-000000000001.xml";
    ASSERT_TRUE(world.server.files.contains(back));
    EXPECT_FALSE(world.server.files.contains(back + GetParam()));
    for (int i = 0; i < 4; ++i) {
        world.server.files[back].bytes += "..";
        world.turn();
        EXPECT_THAT(world.taken, SizeIs(1));
    }
    world.server.files[back].bytes = "<x>2</x>";
    world.turns(8);
    EXPECT_THAT(world.taken,
                ElementsAre(testing::Pair("<x>1</x>", 1), testing::Pair("<x>2</x>", 1)));
    EXPECT_THAT(world.server.names("SentBox"),
                ElementsAre("2026-11-22/000000000002_x.again-000000000001.xml"));
}

// The older state is committed and leaves the OutBox while the newer one comes with its proof.
TEST_P(Demanding, KeepsAPartnerBackUntilItsFileHasTheName) {
    world.options.partner_ending = GetParam();
    world.turn();
    world.spool.put("acme/OutBox/x.xml", "<here/>");
    world.spool.put(std::string{"acme/OutBox/x.xml"} + GetParam(), "of the one here");
    world.line_works = false;
    world.server.put("OutBox/x.xml", "<there/>");
    prove("x.xml");
    world.turns(3);
    EXPECT_EQ(outbox("x.xml"), "<here/>");
    EXPECT_EQ(outbox(std::string{"x.xml"} + GetParam()), "of the one here");
    std::filesystem::remove(world.spool.at("acme/OutBox/x.xml"));
    std::filesystem::remove(world.spool.at(std::string{"acme/OutBox/x.xml"} + GetParam()));
    world.turn();
    EXPECT_EQ(outbox("x.xml"), "<there/>");
    EXPECT_EQ(outbox(std::string{"x.xml"} + GetParam()),
              world.server.files.at(std::string{"OutBox/x.xml"} + GetParam()).bytes);
    world.line_works = true;
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("<there/>", 1)));
    world.expect_tidy();
}

// A marker of an earlier file of that name says nothing about a half uploaded one.
TEST_F(Courier, LeavesAFileThatIsYoungerThanItsMarker) {
    world.options.partner_ending = ".done";
    world.server.put("OutBox/x.xml.done", "");
    world.server.put("OutBox/x.xml", "<x>ha");
    world.turns(6);
    EXPECT_THAT(world.taken, IsEmpty());
    EXPECT_EQ(world.server.questions["fetch"], 0u);
    world.server.put("OutBox/x.xml", "<x>half</x>");
    world.server.put("OutBox/x.xml.done", "");
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(testing::Pair("<x>half</x>", 1)));
    world.expect_tidy();
}

INSTANTIATE_TEST_SUITE_P(Courier, Demanding, testing::Values(".done", ".sha256"),
                         [](const auto& each) { return std::string{each.param}.substr(1); });

}  // namespace
