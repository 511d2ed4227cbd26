// Review by scenario, customs and the life of a licence.
#include <set>

#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Review : public MinistryTest {};

TEST_F(Review, WithoutScenarioEverythingIsApprovedAndReceivedByCustoms) {
    open();
    send(1);
    const auto all = results();
    EXPECT_THAT(story(all),
                ElementsAre("review:approved", "customsTransfer:sent", "customsTransfer:received"));
    const base::Element& review = all[0].children[0];
    EXPECT_EQ(review.text_at("validFrom"), "2026-11-22");
    EXPECT_EQ(review.text_at("expiry"), "2026-12-31");
    EXPECT_EQ(review.text_at("licenceNo").size(), 12u);
    EXPECT_EQ(all[0].attribute("key"), key(1));
    EXPECT_EQ(all[0].attribute("seq"), "1");
    EXPECT_EQ(all[2].attribute("seq"), "3");
    clock_.advance(39 * 24h + 15h);
    EXPECT_THAT(story(results()), ElementsAre("licence:expired"));
}

TEST_F(Review, TheFirstRuleThatHoldsDecides) {
    open(
        "rules:\n"
        "  - {when: {remark: 拒收}, decision: refused, fault: {code: E7, field: note, text: "
        "不行}}\n"
        "  - {when: {remark: 退回}, decision: returned, opinion: 补正}\n"
        "  - {when: {usd_over: 1000000}, decision: disapproved}\n"
        "  - {when: {reference_prefix: X-, commodity: 8406}, decision: returned}\n"
        "otherwise: {transfer: {outcome: none}}\n");
    const std::pair<Draft, const char*> table[] = {
        {{.ref = "A-1"}, "review:approved"},
        {{.ref = "A-2", .note = "请退回我"}, "review:returned"},
        {{.ref = "A-3", .usd = "1000000.01"}, "review:disapproved"},
        {{.ref = "A-4", .usd = "1000000"}, "review:approved"},
        {{.ref = "X-5"}, "review:returned"},
        {{.ref = "X-6", .project = true}, "review:approved"}};
    int number = 0;
    for (const auto& [draft, expected] : table) {
        EXPECT_EQ(send(++number, draft).status, 202);
        EXPECT_THAT(story(results()), ElementsAre(expected)) << draft.ref;
    }
    const http::Response refused = send(9, {.ref = "A-9", .note = "拒收"});
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(parsed(refused).text_at("fault/code"), "E7");
    EXPECT_EQ(ministry_->counters().refused, 1u);
}

TEST_F(Review, WhatWasReturnedIsDeclaredAgainUnderItsNumberAndSeqGoesOn) {
    open("rules:\n  - {when: {remark: 退回}, decision: returned}\n");
    const std::string number(parsed(send(1, {.note = "退回"})).text_at("applicationNo"));
    results();
    EXPECT_EQ(parsed(send(2)).text_at("applicationNo"), number);
    const auto all = results();
    EXPECT_EQ(all[0].attribute("seq"), "2");
    EXPECT_EQ(all[0].attribute("key"), key(2));
    EXPECT_EQ(ministry_->counters().references_declared_twice, 1u);
    EXPECT_EQ(ministry_->counters().references_declared_twice_while_open, 0u);
}

TEST_F(Review, StepsAndDelaysComeInTheirTime) {
    open(
        "otherwise:\n  delay: 2s\n  transfer: {outcome: failed, sent_after: 1s, "
        "received_after: 1s}\n  steps:\n"
        "    - {office: 甲, name: 初审, actor: 李, result: 通过, after: 1s}\n"
        "    - {office: 乙, name: 复审, after: 1s}\n");
    send(1);
    EXPECT_THAT(results(), SizeIs(0));
    clock_.advance(1s);
    EXPECT_THAT(story(results()), ElementsAre("step:初审"));
    clock_.advance(3s);
    EXPECT_THAT(story(results()), ElementsAre("step:复审", "review:approved"));
    clock_.advance(2s);
    EXPECT_THAT(story(results()), ElementsAre("customsTransfer:sent", "customsTransfer:failed"));
}

TEST_F(Review, ClearancesDrawAMultiBatchLicenceDown) {
    open(
        "otherwise:\n  transfer: {outcome: none}\n  clearances:\n"
        "    - {after: 1s, part: 1/3}\n    - {after: 1s, part: 1/3}\n    - {after: 1s}\n");
    send(1, {.quantity = "10", .multi_batch = true});
    clock_.advance(3s);
    const auto all = results();
    EXPECT_THAT(story(all), ElementsAre("review:approved", "clearance:3", "clearance:3",
                                        "clearance:4", "licence:exhausted"));
    EXPECT_EQ(all[1].children[0].text_at("qtyLeft"), "7");
    EXPECT_EQ(all[1].children[0].text_at("usesLeft"), "5");
    EXPECT_EQ(all[1].children[0].text_at("item/amount"), "540.00");
    EXPECT_EQ(all[1].children[0].text_at("declarationNo").substr(0, 9), "220020261");
    EXPECT_EQ(all[3].children[0].text_at("qtyLeft"), "0");
    EXPECT_EQ(all[1].children[0].text_at("licenceNo"), all[0].children[0].text_at("licenceNo"));
}

TEST_F(Review, SixUsesExhaustAMultiBatchLicenceAndOneASingleBatchOne) {
    std::string scenario = "otherwise:\n  transfer: {outcome: none}\n  clearances:\n";
    for (int i = 0; i < 8; ++i) scenario += "    - {quantity: 0.5}\n";
    open(scenario);
    send(1, {.quantity = "9", .multi_batch = true});
    const auto many = story(results());
    EXPECT_THAT(many, SizeIs(8));
    EXPECT_EQ(many.back(), "licence:exhausted");
    send(2, {.ref = "PO-2"});
    EXPECT_THAT(story(results()),
                ElementsAre("review:approved", "clearance:0.5", "licence:exhausted"));
    send(3, {.ref = "PO-3", .project = true});
    EXPECT_THAT(results(), SizeIs(3));
}

TEST_F(Review, ALicenceMayBeCancelled) {
    open(
        "otherwise:\n  transfer: {outcome: none}\n  cancelled: {after: 1h, note: 退证}\n"
        "  clearances: [{after: 2h}]\n");
    send(1);
    clock_.advance(100 * 24h);
    EXPECT_THAT(story(results()), ElementsAre("review:approved", "licence:cancelled"));
}

TEST_F(Review, AnUntoldEndIsNotTold) {
    open(
        "rules:\n"
        "  - {when: {reference: A}, expiry: untold}\n"
        "  - {when: {reference: B}, exhausted: untold, clearances: [{part: rest}]}\n"
        "otherwise: {transfer: {outcome: none}}\n");
    send(1, {.ref = "A"});
    send(2, {.ref = "B"});
    clock_.advance(100 * 24h);
    const auto told = story(results());
    EXPECT_THAT(told, Contains("clearance:9"));
    EXPECT_THAT(told, testing::Not(Contains(testing::StartsWith("licence:"))));
}

TEST_F(Review, TheScenarioSetsForHowManyDaysALicenceIsValid) {
    open("otherwise: {valid_days: 45, transfer: {outcome: none}}\n");
    send(1);
    EXPECT_EQ(results()[0].children[0].text_at("expiry"), "2027-01-06");
    clock_.advance(45 * 24h);
    EXPECT_THAT(results(), SizeIs(0));
    clock_.advance(24h);
    EXPECT_THAT(story(results()), ElementsAre("licence:expired"));
}

TEST_F(Review, ARevokedClearanceGivesItsQuantityAndItsUseBack) {
    open(
        "otherwise:\n  transfer: {outcome: none}\n  clearances:\n"
        "    - {after: 1s, part: 1/3, revoked_after: 5s}\n    - {after: 1s, quantity: 100}\n"
        "    - {after: 10s}\n");
    send(1, {.quantity = "9", .multi_batch = true});
    clock_.advance(20s);
    const auto all = results();
    EXPECT_THAT(story(all), ElementsAre("review:approved", "clearance:3", "clearance:6",
                                        "clearance:3", "clearance:3", "licence:exhausted"));
    const auto left = [&](std::size_t i) {
        const base::Element& body = all[i].children[0];
        return std::string(body.text_at("usesLeft")) + " " + std::string(body.text_at("qtyLeft")) +
               " " + std::string(body.text_at("revoked"));
    };
    EXPECT_EQ(left(1), "5 6 ");
    EXPECT_EQ(left(2), "4 0 ");  // 100 is more than there is
    EXPECT_EQ(left(3), "5 3 true");
    EXPECT_EQ(left(4), "4 0 ");
    EXPECT_EQ(all[3].children[0].text_at("declarationNo"),
              all[1].children[0].text_at("declarationNo"));
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(all[i].attribute("seq"), std::to_string(i + 1));
}

TEST_F(Review, AnIncompleteApprovalMayBeCompletedLater) {
    open("otherwise: {incomplete: true, completed_after: 1h}\n");
    send(1);
    EXPECT_THAT(results(), SizeIs(1));
    clock_.advance(1h);
    const auto all = results();
    EXPECT_THAT(story(all),
                ElementsAre("review:approved", "customsTransfer:sent", "customsTransfer:received"));
    EXPECT_EQ(all[0].attribute("seq"), "2");
    EXPECT_NE(all[0].children[0].text_at("licenceNo"), "");
}

TEST_F(Review, ResultsTwiceReversedStrayIncompleteAndBeforeTheAcknowledgement) {
    open(
        "rules:\n"
        "  - {when: {reference: TWICE}, twice: true, transfer: {outcome: none}}\n"
        "  - {when: {reference: REVERSED}, reversed: true}\n"
        "  - {when: {reference: STRAY}, stray: true, transfer: {outcome: none}}\n"
        "  - {when: {reference: INCOMPLETE}, incomplete: true}\n"
        "  - {when: {reference: EARLY}, acknowledge_after: 3s}\n");
    send(1, {.ref = "TWICE"});
    const auto twice = results();
    ASSERT_THAT(twice, SizeIs(2));
    EXPECT_EQ(twice[0].attributes, twice[1].attributes);
    EXPECT_EQ(story(twice), story({twice[1], twice[0]}));
    send(2, {.ref = "REVERSED"});
    const auto reversed = results();
    EXPECT_THAT(story(reversed),
                ElementsAre("customsTransfer:received", "customsTransfer:sent", "review:approved"));
    EXPECT_EQ(reversed.back().attribute("seq"), "1");
    send(3, {.ref = "STRAY"});
    const auto stray = results();
    ASSERT_THAT(stray, SizeIs(2));
    EXPECT_EQ(stray[1].attribute("key"), "");
    EXPECT_NE(stray[1].attribute("applicationNo"), stray[0].attribute("applicationNo"));
    send(4, {.ref = "INCOMPLETE"});
    const auto incomplete = results();
    ASSERT_THAT(incomplete, Contains(testing::Field(&base::Element::name, "result")));
    EXPECT_EQ(incomplete.back().children[0].text_at("licenceNo"), "");
    const auto early = ministry_->handle(post(key(5), application(key(5), {.ref = "EARLY"})));
    EXPECT_EQ(early.delay, 3s);
    EXPECT_THAT(results(), SizeIs(3));
}

TEST(Scenario, MistakesAreToldWithTheirPlace) {
    const auto bad = sandbox::parse_scenario(
        "scenario: x\nrules:\n  - {decision: maybe}\n"
        "otherwise: {clearances: [{part: 3/1}], colour: red}\n"
        "registrations:\n  rules: [{decision: bound}]\n"
        "bindings: {otherwise: {enterprise: {adress: x}}}\n",
        "bad.yaml");
    ASSERT_FALSE(bad);
    EXPECT_THAT(bad.fault().text, HasSubstr("bad.yaml:3:"));
    EXPECT_THAT(bad.fault().text, HasSubstr("'maybe' is none of approved"));
    EXPECT_THAT(bad.fault().text, HasSubstr("'3/1'"));
    EXPECT_THAT(bad.fault().text, HasSubstr("colour"));
    EXPECT_THAT(bad.fault().text, HasSubstr("'bound' is none of approved, returned, refused"));
    EXPECT_THAT(bad.fault().text, HasSubstr("an enterprise has no 'adress'"));
    EXPECT_THAT(bad.fault().text, HasSubstr("an enterprise needs 'uscc'"));
}

TEST(Scenario, ThoseThatAreShippedCanBeRead) {
    for (const char* name : {"everyday", "at-once", "manual"}) {
        const auto scenario = sandbox::read_scenario(std::string(PERMITD_SOURCE) +
                                                     "/tests/journeys/scenarios/" + name + ".yaml");
        ASSERT_TRUE(scenario) << scenario.fault().text;
        EXPECT_EQ(scenario->name, name);
    }
}

}  // namespace
