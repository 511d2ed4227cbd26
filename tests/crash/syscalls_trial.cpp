#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>

#include "crash/syscalls.hpp"
#include "crash/verdict.hpp"

namespace crash {

namespace fs = std::filesystem;
using line::milliseconds;

namespace {

// Generous: nothing is decided by them.
constexpr milliseconds trial_time_max{180'000}, ending_time_max{60'000};
constexpr int killed = 128 + SIGKILL, aborted = 128 + SIGABRT;
constexpr std::uint32_t seed = 1;  // what the enterprise does is the same each time

line::Setup setup() {
    const std::string senders = ", senders: [91110108MA0000015T], completeness: ";
    return {.sandbox = {},
            .settings = "  - {name: beta" + senders + "marker}\n  - {name: gamma" + senders +
                        "digest}\nworkers: {processes: 1}\n",
            .ministry = "  results: {wait: 2s}\n",
            .intake = "settle: 100ms, rescan: 1s"};
}

// 74 a disk, 75 try again, 78 somebody must mend it; 127 from the loader, before anything began.
bool is_told(int status) { return status == 74 || status == 75 || status == 78 || status == 127; }

// Debian's RocksDB, built with assertions, asks each new file whether it can do this, and takes
// every answer but yes and no for a mistake of its own.
bool is_abort_of_rocksdb(int status, const std::string& words) {
    return status == aborted && words.find("IsSyncFileRangeSupported") != std::string::npos;
}

bool is_sync(const std::string& call) {
    return call == "fsync" || call == "fdatasync" || call == "syncfs";
}

}  // namespace

Trial::Trial(std::optional<Point> point, std::vector<std::string> before)
    : point_(std::move(point)), before_(std::move(before)), line_(setup()),
      enterprise_(line_.folder() / "spool", seed), watch_(line_.folder(), point_) {
    std::ofstream{line_.folder() / "scenario.yaml"} << scenario;
    line_.setup.sandbox = {"--scenario", line_.folder() / "scenario.yaml", "--clock-speed", "10"};
}

Trial::~Trial() = default;

bool Trial::go_on(milliseconds within, const std::function<bool()>& until) {
    return line::becomes_true(
        [&] {
            watch_.leave_when_struck();
            enterprise_.turn();
            return until();
        },
        within);
}

bool Trial::is_at_rest() const {
    if (!enterprise_.is_content()) return false;
    for (const Box& each : boxes)
        if (!fs::is_empty(enterprise_.box(each.mailbox, "OutBox"))) return false;
    // In this order: what the ministry said last may still become receipts.
    if (line_.counter("results", "waiting") != 0) return false;
    const boost::json::object status = line_.status();
    return !status.empty() && status.at("receipts_waiting").as_int64() == 0;
}

void Trial::begin() {
    enterprise_.make_boxes();
    for (Chain& each : three_documents()) enterprise_.begin(std::move(each));
    line_.start_sandbox();
    line_.setup.before = before_.empty() ? watch_.before() : before_;
    line::Program& daemon = line_.launch();
    if (before_.empty()) watch_.join(daemon);
}

// It ends by itself, or comes to rest although something failed, and is told to end.
void Trial::end_of_watched() {
    line::Program& daemon = line_.daemon();
    const auto ended = [&] { return daemon.ended(milliseconds{0}).has_value(); };
    EXPECT_TRUE(go_on(trial_time_max, [&] { return ended() || is_at_rest(); }))
        << "it goes on and does not get on:\n"
        << enterprise_.missing() << line_.permitctl({"status"}).out << daemon.words();
    daemon.send(SIGTERM);
    outcome_.status = daemon.ended(ending_time_max);
    ASSERT_TRUE(outcome_.status) << "it does not end:\n" << daemon.words();
}

void Trial::look_at_end_of_watched() {
    const std::string words = line_.daemon().words();
    const int status = *outcome_.status;
    outcome_.reached = point_ && watch_.has_struck();
    if (!outcome_.reached) {
        EXPECT_EQ(status, 0) << words;
        return;
    }
    if (point_->harm == Harm::Kill) {
        const bool own = point_->caller.kind != Caller::Kind::Worker;
        EXPECT_TRUE(status == killed || (!own && (status == 0 || is_told(status)))) << status;
        return;
    }
    EXPECT_TRUE(status == 0 || is_told(status) || is_abort_of_rocksdb(status, words))
        << "it ends with " << status << ":\n"
        << words;
    EXPECT_TRUE(status == 0 || !words.empty()) << "it does not say why it ends";
    if (is_sync(point_->call)) {
        EXPECT_EQ(status, 74) << "a sync failed:\n" << words;
        EXPECT_TRUE(fs::exists(line_.folder() / "run/poisoned")) << words;
    }
}

// After a failed sync no start on the same page cache; the host was restarted then.
void Trial::refuse_and_lift_the_mark() {
    const fs::path mark = line_.folder() / "run/poisoned";
    if (!fs::exists(mark)) return;
    EXPECT_EQ(*outcome_.status, 74);
    EXPECT_EQ(line_.launch().ended(ending_time_max), 74) << line_.daemon().words();
    std::string text = content_of(mark);
    const std::string boot = "00000000-0000-0000-0000-000000000000";
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        text.replace(at, boot.size(), boot);
    std::ofstream{mark} << text;
}

void Trial::come_to_rest() {
    line_.setup.before = {};
    line_.start();
    ASSERT_TRUE(go_on(trial_time_max, [&] { return is_at_rest(); }))
        << enterprise_.missing() << line_.permitctl({"status"}).out << line_.daemon().words();
    enterprise_.turn();
    pass_verdict(line_, enterprise_);
    for (const Box& each : boxes)
        for (const auto& file : fs::directory_iterator{enterprise_.box(each.mailbox, "InBox")}) {
            const std::string name = file.path().filename();
            EXPECT_TRUE(enterprise_.told().contains({each.mailbox, name})) << name << " is left";
        }
    line_.kill_at_once();
}

Outcome Trial::play() {
    begin();
    end_of_watched();
    if (!outcome_.status) return outcome_;
    look_at_end_of_watched();
    enterprise_.look();
    refuse_and_lift_the_mark();
    come_to_rest();
    return outcome_;
}

std::vector<Seen> Trial::count() {
    begin();
    const pid_t daemon = line_.daemon().pid();
    end_of_watched();
    EXPECT_EQ(outcome_.status, 0) << line_.daemon().words();
    return watch_.seen(daemon);
}

}  // namespace crash
