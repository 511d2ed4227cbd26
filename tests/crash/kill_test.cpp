// kill -9 of the real daemon, again and again, before a ministry that fails as well. What permitd
// promises: every file has exactly one outcome, nothing is declared twice, nothing is lost.
#include <gmock/gmock.h>
#include <signal.h>

#include <iostream>
#include <map>
#include <random>

#include "system/line.hpp"

namespace {

using line::milliseconds;

constexpr std::size_t kills = 20;
constexpr std::size_t files = 500;

unsigned seed() {
    const char* asked = std::getenv("PERMITD_SEED");
    return asked ? static_cast<unsigned>(std::stoul(asked)) : std::random_device{}();
}

// Drops the files of a round, and kills the daemon at some moment of its start or of its work.
void play_round(line::Line& line, std::size_t round, std::mt19937& dice) {
    const std::size_t share = files / kills;
    const auto drop = [&] {
        for (std::size_t i = round * share; i < (round + 1) * share; ++i) {
            const std::string id = line::numbered("KILL-", i);
            line.drop(id + ".xml", line::declaration(id, id));
        }
    };
    const bool while_it_starts = dice() % 4 == 0;
    if (while_it_starts) drop();
    line.launch();
    if (!while_it_starts) {
        ASSERT_TRUE(line.daemon().says("\"event\":\"started\"", milliseconds{60'000}))
            << line.daemon().words();
        drop();
    }
    const milliseconds moment{std::uniform_int_distribution<int>{0, 900}(dice)};
    ASSERT_EQ(line.daemon().ended(moment), std::nullopt)
        << "it ended by itself: " << line.daemon().words();
    const auto workers = line::children_of(line.daemon().pid());
    line.kill_at_once();
    for (const pid_t worker : workers)
        EXPECT_TRUE(line::becomes_true([&] { return !line::runs(worker); }, milliseconds{10'000}))
            << "a worker outlives its daemon";
}

TEST(Kill, AtTwentyRandomMomentsCostsNothing) {
    const unsigned number = seed();
    std::cout << "PERMITD_SEED=" << number << " repeats this run\n";
    std::mt19937 dice{number};
    line::Line line{{.sandbox = {"--fault", "reset=2%,half-answer=1%,lost-answer=2%,503=2%",
                                 "--fault-seed", std::to_string(number)}}};
    line.start_sandbox();
    for (std::size_t round = 0; round < kills; ++round) {
        play_round(line, round, dice);
        if (HasFatalFailure()) return;
    }
    line.start();
    ASSERT_TRUE(line.settles(files, milliseconds{180'000}))
        << line.outcomes() << " outcomes\n"
        << line.permitctl({"status"}).out << line.daemon().words();

    std::map<std::string, std::vector<std::string>> outcomes;
    const auto receipts = line.receipts();
    for (const line::Receipt& each : receipts)
        if (each.stage() == "outcome") outcomes[each.message_id()].push_back(each.kind());
    EXPECT_EQ(outcomes.size(), files);
    for (const auto& [message_id, kinds] : outcomes)
        EXPECT_THAT(kinds, testing::ElementsAre("approved")) << message_id;
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    EXPECT_EQ(line.names("SentBox").size(), files);
    EXPECT_THAT(line.names("FailBox"), testing::IsEmpty());
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line.counter("messages", "conflicts"), 0u);
    EXPECT_EQ(line.counter("messages", "applications"), files);
    std::cout << kills << " kills, " << files << " files, " << receipts.size() << " receipts; "
              << line.counter("messages", "repeats") << " repeats and "
              << line.counter("questions", "keys") << " questions by key at the ministry\n";
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
