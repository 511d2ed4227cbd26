// Stop the daemon before every durable step of a batch, start it again on what is left: no message
// is taken twice, none is lost, one `batch` receipt says so, and nothing stays behind (P1-P3).
#include <gmock/gmock.h>

#include <filesystem>
#include <iostream>

#include "crash/story.hpp"
#include "journeys/edited.hpp"

namespace crash {
namespace {

using journeys::Found;
using journeys::Keeping;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* batch_id = "SAMPLE-BATCH-1";

// Five messages, taken two at a time (world.cpp); the second is refused.
std::string batch() {
    std::string bytes = journeys::own_file("samples/valid/21-batch.xml");
    const std::string of = "SAMPLE-B-001</MessageId><Sender>91110108MA0000015T";
    const std::string to = "SAMPLE-B-001</MessageId><Sender>91440300717850504F";
    return bytes.replace(bytes.find(of), of.size(), to);
}

std::string single() { return journeys::own_file("samples/valid/06-application-minimal.xml"); }

// Whole once, whatever stopped when.
void look_at_end(journeys::World& world) {
    const std::vector<Found> found = world.receipts("acme");
    for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_EQ(found[i].root.attribute("sequence"), std::to_string(i + 1));
    for (const char* id : {"SAMPLE-B-000", "SAMPLE-B-002", "SAMPLE-B-003", "SAMPLE-B-004"})
        EXPECT_THAT(world.kinds(id), ElementsAre("accepted", "submitted", "approved",
                                                 "customs-transfer", "customs-transfer"))
            << id;
    EXPECT_THAT(world.kinds("SAMPLE-B-001"), ElementsAre("rejected"));
    EXPECT_THAT(world.kinds("SAMPLE-0006"), ElementsAre("accepted", "submitted", "approved",
                                                        "customs-transfer", "customs-transfer"));
    ASSERT_THAT(world.kinds(batch_id), ElementsAre("batch"));

    const Found told = world.receipt(batch_id, "batch");
    const base::Element& counts = *told.root.child("Counts");
    EXPECT_EQ(counts.attribute("messages"), "5");
    EXPECT_EQ(counts.attribute("accepted"), "4");
    EXPECT_EQ(counts.attribute("rejected"), "1");
    EXPECT_EQ(counts.attribute("duplicate"), "0");
    const auto lines = told.root.all("Line");
    ASSERT_EQ(lines.size(), 5u);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i]->attribute("index"), std::to_string(i + 1));
        const std::string id{lines[i]->attribute("messageId")};
        EXPECT_EQ(lines[i]->attribute("outcome"), i == 1 ? "rejected" : "accepted");
        const Found first = world.receipt(id, i == 1 ? "rejected" : "accepted");
        EXPECT_EQ(lines[i]->attribute("number"), first.root.attribute("number"));
    }
    // Its number is behind those of its messages, and what came after it waited for it.
    EXPECT_LT(told.file, world.receipt("SAMPLE-0006", "accepted").file);
    EXPECT_THAT(world.files("acme", "OutBox"), IsEmpty());
    EXPECT_EQ(world.files("acme", "SentBox").size(), 2u);
    EXPECT_THAT(world.files("acme", "FailBox"), IsEmpty());
    EXPECT_TRUE(std::filesystem::is_empty(world.folder() / "batches"));
    EXPECT_THAT(world.store().batch_runs(), IsEmpty());
    EXPECT_EQ(world.ministry().counters().references_declared_twice, 0u);
}

struct Batch {
    explicit Batch(Keeping keeping)
        : world({.scenario = "scenario: batch\notherwise: {decision: approved}\n",
                 .keeping = keeping,
                 .senders = {{"acme", {sender}}},
                 .faults = {}}) {}
    void drop() {
        world.drop("acme", "1.xml", batch());
        world.drop("acme", "2.xml", single());
    }
    void go_on() { world.run(std::chrono::minutes{5}); }
    journeys::World world;
};

void stop_everywhere(Keeping keeping, std::size_t first, std::size_t every) {
    std::map<std::string, int> seen;
    for (std::size_t step = first;; step += every) {
        Batch play{keeping};
        play.drop();
        const auto stop = stopped_before(step, [&] { play.go_on(); });
        if (!stop) break;
        SCOPED_TRACE("stopped before step " + std::to_string(step) + " (" + *stop + ")");
        ++seen[*stop];
        play.world.stop_at_once();
        play.world.start();
        // And once more, a few steps into the recovery.
        if (const auto again = stopped_before((step * 7) % 13, [&] { play.go_on(); })) {
            ++seen["again " + *again];
            play.world.stop_at_once();
            play.world.start();
        }
        play.go_on();
        look_at_end(play.world);
        if (testing::Test::HasFailure()) return;
    }
    for (const char* step : {"commit", "link", "sync", "syncfs", "rename", "unlink"}) {
        if (every > 1) break;
        EXPECT_GT(seen[step], 0) << "it was never stopped before: " << step;
    }
    for (const auto& [step, times] : seen) std::cout << "    " << step << ": " << times << '\n';
}

TEST(BatchAtEveryStep, Undisturbed) {
    Batch play{Keeping::Memory};
    play.drop();
    play.go_on();
    look_at_end(play.world);
}
TEST(BatchAtEveryStep, InMemory) { stop_everywhere(Keeping::Memory, 0, 1); }
TEST(BatchAtEveryStep, OnDisk) { stop_everywhere(Keeping::RocksDb, 1, 5); }

}  // namespace
}  // namespace crash
