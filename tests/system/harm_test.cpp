// Documents that harm whoever reads them: each costs one worker and itself, nothing else.
#include <gmock/gmock.h>

#include <signal.h>

#include <fstream>

#include "system/line.hpp"
#include "zips.hpp"

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

std::string packed(const std::string& stem, const std::string& document) {
    return tests::zip_of({{.name = stem + ".xml", .packed = document}});
}

// CPU time of a process in clock ticks, from /proc/<pid>/stat.
long ticks_of(pid_t pid) {
    std::ifstream in{"/proc/" + std::to_string(pid) + "/stat"};
    std::string word;
    for (int i = 0; i < 13; ++i) in >> word;
    long user = 0;
    in >> user;
    return user;
}

// Zips are unpacked in the cage; one that kills its worker twice is told so and stops nobody.
TEST(Harm, OfAZipIsItsOwn) {
    line::Line line{
        {.settings = "workers: {processes: 2, job_time_max: 500ms, memory_max: 256MiB}\n",
         .program = "hooked-permitd"}};
    line.start_sandbox();
    for (const char* what : {"crash", "spin"})
        line.drop(
            std::string{"1-"} + what + ".zip",
            packed(std::string{"1-"} + what,
                   line::declaration("BAD", "BAD", std::string{"<?permitd-test "} + what + "?>")));
    line.drop("2-trick.zip", packed("../2-trick", line::declaration("BAD", "BAD")));
    line.drop("3-good.zip", packed("3-good", line::declaration("GOOD-1", "GOOD-1")));
    line.start();
    const pid_t pid = line.daemon().pid();
    ASSERT_TRUE(line.settles(4, line::milliseconds{60'000})) << line.daemon().words();
    EXPECT_THAT(line.kinds("GOOD-1"), testing::Contains("approved"));
    std::vector<std::string> rejected;
    for (const line::Receipt& each : line.receipts())
        if (each.kind() == "rejected") rejected.push_back(each.file() + ' ' + each.problems()[0]);
    EXPECT_THAT(rejected,
                testing::UnorderedElementsAre("1-crash.zip FILE-HARMFUL", "1-spin.zip FILE-HARMFUL",
                                              "2-trick.zip FILE-ZIP"));
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_TRUE(line::runs(pid));
    EXPECT_THAT(line.names("SentBox"), testing::ElementsAre(testing::EndsWith("_3-good.zip.xml")));
    EXPECT_EQ(line.stop(), 0);
}

// The intake waits for a worker; a stop does not wait for the intake.
TEST(Harm, OfAZipDoesNotHoldUpAStop) {
    line::Line line{
        {.settings = "workers: {processes: 1, job_time_max: 600s}\n", .program = "hooked-permitd"}};
    line.start_sandbox();
    line.start();
    line.drop("x.zip", packed("x", line::declaration("A-1", "A-1", "<?permitd-test spin?>")));
    const auto spins = [&] {
        for (const pid_t each : line::children_of(line.daemon().pid()))
            if (ticks_of(each) > 300) return true;
        return false;
    };
    ASSERT_TRUE(line::becomes_true(spins, line::milliseconds{60'000})) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
    EXPECT_THAT(line.names("OutBox"), testing::ElementsAre("x.zip"));
}

}  // namespace
