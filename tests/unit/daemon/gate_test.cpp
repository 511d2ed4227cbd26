// The gate on figures that a test gives: what is measured when, what is logged, what an operator
// says (operations.md 1: "one log event, one metric"; "an InBox with more than inbox_max unread
// receipts pauses the intake of that mailbox alone").
#include "gate.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/log.hpp"
#include "spool.hpp"
#include "store/memory_store.hpp"

namespace {

using namespace std::chrono_literals;
using permitd::Condition;
using permitd::Gate;
using permitd::Space;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t gib = 1u << 30;

class GateTest : public testing::Test {
protected:
    GateTest() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        config_.spool = "/spool";
        config_.archive = "/spool/.archive";
        config_.state = "/state";
        config_.admission.inbox_files_max = 3;
        for (const char* name : {"acme", "beta"})
            boxes_.push_back(std::move(*mailbox::Mailbox::open(spool_.root, name)));
    }
    ~GateTest() override { base::set_log_sink({}); }

    Gate gate() {
        return {config_, *store_, boxes_, clock_, [this](const std::string& path) {
                    ++measured_;
                    return std::optional{
                        Space{path, path == "/state" ? state_free_ : 50 * gib, 100 * gib, 0, 0}};
                }};
    }
    std::ptrdiff_t told(const std::string& event) const {
        std::ptrdiff_t count = 0;
        for (std::size_t at = 0; (at = log_.find('"' + event + '"', at)) != std::string::npos; ++at)
            ++count;
        return count;
    }

    tests::Spool spool_;
    permitd::Config config_;
    std::unique_ptr<edi::Store> store_ = store::make_memory_store();
    std::vector<mailbox::Mailbox> boxes_;
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    std::uint64_t state_free_ = 20 * gib;
    int measured_ = 0;
    std::string log_;
};

TEST_F(GateTest, HoldsEverybodyWhileADiskIsFullAndTellsItOnce) {
    Gate gate = this->gate();
    EXPECT_FALSE(gate.look().everybody);
    EXPECT_FALSE(gate.look_again_at());
    state_free_ = 9 * gib;
    for (int i = 0; i < 10; ++i) {
        clock_.advance(1s);
        EXPECT_TRUE(gate.look().everybody);
    }
    EXPECT_EQ(told("intake-held"), 1) << log_;
    EXPECT_THAT(log_, HasSubstr("\"place\":\"/state\""));
    ASSERT_EQ(gate.state().held.size(), 1u);
    EXPECT_EQ(gate.state().held[0].hold.condition, Condition::FreeSpace);
    EXPECT_EQ(gate.state().held[0].since, clock_.now() - 9s);
    EXPECT_TRUE(gate.look_again_at());
    state_free_ = 11 * gib;
    clock_.advance(1s);
    EXPECT_FALSE(gate.look().everybody);
    EXPECT_EQ(told("intake-goes-on"), 1) << log_;
    EXPECT_THAT(gate.state().held, IsEmpty());
}

// Spool and archive are one file system here, and a look between two measurements costs nothing.
TEST_F(GateTest, MeasuresNotMoreOftenThanNeeded) {
    Gate gate = this->gate();
    for (int i = 0; i < 1000; ++i) gate.look();
    EXPECT_EQ(measured_, 3);
    clock_.advance(250ms);
    gate.look();
    EXPECT_EQ(measured_, 6);
}

TEST_F(GateTest, AFullInBoxHoldsItsOwnMailbox) {
    for (const char* name : {"1.xml", "2.xml", "3.xml", "4.xml", ".hidden"})
        spool_.put(std::string{"acme/InBox/"} + name, "");
    Gate gate = this->gate();
    const permitd::Waiting waiting = gate.look();
    EXPECT_FALSE(waiting.everybody);
    EXPECT_THAT(waiting.mailboxes, ElementsAre("acme"));
    for (const char* name : {"1.xml", "2.xml"})
        std::filesystem::remove(spool_.at("acme/InBox") / name);
    clock_.advance(5s);
    EXPECT_THAT(gate.look().mailboxes, IsEmpty());
    EXPECT_EQ(told("intake-held"), 1) << log_;
    EXPECT_EQ(told("intake-goes-on"), 1) << log_;
}

TEST_F(GateTest, AnOperatorPausesUntilTheyResumeOrTheTimeIsOver) {
    Gate gate = this->gate();
    gate.pause({1000, "moving the disk", clock_.now(), {}});
    EXPECT_TRUE(gate.look().everybody);
    clock_.advance(24h);
    EXPECT_TRUE(gate.look().everybody);
    EXPECT_EQ(gate.state().paused->reason, "moving the disk");
    gate.resume(0);
    EXPECT_FALSE(gate.look().everybody);
    gate.pause({0, "a while", clock_.now(), clock_.now() + 30min});
    EXPECT_TRUE(gate.look().everybody);
    clock_.advance(30min);
    EXPECT_FALSE(gate.look().everybody);
    EXPECT_EQ(told("intake-paused"), 2) << log_;
    EXPECT_EQ(told("intake-resumed"), 2) << log_;
    EXPECT_THAT(log_, HasSubstr("\"uid\":1000"));
}

TEST(FilesIn, CountsUpToABound) {
    const tests::Spool spool;
    std::filesystem::create_directory(spool.at("box"));
    for (int i = 0; i < 10; ++i) spool.put("box/" + std::to_string(i), "");
    spool.put("box/.hidden", "");
    const auto box = base::open_directory(spool.at("box"));
    ASSERT_TRUE(box);
    EXPECT_EQ(permitd::files_in(box->number(), 100), 10u);
    EXPECT_EQ(permitd::files_in(box->number(), 5), 5u);
}

}  // namespace
