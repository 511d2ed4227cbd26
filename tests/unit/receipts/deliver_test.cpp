// After the commit: P1 and P2 for every moment at which the world may stop. Each receipt stands in
// its InBox once with the right bytes, each original is boxed, the OutBoxes are empty.
#include "syncs.hpp"
#include "unit/receipts/deliver_world.hpp"

namespace {

using delivery::DeliverTest;
using delivery::Files;
using delivery::Stopped;
using delivery::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(DeliverTest, AGroupIsDeliveredAndConfirmedWhole) {
    World world;
    world.accept_three();
    const auto delivered = world.deliver();
    EXPECT_THAT(delivered.deliveries, ElementsAre(1, 2, 3));
    EXPECT_EQ(delivered.takings, world.takings);
    world.expect_end(0);
    EXPECT_EQ(world.spool.mode("acme/InBox/000000000001_accepted_x.xml"), 0444u);
    EXPECT_EQ(log_, "");
}

TEST_F(DeliverTest, EndsTheSameWhereverItWasStopped) {
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
        EXPECT_EQ(world.deliveries.empty(), !stopped);
        world.confirm(world.deliver());
        world.expect_end(k);
        EXPECT_THAT(world.deliveries, IsEmpty());
        EXPECT_THAT(world.takings, IsEmpty());
    }
    EXPECT_GT(k, 20);
}

// One barrier for the receipts of a group and one for their lines before the first name in an
// InBox, whatever its size.
TEST_F(DeliverTest, NoReceiptGetsItsNameBeforeItIsDurable) {
    World world;
    world.accept_three();
    ASSERT_TRUE(world.archive.day("acme", "2026-11-23"));
    ASSERT_TRUE(world.archive.day("beta", "2026-11-23"));
    int barriers = 0;
    base::set_durable_step_hook([&](const char* step) {
        if (std::string_view{step} == "syncfs") ++barriers;
        if (barriers < 2) {
            EXPECT_THAT(world.spool.files("acme/InBox"), IsEmpty());
            EXPECT_EQ(world.spool.files("acme/OutBox").size(), 2u);
        }
    });
    world.deliver();
    EXPECT_EQ(barriers, 2);
}

// P1, P2: the store forgets what was confirmed, so behind the last name of a group its directories
// are synced.
TEST_F(DeliverTest, WhatIsConfirmedIsOnTheDisk) {
    World world;
    world.accept_three();
    base::set_durable_step_hook([](const char* step) {
        if (std::string_view{step} != "sync") tests::watch_syncs();
    });
    ASSERT_EQ(world.deliver().takings.size(), 3u);
    for (const char* touched :
         {"acme/InBox", "acme/OutBox", "acme/SentBox/2026-11-22", "acme/FailBox/2026-11-22",
          "beta/InBox", "beta/OutBox", "beta/FailBox/2026-11-22"})
        EXPECT_TRUE(tests::was_synced(world.spool.at(touched))) << touched;
}

// P2: what went into a box that was moved away under the group is not confirmed, and is left anew
// in the one that stands there.
class MovedBox : public DeliverTest, public testing::WithParamInterface<const char*> {};

TEST_P(MovedBox, IsNotConfirmedButServedAnew) {
    World world;
    world.accept_three();
    const base::Fd above = std::move(*base::open_directory(world.spool.root));
    const std::string moved = world.spool.at(GetParam());
    bool is_linked = false;
    base::set_durable_step_hook([&](const char* step) {
        if (std::string_view{step} != "link" || std::exchange(is_linked, true)) return;
        std::filesystem::rename(moved, world.spool.at("away"));
        std::filesystem::create_directory(moved);
    });
    const auto delivered = world.deliver();
    base::set_durable_step_hook({});
    ASSERT_TRUE(is_linked);
    EXPECT_THAT(delivered.deliveries, ElementsAre(2)) << "of the other mailbox";
    EXPECT_THAT(log_, HasSubstr("moved away"));
    world.confirm(delivered);
    for (mailbox::Mailbox& each : world.boxes) (void)each.settle(above.number(), {});
    world.confirm(world.deliver());
    EXPECT_THAT(world.deliveries, IsEmpty());
    EXPECT_THAT(world.takings, IsEmpty());
    EXPECT_EQ(world.spool.files("acme/InBox").size(), 2u);
    EXPECT_EQ(world.spool.files("acme/SentBox").size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Each, MovedBox,
                         testing::Values("acme", "acme/InBox", "acme/OutBox", "acme/SentBox"));

// Who is told of a file finds it.
TEST_F(DeliverTest, WhatBelongsToAReceiptAppearsBeforeIt) {
    World world;
    world.deliveries = {{1,
                         "acme",
                         "2026-11-23",
                         "000000000001_document_x.xml",
                         "<Receipt/>",
                         {{"000000000001_document_x_a.pdf", "a"}}}};
    bool both = false;
    const auto look = [&] {
        const Files there = world.spool.files("acme/InBox");
        both = there.contains("000000000001_document_x_a.pdf");
        EXPECT_TRUE(both || !there.contains("000000000001_document_x.xml"));
    };
    base::set_durable_step_hook([&](const char*) { look(); });
    world.confirm(world.deliver());
    look();
    EXPECT_TRUE(both);
    EXPECT_THAT(world.deliveries, IsEmpty());
}

TEST_F(DeliverTest, TheTorsoOfACrashIsReplaced) {
    World world;
    world.accept_three();
    world.spool.put("acme/InBox/000000000001_accepted_x.xml", "");
    world.spool.put("beta/FailBox/.keep", "");
    std::filesystem::create_directories(world.spool.at("beta/FailBox/2026-11-22"));
    world.spool.put("beta/FailBox/2026-11-22/000000000002_y.xml", "<bla");
    world.confirm(world.deliver());
    std::filesystem::remove(world.spool.at("beta/FailBox/.keep"));
    world.expect_end(0);
    EXPECT_THAT(world.takings, IsEmpty());
}

// An archive that was deleted keeps nobody waiting for ever. What the OutBox still holds is kept
// again before it leaves; of what is gone there too it is told.
TEST_F(DeliverTest, WhatTheArchiveHasLostIsKeptAgainOrTold) {
    World world;
    world.accept_three();
    world.takings[0].file.sha256 = base::sha256_hex("<original/>x.xml");
    std::filesystem::remove_all(world.spool.at(".archive"));
    std::filesystem::remove(world.spool.at("beta/OutBox/y.xml"));
    world.archive = std::move(*ledger::Archive::open(world.spool.at(".archive")));
    world.confirm(world.deliver());
    EXPECT_THAT(world.takings, IsEmpty());
    EXPECT_THAT(world.deliveries, IsEmpty());
    EXPECT_EQ(world.spool.content("acme/SentBox/2026-11-22/000000000001_x.xml"),
              "<original/>x.xml");
    EXPECT_THAT(world.spool.files("acme/OutBox"), IsEmpty());
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, HasSubstr("archive-lost"));
    EXPECT_THAT(log_, HasSubstr("\"beta\""));
    EXPECT_EQ(world.spool.files("beta/FailBox").size(), 1u) << "its receipt was written anew";
}

// After a restart of the host a device has another number; of an old taking no time is known.
TEST_F(DeliverTest, WhatStandsOnADeviceOfAnotherNumberIsKeptAgain) {
    World world;
    for (const char* name : {"x.xml", "z.xml"}) {
        world.accept("acme", name, world.takings.size() + 1, edi::Box::Sent);
        world.takings.back().file.sha256 = base::sha256_hex(std::string{"<original/>"} + name);
    }
    world.takings[0].file.device += 1;
    world.takings[1].file.modified_at = {};
    std::filesystem::remove_all(world.spool.at(".archive"));
    world.archive = std::move(*ledger::Archive::open(world.spool.at(".archive")));
    world.confirm(world.deliver());
    EXPECT_THAT(world.takings, IsEmpty());
    EXPECT_EQ(world.spool.files("acme/SentBox"),
              (Files{{"2026-11-22/000000000001_x.xml", "<original/>x.xml"},
                     {"2026-11-22/000000000002_z.xml", "<original/>z.xml"}}));
    EXPECT_EQ(log_, "");
}

// A stop between the rename and the removal leaves the last copy under the name of one taken.
TEST_F(DeliverTest, WhatStandsUnderItsTakenNameIsKeptAgain) {
    World world;
    world.accept("acme", "x.xml", 1, edi::Box::Sent);
    world.takings[0].file.sha256 = base::sha256_hex("<original/>x.xml");
    base::set_durable_step_hook([](const char* step) {
        if (std::string_view{step} == "unlink") throw Stopped{};
    });
    EXPECT_THROW(world.deliver(), Stopped);
    base::set_durable_step_hook({});
    ASSERT_EQ(world.spool.files("acme/OutBox"),
              (Files{{".taken-000000000001", "<original/>x.xml"}}));
    std::filesystem::remove_all(world.spool.at(".archive"));
    std::filesystem::remove_all(world.spool.at("acme/SentBox/2026-11-22"));
    world.boxes.front() = std::move(*mailbox::Mailbox::open(world.spool.root, "acme"));
    world.archive = std::move(*ledger::Archive::open(world.spool.at(".archive")));
    world.confirm(world.deliver());
    EXPECT_THAT(world.takings, IsEmpty());
    EXPECT_EQ(world.spool.files("acme/SentBox"),
              (Files{{"2026-11-22/000000000001_x.xml", "<original/>x.xml"}}));
    EXPECT_THAT(world.spool.files("acme/OutBox"), IsEmpty());
    EXPECT_EQ(log_, "");
}

// The others go on; told when it begins and when it ends, not each time.
TEST_F(DeliverTest, AStuckMailboxDelaysOnlyItself) {
    World world;
    world.accept_three();
    mailbox::Mailboxes without_beta;
    without_beta.push_back(std::move(world.boxes.front()));
    for (int i = 0; i < 3; ++i) world.confirm(world.deliver(without_beta));
    ASSERT_EQ(world.deliveries.size(), 1u);
    ASSERT_EQ(world.takings.size(), 1u);
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, HasSubstr("delivery-stuck"));
    EXPECT_THAT(log_, HasSubstr("\"beta\""));
    without_beta.push_back(std::move(world.boxes.back()));
    world.confirm(world.deliver(without_beta));
    EXPECT_THAT(log_, HasSubstr("delivery-resumed"));
    world.expect_end(0);
}

// "A mailbox that was removed from the configuration keeps its InBox".
TEST_F(DeliverTest, ADepartedMailboxGetsWhatIsStillItsOwn) {
    World world;
    world.accept_three();
    mailbox::Mailboxes configured, departed;
    configured.push_back(std::move(world.boxes.front()));
    departed.push_back(std::move(world.boxes.back()));
    world.confirm(world.deliver(configured, &departed));
    EXPECT_EQ(log_, "");
    world.expect_end(0);
}

// "A mailbox with receipts: outcomes gets no progress receipts (they stay in the ledger)".
TEST_F(DeliverTest, ProgressStaysInTheArchiveWhereItIsNotWanted) {
    World world;
    mailbox::Mailboxes boxes;
    boxes.push_back(std::move(*mailbox::Mailbox::open(world.spool.root, "acme", {"", "", false})));
    const std::string says = "<a>  stage=\"progress\"</a></Receipt>";
    world.deliveries = {{1, "acme", "2026-11-23", "000000000001_accepted_x.xml",
                         "<?x?><Receipt stage=\"progress\"/>"},
                        {2, "acme", "2026-11-23", "000000000002_approved_x.xml",
                         "<?x?><Receipt stage=\"outcome\">" + says}};
    world.confirm(world.deliver(boxes));
    EXPECT_THAT(world.deliveries, IsEmpty());
    EXPECT_EQ(world.spool.files("acme/InBox").size(), 1u);
    EXPECT_TRUE(world.spool.files("acme/InBox").contains("000000000002_approved_x.xml"));
    EXPECT_EQ(world.spool.files(".archive/acme").size(), 3u) << "both, and their list";
}

TEST_F(DeliverTest, AnInBoxNameThatCannotBeReplacedIsTriedAgain) {
    World world;
    world.accept_three();
    const auto in_the_way = world.spool.at("acme/InBox/000000000001_accepted_x.xml");
    std::filesystem::create_directories(in_the_way / "x");
    world.confirm(world.deliver());
    ASSERT_EQ(world.deliveries.size(), 1u);
    EXPECT_EQ(world.deliveries[0].number, 1u);
    EXPECT_THAT(log_, HasSubstr("delivery-stuck"));
    std::filesystem::remove_all(in_the_way);
    world.confirm(world.deliver());
    EXPECT_THAT(world.deliveries, IsEmpty());
    world.expect_end(0);
}

// P1 the other way round: without our copy in its place the enterprise's file stays.
TEST_F(DeliverTest, AnOriginalWhoseCopyIsMissingStaysInTheOutBox) {
    World world;
    world.accept("acme", "x.xml", 1, edi::Box::Sent);
    std::filesystem::remove_all(world.spool.at(".archive/acme/2026/11/22"));
    world.confirm(world.deliver());
    ASSERT_EQ(world.takings.size(), 1u);
    EXPECT_EQ(world.spool.files("acme/OutBox"), (Files{{"x.xml", "<original/>x.xml"}}));
    // So that no condition is left for the next test.
    EXPECT_TRUE(world.archive.originals("acme", "2026-11-22"));
    EXPECT_TRUE(world.archive.keep_original(world.takings[0].file, "<blanked/>x.xml") ||
                world.archive.keep_original(world.takings[0].file, "<blanked/>x.xml"));
    world.confirm(world.deliver());
    EXPECT_THAT(world.takings, IsEmpty());
}

TEST_F(DeliverTest, NothingToDeliverIsNothingDone) {
    World world;
    int steps = 0;
    base::set_durable_step_hook([&](const char*) { ++steps; });
    EXPECT_THAT(world.deliver().deliveries, IsEmpty());
    EXPECT_EQ(steps, 0);
}

}  // namespace
