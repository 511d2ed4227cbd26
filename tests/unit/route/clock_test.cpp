// The wall clock jumps: waits go on by ticks, and nothing that is due by the day, and no lifetime,
// ends on the word of a clock that was moved a moment ago.
#include "base/log.hpp"
#include "fixture.hpp"
#include "silent.hpp"

namespace desk {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::IsEmpty;

class Clocks : public testing::Test {
protected:
    Clocks() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        route_ = std::make_unique<route::Route>(
            route::Parts{*desk_.store, gateway_, mapper_, lists_, catalogue(), seal_, clock_},
            route::Options{{}, patience_, 7});
    }
    ~Clocks() override { base::set_log_sink({}); }

    // As the daemon does: wakes up when it said, for so long.
    void run(microseconds time) {
        const base::Tick end = clock_.tick() + time;
        for (int turns = 0; turns < 100'000; ++turns) {
            route_->step({});
            const base::Tick at = std::max(route_->wake_at(), clock_.tick() + milliseconds{1});
            if (at >= end) break;
            clock_.advance(std::chrono::duration_cast<microseconds>(at - clock_.tick()));
        }
        clock_.advance(std::chrono::duration_cast<microseconds>(end - clock_.tick()));
        route_->step({});
    }
    void answer(dispatch::Ask ask, dispatch::Reach reach) {
        const auto found = std::ranges::find(gateway_.asked, ask, &dispatch::Request::ask);
        ASSERT_NE(found, gateway_.asked.end());
        route::Inputs inputs;
        inputs.answered.push_back({});
        inputs.answered[0].answer.request = *found;
        inputs.answered[0].answer.reach = reach;
        gateway_.asked.clear();
        route_->step(std::move(inputs));
    }
    void licence(const std::string& expiry) {
        edi::Change change;
        edi::Licence licence;
        licence.number = licence.written = licence_number;
        licence.sender = sender;
        licence.mailbox = "acme";
        licence.reference = "PO-1";
        licence.expiry = expiry;
        licence.expiring_told = true;
        change.licences.push_back(licence);
        desk_.store->commit(std::span{&change, 1});
    }
    edi::LicenceState licence_state() const { return desk_.store->licence(licence_number)->state; }

    route::Patience patience_;
    Desk desk_;
    Silent gateway_;
    base::ManualClock clock_{start};
    const edi::Lists lists_ = *edi::Lists::load(std::string{PERMITD_SOURCE} + "/config/codes");
    const mapping::Mapper mapper_ =
        *mapping::Mapper::load(std::string{PERMITD_SOURCE} + "/mapping", lists_);
    const base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    std::string log_;
    std::unique_ptr<route::Route> route_;
};

// The wait after a failed question for results is half an hour at most (ministry.retry).
TEST_F(Clocks, AStepBackKeepsNobodyWaiting) {
    run(seconds{1});
    answer(dispatch::Ask::Results, dispatch::Reach::NotSent);
    ASSERT_EQ(gateway_.count(dispatch::Ask::Results), 0u);
    clock_.jump(-hours{5});
    run(minutes{1});
    EXPECT_EQ(gateway_.count(dispatch::Ask::Results), 1u);
}

TEST_F(Clocks, ASubmissionIsTriedAgainWhenItsWaitIsOver) {
    for (const hours step : {-hours{5}, hours{5}}) {
        desk_.submit();
        gateway_.asked.clear();
        desk_.put(MessageState::InDoubt);
        run(seconds{1});
        ASSERT_EQ(gateway_.count(dispatch::Ask::ByKey), 1u);
        clock_.jump(step);
        answer(dispatch::Ask::ByKey, dispatch::Reach::Lost);
        const auto waits = desk_.store->submission("k1");
        ASSERT_EQ(gateway_.count(dispatch::Ask::ByKey), 0u) << "asked again at once";
        run(minutes{1});
        EXPECT_GE(gateway_.count(dispatch::Ask::ByKey), 1u) << step.count();
        answer(dispatch::Ask::ByKey, dispatch::Reach::Lost);
    }
}

TEST_F(Clocks, NoLicenceExpiresOnTheWordOfAClockThatWasMoved) {
    licence("2026-11-30");
    run(seconds{1});
    clock_.jump(24 * 365 * hours{1});
    run(minutes{4});
    EXPECT_EQ(licence_state(), edi::LicenceState::Valid);
    clock_.jump(-24 * 365 * hours{1});
    run(hours{2});
    EXPECT_EQ(licence_state(), edi::LicenceState::Valid) << "the clock was set right in time";
    clock_.jump(24 * 20 * hours{1});
    run(minutes{7});
    EXPECT_EQ(licence_state(), edi::LicenceState::Expired) << "it was steady long enough";
}

TEST_F(Clocks, NoLifetimeEndsOnTheWordOfAClockThatWasMoved) {
    desk_.submit();
    desk_.put(MessageState::InDoubt);
    run(seconds{1});
    clock_.jump(24 * 365 * hours{1});
    answer(dispatch::Ask::ByKey, dispatch::Reach::Lost);
    EXPECT_EQ(desk_.store->submission("k1")->state, MessageState::InDoubt);
    EXPECT_THAT(desk_.store->deliveries(0, 10), IsEmpty()) << "nor is it told as delayed";
    run(minutes{6});
    while (gateway_.count(dispatch::Ask::ByKey) == 0) run(minutes{1});
    answer(dispatch::Ask::ByKey, dispatch::Reach::Lost);
    EXPECT_EQ(desk_.store->submission("k1")->state, MessageState::Held);
}

// gateway.md: "only a 404 given twice, commit_lag apart".
TEST_F(Clocks, TwoQuestionsAreApartByTicksAlone) {
    desk_.submit();
    desk_.put(MessageState::InDoubt);
    dispatch::Answer said;
    said.request.ask = dispatch::Ask::ByKey;
    said.request.key = "k1";
    const auto not_found = [&](const route::Moment& at) {
        desk_.apply(route::decide_answer(*desk_.store->submission("k1"), said,
                                         edi::AnswerClass::NotFound, {}, *desk_.store, patience_,
                                         at, 0.5));
        return desk_.store->submission("k1")->state;
    };
    EXPECT_EQ(not_found({start, start}), MessageState::InDoubt);
    EXPECT_EQ(not_found({start + hours{9}, start + seconds{1}}), MessageState::InDoubt);
    EXPECT_EQ(not_found({start - hours{9}, start + seconds{6}}), MessageState::Waiting);
}

// The archive's days follow each other (operations.md 5).
TEST_F(Clocks, TheDayOfAReceiptNeverGoesBack) {
    const auto newest_day = [&] { return desk_.store->deliveries(0, 100).back().day; };
    licence("2026-11-20");
    run(minutes{1});
    ASSERT_EQ(newest_day(), "2026-11-22");
    clock_.jump(-hours{25});
    run(minutes{10});
    licence("2026-11-19");
    run(minutes{10});
    ASSERT_EQ(desk_.store->deliveries(0, 100).size(), 2u);
    EXPECT_EQ(newest_day(), "2026-11-22");
}

TEST_F(Clocks, AJumpIsToldOnceEach) {
    run(minutes{3});
    EXPECT_THAT(log_, testing::Not(HasSubstr("clock-jumped")));
    clock_.jump(-hours{1});
    run(minutes{3});
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
    EXPECT_THAT(log_, HasSubstr("\"seconds\":-3600"));
    clock_.jump(seconds{59});
    run(minutes{3});
    EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << "an hour's correction is none of a minute";
}

}  // namespace
}  // namespace desk
