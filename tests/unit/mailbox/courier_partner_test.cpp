// A marker or digest that changes while its file, fetched already, waits for the line (operations
// 1: what makes a file complete, "SFTP drops").
#include "base/hash.hpp"
#include "unit/mailbox/courier_world.hpp"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using tests::CourierWorld;
using At = CourierWorld::At;

constexpr int until_holds_are_over = 60;  // turns; the longest hold is half of that

class CourierCorrects : public testing::TestWithParam<const char*>, protected tests::EmptyWorld {
protected:
    std::string partner() const { return std::string{"x.xml"} + GetParam(); }
    void fetch_a_wrong_partner() {
        world.options.partner_ending = GetParam();
        world.line_works = false;
        world.server.put("OutBox/x.xml", "<x/>");
        world.server.put("OutBox/" + partner(), "wrong");
        world.turns(3);
        ASSERT_EQ(outbox(partner()), "wrong");
    }
};

// Its file stays as it is, here and there.
TEST_P(CourierCorrects, APartnerThatChangesIsFetchedAlone) {
    ASSERT_NO_FATAL_FAILURE(fetch_a_wrong_partner());
    const unsigned fetched = world.server.questions["fetch"];
    world.server.put("OutBox/" + partner(), "right");
    world.turns(3);
    EXPECT_EQ(outbox(partner()), "right");
    EXPECT_EQ(world.server.questions["fetch"], fetched + 1);
    world.line_works = true;
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
    world.expect_tidy();
}

// Tried again less and less often, and no other file waits for it.
TEST_P(CourierCorrects, APartnerThatBreaksTheLineStepsAside) {
    ASSERT_NO_FATAL_FAILURE(fetch_a_wrong_partner());
    world.server.put("OutBox/" + partner(), "right");
    world.server.breaks.insert("OutBox/" + partner());
    world.turns(6);
    EXPECT_THAT(progress().trouble, HasSubstr("fetching x.xml: the line was cut"));
    const unsigned fetched = world.server.questions["fetch"];
    world.turns(until_holds_are_over);
    EXPECT_LT(world.server.questions["fetch"] - fetched, 20u);
    world.server.breaks.clear();
    world.turns(until_holds_are_over);
    EXPECT_EQ(outbox(partner()), "right");
    EXPECT_EQ(progress().trouble, "");
    world.line_works = true;
    world.turns(4);
    EXPECT_THAT(world.taken, ElementsAre(Pair("<x/>", 1)));
    world.expect_tidy();
}

// As for all that is fetched: nothing while the daemon takes nothing in.
TEST_P(CourierCorrects, APartnerIsNotFetchedWhileNothingMayBe) {
    ASSERT_NO_FATAL_FAILURE(fetch_a_wrong_partner());
    world.courier().fetch_while([] { return false; });
    world.server.put("OutBox/" + partner(), "right");
    world.turns(3);
    EXPECT_EQ(outbox(partner()), "wrong");
    world.courier().fetch_while([] { return true; });
    world.turn();
    EXPECT_EQ(outbox(partner()), "right");
}

TEST_P(CourierCorrects, EndsTheSameWhereverItCrashes) {
    for (int k = 1; k < 2'000; ++k) {
        SCOPED_TRACE(k);
        CourierWorld one;
        one.options.partner_ending = GetParam();
        one.server.files.clear();
        one.line_works = false;
        one.server.put("OutBox/x.xml", "<x/>");
        one.server.put("OutBox/" + partner(), "wrong");
        one.stop_at(k, At::ItCrashes);
        one.turns(3);
        one.server.put("OutBox/" + partner(), base::sha256_hex("<x/>"));
        one.turns(4);
        EXPECT_EQ(one.spool.content("acme/OutBox/" + partner()), base::sha256_hex("<x/>"));
        one.line_works = true;
        one.turns(8);
        EXPECT_THAT(one.taken, ElementsAre(Pair("<x/>", 1)));
        EXPECT_THAT(one.server.names("OutBox"), IsEmpty());
        EXPECT_THAT(one.server.names("SentBox"), ElementsAre("2026-11-22/000000000001_x.xml"));
        one.expect_tidy();
        if (HasFailure()) return;
        if (!one.happened()) {
            EXPECT_GT(k, 50);
            return;
        }
    }
    FAIL() << "it never ends";
}

INSTANTIATE_TEST_SUITE_P(Courier, CourierCorrects, testing::Values(".done", ".sha256"),
                         [](const auto& each) { return std::string{each.param}.substr(1); });

}  // namespace
