// Documents that harm whoever reads them: each costs one worker and itself, nothing else.
#include <gmock/gmock.h>

#include <signal.h>

#include "system/line.hpp"

namespace {

using testing::ElementsAre;

TEST(Harm, OfADocumentIsItsOwnAndItsNeighboursAreAccepted) {
    line::Line line{
        {.settings = "workers: {processes: 2, job_time_max: 500ms, memory_max: 256MiB}\n",
         .program = "hooked-permitd"}};
    line.start_sandbox();
    const std::vector<std::string> harmful{"crash", "spin", "grow"};
    // All stand there before permitd does: one scan finds them, one chunk takes them.
    for (std::size_t i = 0; i < 6; ++i) {
        const std::string id = line::numbered("GOOD-", i);
        line.drop(std::to_string(i) + "-good.xml", line::declaration(id, id));
        if (i >= harmful.size()) continue;
        line.drop(std::to_string(i) + "-" + harmful[i] + ".xml",
                  line::declaration("BAD-" + std::to_string(i), "BAD-" + std::to_string(i),
                                    "<?permitd-test " + harmful[i] + "?>"));
    }
    line.start();
    const pid_t pid = line.daemon().pid();
    ASSERT_TRUE(line.settles(9, line::milliseconds{60'000})) << line.daemon().words();
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_THAT(line.kinds(line::numbered("GOOD-", i)), testing::Contains("approved"));
    std::vector<std::string> rejected;
    for (const line::Receipt& each : line.receipts()) {
        if (each.kind() != "rejected") continue;
        rejected.push_back(each.file());
        EXPECT_THAT(each.problems(), ElementsAre("FILE-HARMFUL"));
    }
    EXPECT_THAT(rejected, testing::UnorderedElementsAre("0-crash.xml", "1-spin.xml", "2-grow.xml"));
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_EQ(line.daemon().pid(), pid);
    EXPECT_TRUE(line::runs(pid));
    EXPECT_EQ(line.names("SentBox").size(), 6u);
    EXPECT_EQ(line.names("FailBox").size(), 6u);  // each with its receipt
    EXPECT_EQ(line.stop(), 0);
}

// A worker that somebody kills from outside is replaced, and no document is blamed.
TEST(Harm, OfAWorkerFromOutsideIsNoDocumentsFault) {
    line::Line line;
    line.start_sandbox();
    line.start();
    for (const pid_t worker : line::children_of(line.daemon().pid())) ::kill(worker, SIGKILL);
    line.drop("a.xml", line::declaration("A-1", "A-1"));
    ASSERT_TRUE(line.settles(1, line::milliseconds{60'000})) << line.daemon().words();
    EXPECT_THAT(line.kinds("A-1"), testing::Contains("approved"));
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
