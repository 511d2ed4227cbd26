// Withdrawals: confirmed, refused, and crossing with the end of the review.
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

class Withdrawals : public MinistryTest {
protected:
    std::string declare(const std::string& scenario) {
        open(scenario);
        return std::string(parsed(send(1)).text_at("applicationNo"));
    }
    std::vector<std::string> seqs(const std::vector<base::Element>& results) {
        std::vector<std::string> seqs;
        for (const base::Element& each : results) seqs.emplace_back(each.attribute("seq"));
        return seqs;
    }
};

TEST_F(Withdrawals, AConfirmedOneEndsTheReviewForEver) {
    const std::string number = declare("otherwise: {delay: 1h}\n");
    EXPECT_EQ(say(2, withdrawal(key(2), number)).status, 202);
    const auto told = results();
    EXPECT_THAT(story(told), ElementsAre("withdrawal:confirmed"));
    EXPECT_EQ(told[0].attribute("key"), key(2));
    EXPECT_EQ(told[0].attribute("applicationNo"), number);
    EXPECT_EQ(told[0].attribute("seq"), "1");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "withdrawn");
    EXPECT_THAT(story(answered("opinions", "applicationNo", number)),
                ElementsAre("withdrawal:confirmed"));
    clock_.advance(1000h);
    EXPECT_THAT(results(), SizeIs(0));
    say(3, withdrawal(key(3), number));
    const auto again = results();
    EXPECT_THAT(story(again), ElementsAre("withdrawal:refused"));
    EXPECT_EQ(again[0].text_at("withdrawal/opinion"), "已撤回");
    EXPECT_EQ(again[0].attribute("seq"), "2");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "withdrawn");
}

TEST_F(Withdrawals, WhatWasWithdrawnIsDeclaredAgainAsANewApplication) {
    const std::string number = declare("otherwise: {delay: 1h, withdrawal: {after: 2s}}\n");
    say(2, withdrawal(key(2), number));
    clock_.advance(2s);
    const std::string next(parsed(send(3)).text_at("applicationNo"));
    EXPECT_NE(next, number);
    EXPECT_EQ(ministry_->counters().references_declared_twice, 1u);
    EXPECT_EQ(ministry_->counters().references_declared_twice_while_open, 0u);
    clock_.advance(1h);
    const auto told = results();
    EXPECT_THAT(story(told), ElementsAre("withdrawal:confirmed", "review:approved",
                                         "customsTransfer:sent", "customsTransfer:received"));
    EXPECT_THAT(seqs(told), ElementsAre("1", "1", "2", "3"));
    EXPECT_EQ(told[1].attribute("key"), key(3));
}

TEST_F(Withdrawals, WhoDeclaresAgainBeforeTheAnswerHasDeclaredTwice) {
    const std::string number = declare("otherwise: {delay: 1h, withdrawal: {after: 2s}}\n");
    say(2, withdrawal(key(2), number));
    clock_.advance(1s);
    EXPECT_NE(parsed(send(3)).text_at("applicationNo"), number);
    EXPECT_EQ(ministry_->counters().references_declared_twice_while_open, 1u);
}

TEST_F(Withdrawals, TheReviewMayEndBetweenTheRequestAndTheAnswer) {
    const std::string number = declare(
        "otherwise:\n  delay: 2s\n  withdrawal: {after: 3s}\n"
        "  transfer: {outcome: received, sent_after: 2s, received_after: 1s}\n"
        "  steps: [{office: 甲, name: 初审, after: 1s}]\n");
    clock_.advance(2s);
    say(2, withdrawal(key(2), number));
    clock_.advance(10s);
    const auto told = results();
    // The review at 3 s, the answer and the transfer at 5 s, in this order.
    EXPECT_THAT(story(told), ElementsAre("step:初审", "review:approved", "customsTransfer:sent",
                                         "withdrawal:refused", "customsTransfer:received"));
    EXPECT_THAT(seqs(told), ElementsAre("1", "2", "3", "4", "5"));
    EXPECT_EQ(told[3].text_at("withdrawal/opinion"), "已审结，不能撤回");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "approved");
}

TEST_F(Withdrawals, StepsBeforeTheAnswerStillComeAndTheReviewAfterItDoesNot) {
    const std::string number = declare(
        "otherwise:\n  delay: 5s\n  withdrawal: {after: 3s}\n"
        "  steps: [{office: 甲, name: 初审, after: 2s}, {office: 乙, name: 复审, after: 2s}]\n");
    say(2, withdrawal(key(2), number));
    EXPECT_THAT(results(), SizeIs(0));
    clock_.advance(1h);
    const auto told = results();
    EXPECT_THAT(story(told), ElementsAre("step:初审", "withdrawal:confirmed"));
    EXPECT_THAT(seqs(told), ElementsAre("1", "2"));
}

TEST_F(Withdrawals, TheMinistryMayRefuseAndGoOnReviewing) {
    const std::string number = declare(
        "rules:\n  - {when: {reference: PO-1}, delay: 10s, "
        "withdrawal: {decision: refused, opinion: 不准, after: 1s}, transfer: {outcome: none}}\n");
    say(2, withdrawal(key(2), number));
    clock_.advance(2s);
    const auto refused = results();
    EXPECT_THAT(story(refused), ElementsAre("withdrawal:refused"));
    EXPECT_EQ(refused[0].text_at("withdrawal/opinion"), "不准");
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "under-review");
    say(3, withdrawal(key(3), number));
    clock_.advance(10s);
    const auto rest = results();
    EXPECT_THAT(story(rest), ElementsAre("withdrawal:refused", "review:approved"));
    EXPECT_THAT(seqs(rest), ElementsAre("2", "3"));
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "approved");
}

TEST_F(Withdrawals, AfterAReturnSeqGoesOnOverTheRefusedWithdrawal) {
    const std::string number =
        declare("rules: [{when: {reference: PO-1}, decision: returned, delay: 1s}]\n");
    clock_.advance(1s);
    say(2, withdrawal(key(2), number));
    EXPECT_EQ(parsed(send(3)).text_at("applicationNo"), number);
    clock_.advance(1s);
    const auto told = results();
    EXPECT_THAT(story(told),
                ElementsAre("review:returned", "withdrawal:refused", "review:returned"));
    EXPECT_THAT(seqs(told), ElementsAre("1", "2", "3"));
    EXPECT_EQ(ministry_->counters().references_declared_twice_while_open, 0u);
}

TEST_F(Withdrawals, OfAnUnknownApplicationIsRefusedAtOnce) {
    open();
    const http::Response refused = say(1, withdrawal(key(1), "2026110000000000"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(parsed(refused).text_at("fault/field"), "applicationNo");
}

}  // namespace
