// What is wrong with the clock and the results is told from its beginning to its end.
#include "talk.hpp"

namespace desk {
namespace {

using std::chrono::minutes;

class TroubleOf : public Talk {
protected:
    route::Trouble trouble() { return route_.step({}).trouble; }
    void hear_page(const Said& said) {
        clock_.advance(minutes{10});
        hear(dispatch::Ask::Results, said);
    }
};

TEST_F(TroubleOf, ResultsLastsFromTheFirstBadPageToTheNextGoodOne) {
    EXPECT_FALSE(trouble().results);
    hear_page({.status = 503});
    const auto since = clock_.now();
    ASSERT_TRUE(trouble().results);
    EXPECT_EQ(trouble().results->reason, "HTTP 503");
    hear_page({.body = html});
    ASSERT_TRUE(trouble().results);
    EXPECT_NE(trouble().results->reason, "HTTP 503") << "the reason is that of the last page";
    EXPECT_FALSE(trouble().results->reason.empty());
    EXPECT_EQ(trouble().results->since, since);
    hear_page({.body = page("c-1")});
    EXPECT_FALSE(trouble().results);
}

TEST_F(TroubleOf, AClockThatWasMovedLastsUntilItWasSteady) {
    EXPECT_FALSE(trouble().clock);
    clock_.jump(-std::chrono::hours{2});
    const auto clock = trouble().clock;
    ASSERT_TRUE(clock);
    EXPECT_EQ(clock->moved, -std::chrono::hours{2});
    EXPECT_EQ(clock->noticed_at, clock_.now());
    clock_.advance(minutes{2});
    EXPECT_TRUE(trouble().clock);
    clock_.advance(minutes{4});
    EXPECT_FALSE(trouble().clock);
}

}  // namespace
}  // namespace desk
