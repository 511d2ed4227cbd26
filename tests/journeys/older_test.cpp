// A submission that was given up although something of it had been sent may arrive late: a new one
// of the same application asks for the older key first (gateway.md, "In doubt never becomes a
// second declaration").
#include <gmock/gmock.h>

#include "journeys/edited.hpp"
#include "journeys/world.hpp"

namespace journeys {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class Older : public testing::Test {
protected:
    // The only request breaks off; asked for twice it is not there; nothing gets through any more,
    // and after 15 days it is given up.
    void give_up(World& world) {
        world.gateway().handed_over = [&](const dispatch::Request& request) {
            if (request.ask == dispatch::Ask::ByKey) world.gateway().line = Line::Up;
            if (request.ask == dispatch::Ask::Submit && request.attempt > 1)
                world.gateway().line = Line::Down;
        };
        drop(world, "M-1");
        world.run(1h);
        ASSERT_EQ(world.gateway().line, Line::Down) << "it was never asked for twice";
        world.gateway().handed_over = {};
        world.clock().jump(15 * 24h);
        world.run(2h);
        world.gateway().line = Line::Up;
        ASSERT_EQ(world.kinds("M-1").back(), "undeliverable");
    }
    static void drop(World& world, const std::string& id) {
        world.drop("acme", id + ".xml",
                   edited("samples/valid/06-application-minimal.xml", {id, "PO-1", {}}));
    }
    static Given given() {
        Given out;
        out.scenario = "scenario: slow review\notherwise: {decision: approved, delay: 366h}\n";
        out.start = "2026-11-02T09:30:00+08:00";
        return out;
    }
};

TEST_F(Older, TheMinistryHasItAfterAllAndItCounts) {
    Given how = given();
    how.faults.commit_late = 1000;
    how.faults.commit_late_by = 5min;
    World world{how};
    give_up(world);
    ASSERT_EQ(world.ministry().counters().declared, 1u);
    drop(world, "M-2");
    world.run(10min);
    EXPECT_THAT(world.kinds("M-2"), ElementsAre("accepted", "rejected"));
    EXPECT_THAT(world.receipt("M-2", "rejected").problems(), ElementsAre("FLOW-STATE"));
    EXPECT_EQ(world.kinds("M-1").back(), "submitted");
    EXPECT_EQ(world.application("PO-1")->state, edi::ApplicationState::UnderReview);
    EXPECT_EQ(world.application("PO-1")->message_id, "M-1");
    EXPECT_EQ(world.ministry().counters().declared, 1u);
    world.run(4h);
    EXPECT_EQ(world.application("PO-1")->state, edi::ApplicationState::Approved);
}

// A stop between the question and its answer changes nothing.
TEST_F(Older, IsAskedForAgainAfterAStop) {
    Given how = given();
    how.keeping = Keeping::RocksDb;
    World world{how};
    world.gateway().line = Line::LosesRequests;
    give_up(world);
    std::vector<std::string> asked;
    world.gateway().handed_over = [&](const dispatch::Request& request) {
        if (request.ask == dispatch::Ask::ByKey || request.ask == dispatch::Ask::Submit)
            asked.push_back(request.key);
    };
    world.gateway().line = Line::LosesAnswers;
    drop(world, "M-2");
    world.run(1s);
    world.stop_at_once();
    world.gateway().line = Line::Up;
    world.start();
    world.run(10min);
    const auto first = world.store().message(edi::record_id("91110108MA0000015T", "M-1"));
    ASSERT_GE(asked.size(), 4u) << "asked and lost, asked twice, sent";
    for (std::size_t i = 0; i + 1 < asked.size(); ++i) EXPECT_EQ(asked[i], first->subjects[0].key);
    EXPECT_NE(asked.back(), first->subjects[0].key);
    EXPECT_EQ(world.application("PO-1")->state, edi::ApplicationState::UnderReview);
    EXPECT_EQ(world.application("PO-1")->message_id, "M-2");
    EXPECT_EQ(world.ministry().counters().declared, 1u);
}

}  // namespace
}  // namespace journeys
