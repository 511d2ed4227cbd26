#include "crash/ordeal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

#include "crash/verdict.hpp"

namespace crash {

namespace fs = std::filesystem;
using line::milliseconds;

namespace {

constexpr const char* faults =
    "reset=4%,half-answer=3%,lost-answer=6%,commit-late=3%,slow=2%,503=4%,"
    "401=0.1%,duplicate-result=10%,shuffle-results";
// Generous: nothing is decided by them.
constexpr milliseconds work_time_max{3'000}, start_time_max{180'000}, end_time_max{20'000},
    rest_time_max{120'000};

line::Setup setup() {
    const std::string senders = ", senders: [91110108MA0000015T], completeness: ";
    return {.sandbox = {},
            .settings =
                "  - {name: beta" + senders + "marker}\n  - {name: gamma" + senders + "digest}\n",
            .ministry = "  results: {wait: 2s}\n",
            .intake = "settle: 100ms, rescan: 1s",
            .scratch = line::Scratch::KeptOnFailure};
}

}  // namespace

Figures& Figures::operator+=(const Figures& other) {
    kills += other.kills, cuts += other.cuts, files += other.files, receipts += other.receipts;
    appeared_again += other.appeared_again, left_again += other.left_again;
    declared += other.declared, repeats += other.repeats, questions += other.questions;
    faults += other.faults;
    return *this;
}

std::ostream& operator<<(std::ostream& out, const Figures& figures) {
    out << figures.kills << " kills";
    if (figures.cuts > 0) out << ", " << figures.cuts << " power losses";
    out << ", " << figures.files << " files, " << figures.receipts << " receipts ("
        << figures.appeared_again << " appeared once more), " << figures.declared
        << " applications declared; " << figures.faults << " faults of the ministry, "
        << figures.questions << " questions by key, " << figures.repeats << " repeats";
    if (figures.cuts > 0) out << "; " << figures.left_again << " unsynced files left again";
    return out;
}

Ordeal::Ordeal(std::uint32_t seed)
    : dice_(seed), line_(setup()), enterprise_(line_.folder() / "spool", seed) {
    std::ofstream{line_.folder() / "scenario.yaml"} << scenario;
}

Ordeal::~Ordeal() {
    if (was_launched_) line_.kill_at_once();
    line::becomes_true([&] { return workers_are_gone(); }, end_time_max);
}

base::Outcome Ordeal::on_disks(FileSystem kind) {
    for (const char* folder : {"spool", "state"}) {
        auto disk = Disk::make(kind, line_.folder() / folder);
        if (!disk) return disk.fault();
        disks_.push_back(std::move(*disk));
    }
    return base::done;
}

void Ordeal::start_sandbox(const std::string& with) {
    line_.setup.sandbox = {"--scenario",   line_.folder() / "scenario.yaml", "--clock-speed", "10",
                           "--fault-seed", std::to_string(dice_())};
    if (!with.empty()) {
        line_.setup.sandbox.push_back("--fault");
        line_.setup.sandbox.push_back(with);
    }
    line_.start_sandbox();
}

// Its faults and questions are forgotten with it.
void Ordeal::end_sandbox() {
    const boost::json::object told = line_.counters();
    for (const auto& [name, count] : told.at("faults").as_object())
        figures_.faults += count.to_number<std::uint64_t>();
    figures_.questions += told.at("questions").at("keys").to_number<std::uint64_t>();
    line_.end_sandbox();
}

bool Ordeal::go_on(milliseconds within, const std::function<bool()>& until) {
    return line::becomes_true(
        [&] {
            if (share_ > 0 && dice_() % 2 == 0) enterprise_.begin(1), --share_;
            enterprise_.turn();
            return until();
        },
        within);
}

bool Ordeal::workers_are_gone() const {
    return std::ranges::none_of(workers_, [](pid_t each) { return line::runs(each); });
}

void Ordeal::kill_at_once() {
    workers_ = line::children_of(line_.daemon().pid());
    line_.kill_at_once();
    ++figures_.kills;
}

void Ordeal::play_round() {
    share_ = 6 + dice_() % 10;
    const bool files_wait = dice_() % 4 == 0;
    if (files_wait) enterprise_.begin(std::exchange(share_, 0));
    line::Program& daemon = line_.launch();
    was_launched_ = true;
    // Every fourth time it does not even come to work.
    if (dice_() % 4 != 0) {
        ASSERT_TRUE(go_on(start_time_max, [&] {
            return daemon.says("\"event\":\"started\"", milliseconds{0});
        })) << daemon.words();
        EXPECT_TRUE(line::becomes_true([&] { return workers_are_gone(); }, end_time_max))
            << "a worker outlives its daemon";
    }
    const auto ended = [&] { return daemon.ended(milliseconds{0}).has_value(); };
    // Time alone would, on a busy machine, always come before the ministry is spoken to.
    const std::size_t enough = enterprise_.told().size() + dice_() % 40;
    if (dice_() % 2 == 0)
        go_on(work_time_max, [&] { return ended() || enterprise_.told().size() >= enough; });
    const milliseconds moment{std::uniform_int_distribution<int>{0, 900}(dice_)};
    EXPECT_FALSE(go_on(moment, ended)) << "it ended by itself: " << daemon.words();
    kill_at_once();
    enterprise_.begin(std::exchange(share_, 0));
    if (disks_.empty())
        enterprise_.look();
    else
        lose_power();
    EXPECT_EQ(line_.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line_.counter("messages", "conflicts"), 0u);
}

void Ordeal::lose_power() {
    ASSERT_TRUE(line::becomes_true([&] { return workers_are_gone(); }, end_time_max));
    for (const auto& each : disks_) each->lose_power();
    for (const auto& each : disks_) each->mount();
    ++figures_.cuts;
    enterprise_.look_after_power_loss();
    // What others sync saves what permitd forgets to sync, so in some rounds nobody else does.
    enterprise_.sync(std::array{Syncs::Everything, Syncs::Something, Syncs::Nothing}[dice_() % 3]);
}

bool Ordeal::is_at_rest() const {
    const boost::json::object status = line_.status();
    if (status.empty() || status.at("receipts_waiting").as_int64() != 0) return false;
    for (const Box& each : boxes)
        if (!fs::is_empty(enterprise_.box(each.mailbox, "OutBox"))) return false;
    return line_.counter("results", "waiting") == 0;
}

// The ministry is well now: everything ends soon.
void Ordeal::come_to_rest() {
    end_sandbox();
    start_sandbox("");
    line_.start();
    // As long as something is heard, it goes on.
    while (!enterprise_.is_content()) {
        const std::size_t heard = enterprise_.told().size();
        ASSERT_TRUE(
            go_on(rest_time_max,
                  [&] { return enterprise_.told().size() > heard || enterprise_.is_content(); }))
            << enterprise_.missing() << line_.permitctl({"status"}).out;
    }
    EXPECT_TRUE(go_on(rest_time_max, [&] { return is_at_rest(); }))
        << line_.permitctl({"status"}).out;
    enterprise_.turn();
    pass_verdict(line_, enterprise_);
    figures_.declared = line_.counter("messages", "applications");
    figures_.repeats = line_.counter("messages", "repeats");
    figures_.files = enterprise_.left().size();
    figures_.receipts = enterprise_.told().size();
    figures_.appeared_again = enterprise_.appeared_again();
    figures_.left_again = enterprise_.left_again();
    EXPECT_EQ(line_.stop(), 0);
}

void Ordeal::play_rounds(std::size_t rounds) {
    enterprise_.make_boxes();
    start_sandbox(faults);
    for (std::size_t round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
        if (round % 8 == 7) {
            end_sandbox();
            start_sandbox(faults);
        }
        play_round();
        std::cout << '.' << std::flush;
    }
    if (!testing::Test::HasFailure()) come_to_rest();
}

// What is thrown is told here, while the folder can still be kept.
void Ordeal::play(std::size_t rounds) {
    try {
        play_rounds(rounds);
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
}

}  // namespace crash
