// The scenario that plays the user manual: its good ways and its refused ways.
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::SizeIs;

class ManualScenario : public MinistryTest {
protected:
    void SetUp() override {
        open(std::string(PERMITD_SOURCE) + "/tests/journeys/scenarios/manual.yaml");
    }
    std::string declare(int number, const Draft& draft) {
        return std::string(parsed(send(number, draft)).text_at("applicationNo"));
    }
};

TEST_F(ManualScenario, RegistrationAndBinding) {
    say(1, registration(key(1)));
    EXPECT_EQ(say(2, binding(key(2), "ic00001234")).status, 202);
    EXPECT_THAT(results(), SizeIs(0));
    clock_.advance(1s);
    const auto told = results();
    EXPECT_THAT(story(told),
                ElementsAre("step:备案初审", "binding:bound", "registration:approved"));
    EXPECT_EQ(told[1].text_at("binding/enterprise/uscc"), "91440300717850504F");
    say(3, registration(key(3), {.address = "退回路"}));
    say(4, binding(key(4), "ic00000000"));
    clock_.advance(1s);
    EXPECT_THAT(story(results()), ElementsAre("binding:refused", "registration:returned"));
    EXPECT_EQ(say(5, registration(key(5), {.address = "拒收路"})).status, 422);
    EXPECT_EQ(say(6, binding(key(6), "ic99999999")).status, 422);
}

TEST_F(ManualScenario, ReviewOnTwoLevelsTransferAndClearancesInParts) {
    const std::string number = declare(1, {.ref = "PO-2026-0004", .multi_batch = true});
    clock_.advance(999ms);
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "approved");
    EXPECT_THAT(story(answered("process", "applicationNo", number)),
                ElementsAre("step:初审", "step:复审"));
    clock_.advance(10s);
    EXPECT_EQ(answered("customsTransfer", "applicationNo", number)
                  .back()
                  .text_at("customsTransfer/state"),
              "received");
    EXPECT_THAT(story(answered("clearance", "applicationNo", number)),
                ElementsAre("clearance:3", "clearance:3"));
    EXPECT_EQ(parsed(answer("balance", "applicationNo", number)).text_at("balance/qtyLeft"), "3");
    send(2, {.ref = "PO-2026-0003"});
    clock_.advance(10s);
    EXPECT_THAT(story(results()).back(), "customsTransfer:received");
}

TEST_F(ManualScenario, Withdrawals) {
    const std::string number = declare(1, {.ref = "PO-2026-0006", .multi_batch = true});
    clock_.advance(59min);
    EXPECT_EQ(state_of("applicationStatus", "applicationNo", number), "under-review");
    say(2, withdrawal(key(2), number, "PO-2026-0006"));
    clock_.advance(2s);
    EXPECT_THAT(story(results()), ElementsAre("step:初审", "withdrawal:confirmed"));
    const std::string kept = declare(3, {.ref = "PO-A", .note = "不准撤回"});
    say(4, withdrawal(key(4), kept, "PO-A"));
    const std::string late = declare(5, {.ref = "PO-B", .note = "撤回太迟"});
    say(6, withdrawal(key(6), late, "PO-B"));
    clock_.advance(2h);
    EXPECT_THAT(story(answered("opinions", "applicationNo", kept)),
                ElementsAre("withdrawal:refused", "review:approved"));
    EXPECT_THAT(story(answered("opinions", "applicationNo", late)),
                ElementsAre("review:approved", "withdrawal:refused"));
}

TEST_F(ManualScenario, RefusedWaysAndEndsOfLicences) {
    EXPECT_EQ(send(1, {.ref = "A", .note = "拒收"}).status, 422);
    const std::pair<Draft, const char*> table[] = {
        {{.ref = "B", .note = "退回"}, "returned"},
        {{.ref = "C", .note = "不予"}, "disapproved"},
        {{.ref = "D", .note = "海关失败"}, "failed"},
        {{.ref = "E", .note = "注销"}, "cancelled"},
        {{.ref = "F", .note = "撤销结关", .multi_batch = true}, "3"},
        {{.ref = "G", .note = "全部结关"}, "exhausted"},
        {{.ref = "H", .note = "到期"}, "received"}};
    int number = 1;
    for (const auto& [draft, expected] : table) {
        send(++number, draft);
        clock_.advance(10s);
        EXPECT_THAT(story(results()).back(), testing::EndsWith(std::string(":") + expected))
            << draft.note;
    }
}

}  // namespace
