// The main job, end to end, in one process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journeys/world.hpp"

namespace journeys {
namespace {

using testing::ElementsAre;

TEST(Journey, AnApplicationIsDeclaredApprovedAndCleared) {
    World world{Given{}};
    world.drop("acme", "a.xml", own_file("samples/valid/03-application-single-machine.xml"));
    world.run(std::chrono::seconds{10});
    EXPECT_THAT(world.kinds("SAMPLE-0003"), ElementsAre("accepted", "submitted", "approved",
                                                        "customs-transfer", "customs-transfer"));
    EXPECT_EQ(world.application("PO-2026-0003")->state, edi::ApplicationState::Approved);
    EXPECT_EQ(world.ministry().counters().declared, 1u);
    EXPECT_TRUE(world.files("acme", "OutBox").empty());
    EXPECT_EQ(world.files("acme", "SentBox").size(), 1u);
}

}  // namespace
}  // namespace journeys
