// P1, P3 for remote mailboxes after a loss of power: the bytes of a fetched file are on the disk
// before its note, and note and fate before they have their names.
#include <gtest/gtest.h>

#include "mailbox/fate.hpp"
#include "syncs.hpp"
#include "unit/mailbox/courier_world.hpp"

namespace {

namespace fs = std::filesystem;

TEST(NotesSyncs, AreOnTheDiskBeforeTheyHaveTheirName) {
    const tests::Spool spool;
    const auto root = base::open_directory(spool.root);
    auto notes = mailbox::Notes::open(root->number());
    ASSERT_TRUE(notes) << notes.fault().text;
    int named = 0;
    base::set_durable_step_hook([&](const char* step) {
        if (std::string_view{step} != "rename") return;
        ++named;
        for (const auto& each : fs::directory_iterator{spool.at(".courier")})
            if (each.path().filename().string().starts_with('.')) {
                EXPECT_TRUE(tests::was_synced(each.path())) << each.path();
            }
        tests::watch_syncs();
    });
    tests::watch_syncs();
    const mailbox::Note note{4, base::Time{}, "sum", 7, base::Time{}, 0};
    EXPECT_TRUE(notes->write("a.xml", note));
    EXPECT_TRUE(tests::was_synced(spool.at(".courier")));
    const mailbox::Fate fate{7, base::Time{}, edi::Box::Sent, "2026-11-22", "1_a.xml", ""};
    EXPECT_TRUE(notes->write("a.xml", fate));
    EXPECT_TRUE(tests::was_synced(spool.at(".courier")));
    base::set_durable_step_hook({});
    EXPECT_EQ(named, 2);
}

TEST(CourierSyncs, WhatIsFetchedIsOnTheDiskBeforeItsNote) {
    tests::CourierWorld world;
    world.line_works = false;
    int parts = 0;
    base::set_durable_step_hook([&](const char* step) {
        if (std::string_view{step} != "rename") return;
        for (const auto& each : fs::directory_iterator{world.spool.at("acme/OutBox")})
            if (each.path().extension() == ".part") {
                ++parts;
                EXPECT_TRUE(tests::was_synced(each.path())) << each.path();
            }
    });
    tests::watch_syncs();
    world.turns(4);
    EXPECT_GE(parts, 3);
    EXPECT_EQ(world.spool.files("acme/OutBox").size(), 3u);
}

}  // namespace
