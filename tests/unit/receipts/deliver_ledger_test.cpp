// The ledger of what is delivered (P5): once, in order, and never two receipts under one number.
#include "unit/receipts/deliver_world.hpp"

namespace {

using delivery::DeliverTest;
using delivery::Files;
using delivery::Stopped;
using delivery::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// P5: what is delivered again after a crash is listed once, in the same order.
TEST_F(DeliverTest, TheLedgerIsTheSameWhereverItWasStopped) {
    const auto lists_of = [](const World& world) {
        Files lists;
        for (const auto& [path, bytes] : world.spool.files(".archive"))
            if (path.ends_with("SHA256SUMS") || path.ends_with(".sig")) lists[path] = bytes;
        return lists;
    };
    World whole;
    whole.accept_three();
    whole.deliver();
    const Files wanted = lists_of(whole);
    EXPECT_EQ(wanted.size(), 6u) << "of two days and two mailboxes, one of each signed";
    int k = 1;
    for (bool stopped = true; stopped; ++k) {
        World world;
        world.accept_three();
        int steps = 0;
        stopped = false;
        base::set_durable_step_hook([&](const char*) {
            if (++steps == k) throw Stopped{};
        });
        try {
            world.confirm(world.deliver());
        } catch (const Stopped&) {
            stopped = true;
        }
        base::set_durable_step_hook({});
        world.open_ledger();
        world.confirm(world.deliver());
        ASSERT_EQ(lists_of(world), wanted) << "stopped before step " << k;
    }
    EXPECT_GT(k, 30);
}

// P5: a state that was put back gives a number again: what is listed stays, nobody gets another.
TEST_F(DeliverTest, WhatTheLedgerHasUnderANumberStays) {
    World world;
    world.accept("acme", "x.xml", 1, edi::Box::Sent);
    world.confirm(world.deliver());
    const Files before = world.spool.files(".archive");
    world.accept("acme", "other.xml", 1, edi::Box::Sent);
    world.accept("acme", "later.xml", 2, edi::Box::Sent);
    EXPECT_THAT(world.deliver().deliveries, IsEmpty()) << "nor what is behind it";
    EXPECT_THAT(log_, HasSubstr("the state is another one than that which wrote the archive"));
    Files after = world.spool.files(".archive");
    std::erase_if(
        after, [](const auto& each) { return each.first.find("originals/") != std::string::npos; });
    for (const auto& [path, bytes] : after) EXPECT_EQ(before.at(path), bytes) << path;
    EXPECT_EQ(world.spool.files("acme/InBox").size(), 1u);
    EXPECT_EQ(world.spool.files("acme/OutBox").size(), 2u);
    // So that no condition is left for the next test.
    world.deliveries = {{3, "acme", "2026-11-23", "000000000003_done_z.xml", "<Receipt/>"}};
    world.takings.clear();
    world.confirm(world.deliver());
    EXPECT_THAT(world.deliveries, IsEmpty());
}

// One that cannot go into the archive keeps those behind it out of the ledger: numbers follow each
// other there.
TEST_F(DeliverTest, BehindAReceiptThatCannotBeArchivedNoneIsListed) {
    World world;
    world.accept("acme", "x.xml", 1, edi::Box::Sent);
    world.accept("acme", "y.xml", 2, edi::Box::Sent);
    ASSERT_TRUE(world.archive.day("acme", "2026-11-23"));
    const auto in_the_way =
        world.spool.put(".archive/acme/2026/11/23/000000000001_accepted_x.xml", "<other/>");
    EXPECT_THAT(world.deliver().deliveries, IsEmpty());
    EXPECT_EQ(world.spool.files("acme/OutBox").size(), 2u);
    std::filesystem::remove(in_the_way);
    EXPECT_THAT(world.deliver().deliveries, ElementsAre(1, 2));
}

}  // namespace
