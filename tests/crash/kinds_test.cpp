// Stop the daemon before every durable step of a journey, start it again on what is left, and let
// the journey go on: it ends as its page says (tests/journeys/README.md), and P1 to P5 hold at the
// moment of the start. Together the journeys change everything that can be changed.
#include <iostream>
#include <random>

#include "crash/promises.hpp"
#include "journeys/auditor.hpp"
#include "journeys/expectations.hpp"

namespace crash {
namespace {

using journeys::Journey;
using journeys::Keeping;
using journeys::Player;
using journeys::Steadiness;

// Of the accounts in the journeys.
constexpr const char* password = "S3cret-pass!";

Journey journey_of(const std::string& name) {
    std::vector<std::string> complaints;
    Journey journey = journeys::read_journey(name, complaints);
    EXPECT_THAT(complaints, testing::IsEmpty());
    return journey;
}

// One journey with its stops. A stop while results are asked for is a stop before the commit that
// would have followed; the hours of some journeys are full of such questions.
class Stopped {
public:
    Stopped(const Journey& journey, Keeping keeping)
        : journey_(journey), player_(journey, Steadiness::StoppedByTheTest, keeping) {
        player_.world().gateway().handed_over = [this](const dispatch::Request& request) {
            look_at_intent(player_.world().store(), request);
            if (request.ask != dispatch::Ask::Results) base::durable_step("hand over");
        };
        player_.world().gateway().arrived = [](const dispatch::Request& request) {
            if (request.ask != dispatch::Ask::Results) base::durable_step("arrive");
        };
    }

    // The step before which it stopped; nothing when it came to its end before.
    std::optional<std::string> play_until(std::size_t step) {
        return stopped_before(step, [&] { player_.play(); });
    }
    // The same once more, so many steps into the recovery.
    std::optional<std::string> recover_until(std::size_t step) {
        return stopped_before(step, [&] {
            player_.recover();
            player_.play();
        });
    }
    void come_to_its_end() {
        player_.recover();
        const auto counts = player_.world().store().message_counts();
        const auto in_doubt = counts.find(edi::MessageState::InDoubt);
        if (in_doubt != counts.end() && in_doubt->second > 0 && !was_told("undeliverable"))
            in_doubt_ = was_told("delayed") ? "/in-doubt-and-told" : "/in-doubt";
        look();
        player_.play();
        look();
        journeys::expect_all(player_, in_doubt_.empty() ? journey_ : expected_in_doubt(),
                             Steadiness::StoppedByTheTest);
    }
    // So often the password stood in an OutBox while it was looked for everywhere else.
    int secrets_left() const { return secrets_left_; }

private:
    Journey expected_in_doubt() const;
    bool was_told(const std::string& kind) const;
    void look();
    void look_for_secrets();

    const Journey& journey_;
    Player player_;
    Said said_;
    int secrets_left_ = 0;
    std::string in_doubt_;  // the page for it
};

bool Stopped::was_told(const std::string& kind) const {
    return std::ranges::any_of(archived(player_.world(), "acme").receipts, [&](const auto& each) {
        return each.first.find('_' + kind + '_') != std::string::npos;
    });
}

// Where that makes a difference it has a page of its own, and another one where the enterprise was
// told of the delay before, with the reason of that time.
Journey Stopped::expected_in_doubt() const {
    const std::string page = journey_.name + in_doubt_;
    return fs::exists(page + "/journey.yaml") ? journey_of(page) : journey_;
}

void Stopped::look() {
    const auto waits = journey_.keeps_on_disk ? Waiting::MayBeLost : Waiting::IsIssued;
    for (const auto& [mailbox, senders] : journey_.mailboxes) {
        const Archived archive = archived(player_.world(), mailbox);
        look_at_issued(player_.world(), mailbox, archive, said_, waits);
        for (const journeys::Left& each : player_.left())
            if (each.mailbox == mailbox)
                look_at_original(player_.world(), each, kept_of(each), archive, said_);
    }
    look_for_secrets();
}

void Stopped::look_for_secrets() {
    for (const auto& each : fs::recursive_directory_iterator{player_.world().folder()}) {
        if (!each.is_regular_file() || bytes_of(each.path()).find(password) == std::string::npos)
            continue;
        ++secrets_left_;
        EXPECT_EQ(each.path().parent_path().filename(), "OutBox") << each.path();
    }
}

struct Stops {
    Keeping keeping = Keeping::Memory;
    std::size_t first = 0;
    std::size_t every = 1;
    // So many steps into the recovery at most it stops once more; nothing: it does not.
    std::optional<std::size_t> again = {};
};

struct Counted {
    std::map<std::string, int> stops;  // by step
    int secrets_left = 0;
};

void stop_everywhere(const Journey& journey, Stops stops, Counted& counted) {
    for (std::size_t step = stops.first;; step += stops.every) {
        Stopped play{journey, stops.keeping};
        const auto stop = play.play_until(step);
        if (!stop) return;
        SCOPED_TRACE("stopped before step " + std::to_string(step) + " (" + *stop + ")");
        ++counted.stops[*stop];
        if (stops.again)
            if (const auto second = play.recover_until((step * 7) % *stops.again))
                ++counted.stops["again " + *second];
        play.come_to_its_end();
        counted.secrets_left += play.secrets_left();
        if (testing::Test::HasFailure()) return;
    }
}

Counted stopped_everywhere(const std::string& name, Stops stops) {
    Counted counted;
    if (const Journey journey = journey_of(name); !testing::Test::HasFailure())
        stop_everywhere(journey, stops, counted);
    std::cout << "   ";
    for (const auto& [step, times] : counted.stops) std::cout << ' ' << step << ' ' << times << ';';
    std::cout << std::endl;
    return counted;
}

// The journeys of tests/crash/kinds, by their whole paths.
std::vector<std::string> kinds() {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator{PERMITD_SOURCE "/tests/crash/kinds"})
        all.push_back(each.path());
    std::ranges::sort(all);
    return all;
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
    std::string name = fs::path{info.param}.filename();
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
}

// Another part of the steps with each run; the trace of a failure names the step.
std::size_t any_of(std::size_t every) { return std::random_device{}() % every; }

class Kinds : public testing::TestWithParam<std::string> {};
class NightlyKinds : public testing::TestWithParam<std::string> {};

TEST_P(Kinds, StandAStopBeforeEveryStep) {
    Counted counted = stopped_everywhere(GetParam(), {});
    for (const char* step : {"commit", "link", "sync", "syncfs", "unlink", "hand over", "arrive"})
        EXPECT_GT(counted.stops[step], 0) << "it was never stopped before: " << step;
}
INSTANTIATE_TEST_SUITE_P(Of, Kinds, testing::ValuesIn(kinds()), name_of);

// What is in the log of the store is there as it was written.
TEST(KindsOnDisk, KeepNoPasswordInClear) {
    const Counted counted =
        stopped_everywhere(PERMITD_SOURCE "/tests/crash/kinds/registration",
                           {.keeping = Keeping::RocksDb, .first = any_of(9), .every = 9});
    EXPECT_GT(counted.secrets_left, 0) << "it was never looked for where one was";
}
TEST(KindsOnDisk, AStateThatWasPutBack) {
    stopped_everywhere("98-state-restored", {.first = any_of(15), .every = 15, .again = 11});
}

TEST_P(NightlyKinds, OnDiskAndOnceMoreWhileTheyRecover) {
    stopped_everywhere(GetParam(), {.keeping = Keeping::RocksDb, .again = 17});
}
TEST_P(NightlyKinds, AndWhileTheyRecover) { stopped_everywhere(GetParam(), {.again = 13}); }
INSTANTIATE_TEST_SUITE_P(Of, NightlyKinds, testing::ValuesIn(kinds()), name_of);

}  // namespace
}  // namespace crash
