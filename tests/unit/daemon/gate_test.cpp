// The gate on figures that a test gives: what is measured when, what is logged, what an operator
// says (operations.md 1: "one log event, one metric"; "an InBox with more than inbox_max unread
// receipts pauses the intake of that mailbox alone").
#include "gate.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/log.hpp"
#include "commit_gate.hpp"
#include "spool.hpp"
#include "store/memory_store.hpp"

namespace {

namespace fs = std::filesystem;
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
        return {config_, *store_, boxes_, clock_,
                [this](const std::string& path) -> base::Result<Space> {
                    ++measured_;
                    if (path == silent_)
                        return base::Fault{base::Remedy::RetryLater, "Stale file handle"};
                    return Space{path, path == "/state" ? state_free_ : 50 * gib, 100 * gib, 0, 0};
                }};
    }
    void issue(const std::string& mailbox) {
        edi::Counters counters = store_->counters();
        ++counters.receipt_number;
        ++counters.sequences[mailbox];
        edi::Change change;
        change.counters = counters;
        store_->commit({&change, 1});
    }
    void fill_inbox(int files) {
        for (int i = 0; i < files; ++i) spool_.put("acme/InBox/" + std::to_string(i) + ".xml", "");
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
    mailbox::Mailboxes boxes_;
    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    std::uint64_t state_free_ = 20 * gib;
    std::string silent_;
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

TEST_F(GateTest, HoldsCommitsWhileTheStateIsFullAndTellsItOnce) {
    const std::uint64_t floor = permitd::commit_floor_bytes(config_);
    bool answers = true;
    permitd::CommitGate gate{
        config_, clock_, [&](const std::string& path) -> base::Result<Space> {
            if (!answers) return base::Fault{base::Remedy::RetryLater, "Stale file handle"};
            return Space{path, state_free_, 100 * gib, 0, 0};
        }};
    EXPECT_TRUE(gate.may_commit());
    state_free_ = floor - 1;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(gate.may_commit());
    answers = false;
    EXPECT_FALSE(gate.may_commit()) << "nobody says that there is room";
    answers = true;
    EXPECT_EQ(told("commits-held"), 1) << log_;
    ASSERT_EQ(gate.held().size(), 1u);
    EXPECT_EQ(gate.held()[0].hold.place, "/state");
    state_free_ = floor + floor / 10;
    EXPECT_TRUE(gate.may_commit());
    EXPECT_EQ(told("commits-go-on"), 1) << log_;
    EXPECT_THAT(gate.held(), IsEmpty());
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

// "RocksDB must never meet a full disk first" (daemon/README.md): what nobody knows is not enough.
TEST_F(GateTest, AFileSystemThatDoesNotSayWhatIsFreeHoldsEverybodyAndIsToldOnce) {
    Gate gate = this->gate();
    EXPECT_FALSE(gate.look().everybody);
    for (const std::string path : {"/spool", "/spool/.archive", "/state"}) {
        log_.clear();
        silent_ = path;
        for (int i = 0; i < 10; ++i) {
            clock_.advance(1s);
            EXPECT_TRUE(gate.look().everybody) << path;
        }
        EXPECT_EQ(told("space-unknown"), 1) << log_;
        EXPECT_EQ(told("intake-held"), 0) << log_;
        EXPECT_THAT(log_, HasSubstr("Stale file handle"));
        ASSERT_EQ(gate.state().held.size(), 1u);
        EXPECT_EQ(gate.state().held[0].hold.place, path);
        silent_.clear();
        clock_.advance(1s);
        EXPECT_FALSE(gate.look().everybody) << path;
        EXPECT_EQ(told("intake-goes-on"), 1) << log_;
    }
}

TEST_F(GateTest, AFullDiskThatFallsSilentIsStillFull) {
    Gate gate = this->gate();
    state_free_ = 9 * gib;
    EXPECT_TRUE(gate.look().everybody);
    silent_ = "/state";
    clock_.advance(1s);
    EXPECT_TRUE(gate.look().everybody);
    EXPECT_EQ(told("intake-goes-on"), 0) << log_;
    EXPECT_EQ(gate.state().held.size(), 2u);
    // Less than a tenth above the limit.
    silent_.clear();
    state_free_ = 10 * gib + gib / 2;
    clock_.advance(1s);
    EXPECT_TRUE(gate.look().everybody);
    EXPECT_EQ(told("intake-held"), 1) << log_;
}

TEST(SpaceOf, IsThatOfTheFileSystemOrAFault) {
    const tests::Spool spool;
    const auto space = Gate::space_of(spool.root);
    ASSERT_TRUE(space);
    EXPECT_GT(space->bytes_all, 0u);
    const auto none = Gate::space_of(spool.at("none"));
    ASSERT_FALSE(none);
    EXPECT_THAT(none.fault().text, HasSubstr(spool.at("none").string()));
}

// Listed when the receipts that were issued to it since could have filled it, and not before.
TEST_F(GateTest, AnInBoxIsCountedAgainWhenItCouldBeFull) {
    fill_inbox(1);
    Gate gate = this->gate();
    EXPECT_THAT(gate.look().mailboxes, IsEmpty());
    fill_inbox(5);
    issue("acme");
    for (int i = 0; i < 9; ++i) issue("beta");
    clock_.advance(1h);
    EXPECT_THAT(gate.look().mailboxes, IsEmpty());
    issue("acme");
    clock_.advance(1s);
    EXPECT_THAT(gate.look().mailboxes, ElementsAre("acme"));
    // While it is held nothing need be issued.
    fs::remove(spool_.at("acme/InBox/0.xml"));
    clock_.advance(1s);
    EXPECT_THAT(gate.look().mailboxes, ElementsAre("acme"));
    fs::remove(spool_.at("acme/InBox/1.xml"));
    clock_.advance(1s);
    EXPECT_THAT(gate.look().mailboxes, IsEmpty());
}

// One that is nearly full, and fetched from as fast as it is filled, could be full at each look.
TEST_F(GateTest, ALargeInBoxIsNotListedMoreOftenThanItsSizeAllows) {
    config_.admission.inbox_files_max = 12'000;
    fill_inbox(12'000);
    Gate gate = this->gate();
    EXPECT_THAT(gate.look().mailboxes, IsEmpty());
    spool_.put("acme/InBox/more.xml", "");
    issue("acme");
    clock_.advance(250ms);
    EXPECT_THAT(gate.look().mailboxes, IsEmpty());
    clock_.advance(250ms);
    EXPECT_THAT(gate.look().mailboxes, ElementsAre("acme"));
}

TEST_F(GateTest, APauseOfTheIntakeHoldsEverybodyAndOneOfAnotherFlowNobody) {
    Gate gate = this->gate();
    gate.heed({{edi::Flow::Dispatch, 0, "root", "a test", clock_.now(), {}}});
    EXPECT_FALSE(gate.look().everybody);
    gate.heed({{edi::Flow::Results, 0, "root", "a test", clock_.now(), {}},
               {edi::Flow::Intake, 0, "root", "a test", clock_.now(), {}}});
    EXPECT_TRUE(gate.look().everybody);
    gate.heed({});
    EXPECT_FALSE(gate.look().everybody);
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
