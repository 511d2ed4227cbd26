// Servers that list names alone, as operations.md 1, "SFTP drops", and hardening.md 5.4 have it:
// what is asked for is bounded, and a marker or digest counts as on any other server.
#include "base/hash.hpp"
#include "unit/mailbox/courier_world.hpp"

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::SizeIs;
using tests::CourierWorld;

class CourierAlone : public testing::Test, protected tests::EmptyWorld {
protected:
    CourierAlone() { world.server.lists_attributes = false; }
    void put_many(int count, const char* ending) {
        for (int i = 0; i < count; ++i)
            world.server.put("OutBox/m" + std::to_string(1000 + i) + ending, "many");
    }
};

TEST_F(CourierAlone, NamesAreAskedFor) {
    for (const char* name : {"a", "b"})
        world.server.put(std::string{"OutBox/"} + name + ".xml", name);
    world.server.put("OutBox/link.xml", "elsewhere");
    world.server.odd.insert("OutBox/link.xml");
    world.turns(5);
    EXPECT_THAT(world.taken, ElementsAre(Pair("a", 1), Pair("b", 1)));
    EXPECT_EQ(progress().odd, 1u);
    world.expect_tidy();
    world.server.looks_tell = false;
    world.server.put("OutBox/c.xml", "c");
    world.turns(3);
    EXPECT_THAT(progress().trouble, HasSubstr("size and time of"));
    EXPECT_THAT(world.taken, SizeIs(2));
}

// More than are asked for each time, and never fetched: in turn, before and behind the one.
TEST_F(CourierAlone, WhatIsNeverFetchedKeepsNobodyFromBeingAskedFor) {
    put_many(600, ".xml");
    for (const std::string& name : world.server.names("OutBox"))
        world.server.odd.insert("OutBox/" + name);
    world.server.put("OutBox/a.xml", "a");
    world.server.put("OutBox/z.xml", "z");
    world.turns(12);
    EXPECT_THAT(world.taken, ElementsAre(Pair("a", 1), Pair("z", 1)));
    EXPECT_EQ(progress().odd, 600u);
}

TEST_F(CourierAlone, WhatHasNoPartnerIsNotAskedFor) {
    world.options.partner_ending = ".done";
    put_many(600, ".xml");
    world.server.put("OutBox/a.xml", "a");
    world.server.put("OutBox/a.xml.done", "");
    world.turn();
    EXPECT_LT(world.server.questions["look"], 20u);
    world.turns(3);
    EXPECT_THAT(world.taken, ElementsAre(Pair("a", 1)));
}

// So is the one name whose size cannot be asked for without losing the line.
TEST_F(CourierAlone, ANameThatBreaksTheLineStepsAside) {
    for (const char* name : {"a", "b", "c"})
        world.server.put(std::string{"OutBox/"} + name + ".xml", name);
    world.server.look_breaks.insert("OutBox/b.xml");
    world.turns(12);
    EXPECT_THAT(world.taken, ElementsAre(Pair("a", 1), Pair("c", 1)));
    EXPECT_THAT(progress().trouble, HasSubstr("fetching b.xml: the line was cut"));
    const unsigned looked = world.server.questions["make_directory"];
    world.turns(100);
    EXPECT_LT(world.server.questions["make_directory"] - looked, 100u) << "it has lost each line";
    world.server.look_breaks.clear();
    world.turns(60);
    EXPECT_THAT(world.taken, SizeIs(3));
    EXPECT_EQ(progress().trouble, "");
    world.expect_tidy();
}

class AloneWithPartner : public CourierAlone, public testing::WithParamInterface<const char*> {
protected:
    AloneWithPartner() { world.options.partner_ending = GetParam(); }
    const std::string partner = std::string{"x.xml"} + GetParam();
};

TEST_P(AloneWithPartner, WhatIsProvenIsTaken) {
    world.server.put("OutBox/x.xml", "<x/>");
    world.server.put("OutBox/" + partner, base::sha256_hex("<x/>"));
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
    world.expect_tidy();
}

// A copy that is written anew with each listing would never be old enough for FILE-INCOMPLETE.
TEST_P(AloneWithPartner, APartnerIsFetchedOnceAndWhenItChanges) {
    world.line_works = false;
    world.server.put("OutBox/x.xml", "<x/>");
    world.server.put("OutBox/" + partner, "wrong");
    world.turns(3);
    ASSERT_EQ(world.spool.content("acme/OutBox/" + partner), "wrong");
    const unsigned fetched = world.server.questions["fetch"];
    world.turns(5);
    EXPECT_EQ(world.server.questions["fetch"], fetched);
    world.server.put("OutBox/" + partner, "right");
    world.turns(3);
    EXPECT_EQ(world.server.questions["fetch"], fetched + 1);
    EXPECT_EQ(world.spool.content("acme/OutBox/" + partner), "right");
}

TEST_F(CourierAlone, AMarkerThatIsOlderThanItsFileDoesNotCount) {
    world.options.partner_ending = ".done";
    world.server.put("OutBox/x.xml.done", "");
    world.server.put("OutBox/x.xml", "<x>ha");
    world.turns(4);
    EXPECT_EQ(world.server.questions["fetch"], 0u);
}

INSTANTIATE_TEST_SUITE_P(Courier, AloneWithPartner, testing::Values(".done", ".sha256"),
                         [](const auto& each) { return std::string{each.param}.substr(1); });

}  // namespace
