// Questions: the answers tell what became known by now, as pages of results tell it.
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::SizeIs;

constexpr const char* uscc = "91110108MA0000015T";
constexpr const char* two_levels =
    "otherwise:\n  delay: 1s\n  opinion: 同意\n  office: 商务部机电和科技产业司\n"
    "  transfer: {outcome: received, sent_after: 1s, received_after: 1s}\n  steps:\n"
    "    - {office: 地方机电办, name: 初审, actor: 李明, result: 同意上报, opinion: 材料齐全, "
    "after: 1s}\n"
    "    - {office: 商务部机电和科技产业司, name: 复审, actor: 王芳, after: 1s}\n"
    "  clearances:\n    - {after: 1s, quantity: 2}\n"
    "    - {after: 1s, quantity: 3, revoked_after: 2s}\n";

class Queries : public MinistryTest {
protected:
    // Declares an application for several batches and returns its number.
    std::string declare(const std::string& scenario) {
        open(scenario);
        return std::string(parsed(send(1, {.multi_batch = true})).text_at("applicationNo"));
    }
    std::string licence_of(const std::string& number) {
        return std::string(parsed(answer("applicationStatus", "applicationNo", number))
                               .text_at("status/licenceNo"));
    }
};

TEST_F(Queries, AnApplicationsWayIsToldAsFarAsItWent) {
    const std::string number = declare(two_levels);
    const auto told = [&](const char* about) {
        return story(answered(about, "applicationNo", number));
    };
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "under-review");
    EXPECT_THAT(told("process"), SizeIs(0));
    EXPECT_THAT(told("opinions"), SizeIs(0));
    clock_.advance(1s);
    EXPECT_THAT(told("process"), ElementsAre("step:初审"));
    EXPECT_EQ(answered("process", "applicationNo", number)[0].text_at("step/result"),
              "同意上报：材料齐全");
    clock_.advance(2s);
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "approved");
    EXPECT_THAT(told("process"), ElementsAre("step:初审", "step:复审"));
    EXPECT_THAT(told("opinions"), ElementsAre("review:approved"));
    EXPECT_THAT(told("customsTransfer"), SizeIs(0));
    clock_.advance(2s);
    EXPECT_THAT(told("customsTransfer"),
                ElementsAre("customsTransfer:sent", "customsTransfer:received"));
    clock_.advance(1s);
    EXPECT_THAT(told("clearance"), ElementsAre("clearance:2"));
}

TEST_F(Queries, AnswersHoldTheSameResultsAsPagesEvenAfterTheyWereConfirmed) {
    const std::string number = declare(two_levels);
    clock_.advance(20s);
    const auto paged = results();
    results();
    std::vector<base::Element> asked;
    for (const char* about : {"process", "opinions", "customsTransfer", "clearance"})
        for (const base::Element& each : answered(about, "applicationNo", number))
            asked.push_back(each);
    const auto flat = [](std::vector<base::Element> all) {
        std::vector<std::pair<std::vector<std::pair<std::string, std::string>>, std::string>> told;
        for (const base::Element& each : all) {
            auto& one = told.emplace_back();
            for (const base::Attribute& a : each.attributes)
                one.first.emplace_back(a.name, a.value);
            for (const base::Element& leaf : each.children[0].children)
                one.second += leaf.name + "=" + leaf.text + ";";
        }
        return told;
    };
    EXPECT_EQ(asked.size(), 8u);
    EXPECT_THAT(flat(asked), ElementsAreArray(flat(paged)));
}

TEST_F(Queries, TheBalanceFollowsTheClearances) {
    const std::string number = declare(two_levels);
    EXPECT_EQ(answer("balance", "applicationNo", number).status, 404);
    clock_.advance(3s);
    const std::string licence = licence_of(number);
    const auto left = [&](const std::string& by, const std::string& value) {
        const base::Element root = parsed(answer("balance", by, value));
        EXPECT_EQ(root.text_at("balance/licenceNo"), licence);
        EXPECT_EQ(root.text_at("balance/expiry"), "2026-12-31");
        return std::string(root.text_at("balance/usesLeft")) + " " +
               std::string(root.text_at("balance/qtyLeft"));
    };
    EXPECT_EQ(left("licenceNo", licence), "6 9");
    clock_.advance(4s);
    EXPECT_EQ(left("applicationNo", number), "4 4");
    clock_.advance(2s);
    std::string plain = licence;
    std::erase(plain, '-');
    EXPECT_EQ(left("licenceNo", plain), "5 7");
    EXPECT_EQ(left("tradeScCode", uscc), "5 7");
    EXPECT_THAT(answered("balance", "licenceNo", licence), SizeIs(3));
}

TEST_F(Queries, ASingleBatchLicenceHasNoUsesToCount) {
    open();
    send(1);
    const base::Element root = parsed(answer("balance", "tradeScCode", uscc));
    EXPECT_EQ(root.text_at("balance/expiry"), "2026-12-31");
    EXPECT_EQ(root.at("balance/usesLeft"), nullptr);
}

TEST_F(Queries, WhatIsUnknownIsNotFoundAndALicenceIsUnknownUntilItIsTold) {
    const std::string number = declare("otherwise: {delay: 1s, stray: true, twice: true}\n");
    for (const char* about : {"applicationStatus", "process", "opinions", "customsTransfer",
                              "balance", "clearance", "registrationStatus"}) {
        EXPECT_EQ(answer(about, "applicationNo", "2026110000000000").status, 404) << about;
        EXPECT_EQ(answer(about, "licenceNo", "26-AB-000001").status, 404) << about;
    }
    EXPECT_EQ(answer("process", "tradeScCode", "91440300717850504F").status, 404);
    EXPECT_EQ(parsed(answer("process", "tradeScCode", "91440300717850504F")).name, "mepFault");
    EXPECT_EQ(ministry_->counters().queries, 16u);
    EXPECT_EQ(ministry_->counters().queries_unknown, 16u);
    clock_.advance(1s);
    // A result that is said twice is answered once.
    EXPECT_THAT(answered("opinions", "licenceNo", licence_of(number)), SizeIs(1));
    EXPECT_THAT(answered("opinions", "tradeScCode", uscc), SizeIs(1));
}

TEST_F(Queries, AskedByEnterpriseTheStatusIsThatOfTheNewestApplication) {
    open("rules: [{when: {remark: 退回}, decision: returned}]\n");
    send(1);
    send(2, {.ref = "PO-2", .note = "退回"});
    EXPECT_EQ(state_of("applicationStatus", "tradeScCode", uscc), "returned");
    EXPECT_THAT(answered("opinions", "tradeScCode", uscc), SizeIs(2));
}

TEST_F(Queries, WhatCannotBeReadIsAFault) {
    open();
    const auto ask_body = [&](const std::string& body) {
        http::Request request = query("process", "applicationNo", "2026110000000000");
        request.body = body;
        return ministry_->handle(request).response.status;
    };
    const std::string good = query("process", "applicationNo", "2026110000000000").body;
    EXPECT_EQ(ask_body("nothing"), 400);
    EXPECT_EQ(ask_body(good.substr(0, good.size() - 5)), 400);
    EXPECT_EQ(ask_body(query("opinion", "applicationNo", "2026110000000000").body), 422);
    EXPECT_EQ(ask_body(query("process", "applicationNo", "x").body), 422);
    EXPECT_EQ(ask_body(application(key(1))), 422);
    EXPECT_EQ(ask_body(std::string(70000, ' ') + good), 413);
    EXPECT_EQ(ministry_->counters().queries_unreadable, 5u);
    const std::string counters = ministry_->handle(ask("/sandbox/counters")).response.body;
    EXPECT_THAT(counters, testing::HasSubstr("\"POST /mep/v1/queries\": 6"));
    EXPECT_THAT(counters, testing::HasSubstr("\"queries\": 6"));
}

TEST_F(Queries, FaultsStrikeQuestionsToo) {
    for (const char* fault :
         {"reset=100%", "503=100%", "401=100%", "slow=100%", "half-answer=100%"}) {
        open({}, *sandbox::parse_faults(fault));
        const auto answer = ministry_->handle(query("registrationStatus", "tradeScCode", uscc));
        EXPECT_TRUE(answer.mischief != http::Mischief::None || answer.response.status != 200 ||
                    answer.delay > 0ms)
            << fault;
    }
    open({}, *sandbox::parse_faults("lost-answer=100%,commit-late=100%"));
    EXPECT_EQ(answer("registrationStatus", "tradeScCode", uscc).status, 200);
}

}  // namespace
