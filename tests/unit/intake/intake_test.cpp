// Chunks: their order and limits, our own durable copy first, and what a failing world does.
#include "unit/intake/fixture.hpp"

namespace {

TEST_F(IntakeTest, EventsGiveTheOrderOfArrival) {
    start();
    next();
    for (const char* name : {"c.xml", "a.xml", "b.xml"}) drop(name);
    EXPECT_THAT(names(), ElementsAre("c.xml", "a.xml", "b.xml"));
}

TEST_F(IntakeTest, MailboxesTakeTurns) {
    options_.chunk_files_max = 4;
    start({"acme", "beta", "gamma"});
    next();
    for (int i = 0; i < 6; ++i) drop(std::to_string(i) + ".xml");
    drop("b.xml", "<a/>", "beta");
    drop("g.xml", "<a/>", "gamma");
    drop("h.xml", "<a/>", "gamma");
    const auto first = names();
    EXPECT_EQ(first.size(), 4u);
    EXPECT_THAT(first, testing::IsSupersetOf({"0.xml", "b.xml", "g.xml"}));
    EXPECT_THAT(names(), testing::IsSupersetOf({"h.xml"}));
    EXPECT_THAT(names(), ElementsAre("5.xml"));
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(IntakeTest, ChunksAreLimitedInFilesAndBytes) {
    options_.chunk_files_max = 3;
    options_.chunk_bytes_max = 100;
    start();
    next();
    for (const char* name : {"a.xml", "b.xml", "c.xml", "d.xml"}) drop(name);
    drop("e.xml", std::string(90, ' '));
    drop("f.xml", std::string(500, ' '));
    drop("g.xml");
    EXPECT_THAT(names(), ElementsAre("a.xml", "b.xml", "c.xml"));
    EXPECT_THAT(names(), ElementsAre("d.xml", "e.xml"));
    EXPECT_THAT(names(), ElementsAre("f.xml"));  // one that is larger than a chunk goes alone
    EXPECT_THAT(names(), ElementsAre("g.xml"));
}

TEST_F(IntakeTest, OfAFileThatIsTooLargeOnlyTheBeginningIsRead) {
    options_.file_bytes_max = 100'000;
    start();
    next();
    drop("x.xml", "<a>" + std::string(99'997, 'x'));
    drop("y.xml", "<a>" + std::string(99'998, 'x'));
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 2u);
    EXPECT_FALSE(chunk[0].too_large);
    EXPECT_EQ(chunk[0].bytes.size(), 100'000u);
    EXPECT_TRUE(chunk[1].too_large);
    EXPECT_EQ(chunk[1].bytes.size(), intake::beginning_bytes);
    EXPECT_EQ(chunk[1].arrival.bytes, 100'001u);
    EXPECT_EQ(chunk[1].arrival.sha256, "");
    EXPECT_EQ(spool_.files(".archive").size(), 1u);
}

TEST_F(IntakeTest, WhatCannotBeDecodedIsNotArchived) {
    start();
    next();
    drop("x.xml", "<Password>\xff</Password>");
    const auto chunk = next();
    ASSERT_EQ(chunk.size(), 1u);
    EXPECT_EQ(chunk[0].arrival.sha256, "");
    EXPECT_EQ(chunk[0].arrival.bytes, 22u);
    EXPECT_THAT(spool_.files(".archive"), IsEmpty());
}

// Told when it is met, not with each scan; the name cannot forge a line.
TEST_F(IntakeTest, OdditiesAreToldOnce) {
    start();
    ASSERT_EQ(::symlink("/etc/shadow", spool_.at("acme/OutBox/a\nb.xml").c_str()), 0);
    put("order.csv");
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(names(), IsEmpty());
        clock_.advance(11s);
    }
    EXPECT_EQ(std::ranges::count(log_, '\n'), 2) << log_;
    EXPECT_THAT(log_, testing::HasSubstr("a\\\\x0ab.xml"));
    EXPECT_THAT(log_, testing::HasSubstr("not named *.xml or *.zip"));
}

TEST_F(IntakeTest, OneDurableBarrierForAChunkAndBeforeItIsHandedOn) {
    start();
    next();
    for (int i = 0; i < 10; ++i) drop(std::to_string(i) + ".xml", std::to_string(i));
    std::string first_day = spool_.at(".archive/acme/2026/11/22/originals");
    ASSERT_TRUE(archive_.originals("acme", "2026-11-22"));
    std::map<std::string, int> steps;
    std::string last;
    base::set_durable_step_hook([&](const char* step) { ++steps[last = step]; });
    EXPECT_EQ(next().size(), 10u);
    EXPECT_EQ(steps["syncfs"], 1);
    EXPECT_EQ(last, "syncfs");
}

// The disk of the archive is full or gone for a while: nothing is lost, the order stays.
TEST_F(IntakeTest, AfterAFaultTheSameFilesComeAgain) {
    start({"acme", "beta"});
    next();
    for (const char* name : {"a.xml", "b.xml", "c.xml"}) drop(name, name);
    drop("d.xml", "d", "beta");
    const std::string sum = base::sha256_hex("b.xml");
    ASSERT_TRUE(archive_.originals("acme", "2026-11-22"));
    const std::string in_the_way = ".archive/acme/2026/11/22/originals/" + sum + ".xml";
    std::filesystem::create_directories(spool_.at(in_the_way + "/x"));
    intake_->notice();
    ASSERT_FALSE(intake_->next());
    ASSERT_FALSE(intake_->next());
    EXPECT_GT(intake_->look_again_at(), clock_.tick());
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, testing::HasSubstr("intake-stuck"));
    std::filesystem::remove_all(spool_.at(in_the_way));
    EXPECT_THAT(names(), testing::UnorderedElementsAre("a.xml", "b.xml", "c.xml", "d.xml"));
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_EQ(std::ranges::count(log_, '\n'), 2) << log_;
    EXPECT_THAT(log_, testing::HasSubstr("intake-unstuck"));
}

// More files than are remembered: all come, oldest first by windows, none twice.
TEST_F(IntakeTest, TheWindowLimitsMemoryAndLosesNothing) {
    options_.window_files_max = 64;
    start();
    for (int i = 0; i < 500; ++i) {
        const std::string name = std::to_string(1000 + i) + ".xml";
        put(name);
        age(name, 1'000'000 + i);
    }
    start();
    std::vector<std::string> found;
    for (int rounds = 0; rounds < 200 && found.size() < 500; ++rounds) {
        const auto chunk = next();
        for (const Interchange& made : chunk) {
            found.push_back(made.arrival.name);
            remove(made.arrival);
        }
        if (chunk.empty()) clock_.advance(500ms);
    }
    ASSERT_EQ(found.size(), 500u);
    EXPECT_TRUE(std::ranges::is_sorted(found));
}

// 20,000 events are more than the queue of inotify holds: the overflow leads to a scan.
TEST_F(IntakeTest, AnOverflowOfEventsLosesNoFile) {
    options_.chunk_files_max = 5'000;
    start();
    next();
    for (int i = 0; i < 10'000; ++i) put(std::to_string(i) + ".xml", std::to_string(i));
    std::set<std::string> found;
    for (int rounds = 0; rounds < 3'000 && found.size() < 10'000; ++rounds) {
        const auto chunk = next();
        for (const Interchange& made : chunk)
            EXPECT_TRUE(found.insert(made.arrival.name).second) << made.arrival.name;
        if (chunk.empty()) clock_.advance(500ms);
    }
    EXPECT_EQ(found.size(), 10'000u);
}

TEST_F(IntakeTest, AnOutBoxThatGoesStopsNothing) {
    start({"acme", "beta"});
    next();
    std::filesystem::remove_all(spool_.at("acme/OutBox"));
    drop("x.xml", "<a/>", "beta");
    EXPECT_THAT(names(), ElementsAre("x.xml"));
    for (int i = 0; i < 3; ++i) {
        clock_.advance(1min);
        next();
    }
    EXPECT_THAT(log_, IsEmpty());
}

// The archive's day never goes back with the clock.
TEST_F(IntakeTest, TheArchiveDayDoesNotGoBack) {
    start();
    next();
    drop("a.xml");
    EXPECT_EQ(next().at(0).arrival.day, "2026-11-22");
    clock_.jump(-48h);
    drop("b.xml");
    EXPECT_EQ(next().at(0).arrival.day, "2026-11-22");
    clock_.jump(7 * 24h);
    drop("c.xml");
    EXPECT_EQ(next().at(0).arrival.day, "2026-11-27");
}

}  // namespace
