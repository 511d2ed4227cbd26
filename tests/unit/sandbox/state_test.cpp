// The state file: everything is known again, and what an earlier form of it holds too.
#include <filesystem>

#include "running_server.hpp"
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class State : public MinistryTest {
protected:
    const Scratch scratch_;
};

constexpr const char* scenario =
    "registrations: {otherwise: {delay: 5s}}\n"
    "rules:\n"
    "  - {when: {reference: SLOW}, delay: 1h, withdrawal: {decision: refused, after: 2s}}\n"
    "  - {when: {reference: BACK}, delay: 1h, withdrawal: {after: 2s}}\n"
    "otherwise: {clearances: [{after: 1s, part: 1/3}, {after: 1s, part: 1/3}]}\n";

TEST_F(State, AfterARestartAllAnswersAreTheSame) {
    open(scenario, {}, scratch_ / "state");
    const auto number = [&](int n, const Draft& draft) {
        return std::string(parsed(send(n, draft)).text_at("applicationNo"));
    };
    const std::string many = number(1, {.ref = "MANY", .multi_batch = true});
    const std::string slow = number(2, {.ref = "SLOW"}), back = number(3, {.ref = "BACK"});
    say(4, registration(key(4)));
    say(5, binding(key(5), "ic00000001"));
    say(6, withdrawal(key(6), slow, "SLOW"));
    say(7, withdrawal(key(7), back, "BACK"));
    clock_.advance(10s);
    results();
    const auto everything = [&] {
        std::string all = ministry_->handle(ask("/sandbox/messages")).response.body;
        for (const char* about : {"applicationStatus", "process", "opinions", "customsTransfer",
                                  "balance", "clearance", "registrationStatus"}) {
            all += answer(about, "tradeScCode", "91110108MA0000015T").body;
            for (const std::string& each : {many, slow, back})
                all += answer(about, "applicationNo", each).body;
        }
        return all + std::to_string(ministry_->counters().declared);
    };
    const std::string before = everything();
    // The scenario of the past is the one that counts.
    open({}, {}, scratch_ / "state");
    EXPECT_EQ(everything(), before);
    say(8, withdrawal(key(8), slow, "SLOW"));
    clock_.advance(2h);
    EXPECT_THAT(story(results()), ElementsAre("withdrawal:refused", "review:approved",
                                              "customsTransfer:sent", "customsTransfer:received"));
    const auto reviews = answered("opinions", "applicationNo", slow);
    EXPECT_THAT(story(reviews),
                ElementsAre("withdrawal:refused", "withdrawal:refused", "review:approved"));
    EXPECT_EQ(reviews.back().attribute("seq"), "3");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", back), "withdrawn");
}

// Three lines as they were written before there were queries: PO-1, PO-2, and PO-1 withdrawn.
TEST_F(State, AFileOfTheFirstFormIsRead) {
    std::filesystem::copy_file(std::string(PERMITD_SOURCE) + "/tests/unit/sandbox/state-1.lines",
                               scratch_ / "state");
    clock_.jump(*base::parse_time("2026-11-27T07:31:00+08:00") - clock_.now());
    open({}, {}, scratch_ / "state");
    const std::string first = "2026112273433001", second = "2026112273433002";
    EXPECT_EQ(ministry_->counters().declared, 3u);
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", first), "withdrawn");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", second), "under-review");
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(3))).response.status, 200);
    clock_.advance(1h);
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", first), "withdrawn");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", second), "approved");
    send(9);
    open({}, {}, scratch_ / "state");
    EXPECT_EQ(ministry_->counters().applications, 3u);
    EXPECT_EQ(ministry_->counters().references_declared_twice_while_open, 0u);
}

}  // namespace
