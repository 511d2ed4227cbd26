// Registrations and bindings by scenario, and that no password stays anywhere.
#include <fstream>

#include "running_server.hpp"
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* uscc = "91110108MA0000015T";

class Registrations : public MinistryTest {};

TEST_F(Registrations, WithoutScenarioAnAccountIsGivenAtOnce) {
    open();
    EXPECT_EQ(state_of("registrationStatus", "tradeScCode", uscc), "none");
    EXPECT_EQ(say(1, registration(key(1))).status, 202);
    const auto told = results();
    EXPECT_THAT(story(told), ElementsAre("registration:approved"));
    EXPECT_EQ(told[0].attribute("key"), key(1));
    const std::string account(told[0].text_at("registration/account"));
    EXPECT_THAT(account, testing::MatchesRegex("ic[0-9]{8}"));
    const base::Element answer = parsed(this->answer("registrationStatus", "tradeScCode", uscc));
    EXPECT_EQ(answer.text_at("status/state"), "approved");
    EXPECT_EQ(answer.text_at("status/account"), account);
    EXPECT_EQ(answer.text_at("result/registration/account"), account);
    // Registered again: the account stays, and seq goes on.
    say(2, registration(key(2)));
    const auto again = results();
    EXPECT_EQ(again[0].text_at("registration/account"), account);
    EXPECT_EQ(again[0].attribute("seq"), "2");
}

TEST_F(Registrations, TheFirstRuleThatHoldsDecides) {
    open(
        "registrations:\n  rules:\n"
        "    - {when: {address: 退回}, decision: returned, opinion: 地址有误}\n"
        "    - {when: {name: 拒收}, decision: refused, fault: {code: E9, field: name, text: "
        "不行}}\n"
        "    - {when: {uscc: 91440300717850504F}, account: ic00000042}\n"
        "    - {when: {office: 310000, name: 贸易}, decision: returned, opinion: 不归我办}\n");
    const std::pair<Registrant, const char*> table[] = {
        {{}, "approved"},
        {{.address = "请退回路1号"}, "地址有误"},
        {{.uscc = "91440300717850504F"}, "ic00000042"},
        {{.office = "310000"}, "不归我办"},
        {{.name = "某厂", .office = "310000"}, "approved"}};
    int number = 0;
    for (const auto& [who, expected] : table) {
        ++number;
        EXPECT_EQ(say(number, registration(key(number), who)).status, 202);
        const auto told = results();
        ASSERT_THAT(told, SizeIs(1));
        std::string all;
        for (const base::Element& leaf : told[0].children[0].children) all += leaf.text + " ";
        EXPECT_THAT(all, HasSubstr(expected));
    }
    const http::Response refused = say(9, registration(key(9), {.name = "拒收公司"}));
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(parsed(refused).text_at("fault/code"), "E9");
    EXPECT_THAT(results(), SizeIs(0));
}

TEST_F(Registrations, ReviewTakesItsTimeAndItsSteps) {
    open(
        "registrations:\n  rules:\n    - when: {address: 退回}\n      decision: returned\n"
        "  otherwise:\n    delay: 2s\n"
        "    steps: [{office: 地方机电办, name: 备案初审, after: 1s}]\n");
    say(1, registration(key(1), {.address = "退回"}));
    EXPECT_EQ(state_of("registrationStatus", "tradeScCode", uscc), "returned");
    say(2, registration(key(2)));
    EXPECT_EQ(state_of("registrationStatus", "tradeScCode", uscc), "under-review");
    EXPECT_THAT(story(results()), ElementsAre("registration:returned"));
    clock_.advance(1s);
    EXPECT_THAT(story(results()), ElementsAre("step:备案初审"));
    clock_.advance(2s);
    const auto told = results();
    EXPECT_THAT(story(told), ElementsAre("registration:approved"));
    EXPECT_EQ(told[0].attribute("seq"), "3");
    EXPECT_EQ(state_of("registrationStatus", "tradeScCode", uscc), "approved");
    EXPECT_THAT(answered("registrationStatus", "tradeScCode", uscc), SizeIs(3));
}

TEST_F(Registrations, ABindingBringsBackTheEnterpriseThatHasTheAccount) {
    open();
    say(1, registration(key(1)));
    const std::string account(results()[0].text_at("registration/account"));
    say(2, binding(key(2), account));
    const auto told = results();
    EXPECT_THAT(story(told), ElementsAre("binding:bound"));
    EXPECT_EQ(told[0].text_at("binding/account"), account);
    EXPECT_EQ(told[0].text_at("binding/enterprise/uscc"), uscc);
    EXPECT_EQ(told[0].text_at("binding/enterprise/name"), "北京某某国际贸易有限公司");
    EXPECT_EQ(told[0].text_at("binding/enterprise/registeredOn"), "2026-11-20");
    // Nobody is known to have this one.
    say(3, binding(key(3), "ic00000001"));
    const auto unknown = results();
    EXPECT_THAT(story(unknown), ElementsAre("binding:bound"));
    EXPECT_EQ(unknown[0].at("binding/enterprise"), nullptr);
}

TEST_F(Registrations, APasswordDecidesWhereARuleNamesIt) {
    open(
        "bindings:\n  rules:\n"
        "    - {when: {account: ic00001234, password: right}, decision: bound}\n"
        "  otherwise: {decision: refused}\n");
    say(1, binding(key(1), "ic00001234", "wrong"));
    EXPECT_THAT(story(results()), ElementsAre("binding:refused"));
    say(2, binding(key(2), "ic00001234", "right"));
    EXPECT_THAT(story(results()), ElementsAre("binding:bound"));
}

TEST_F(Registrations, BindingByScenario) {
    open(
        "bindings:\n  rules:\n"
        "    - {when: {account: ic00000000}, decision: refused, opinion: 密码错误, delay: 1s}\n"
        "    - {when: {account: ic99999999}, decision: denied, fault: {text: 已停用}}\n"
        "    - {when: {uscc: 91110108MA0000015T}, opinion: 本企业}\n"
        "    - when: {account: ic00001234}\n"
        "      enterprise: {uscc: 91440300717850504F, name: 深圳某某机械设备有限公司}\n");
    say(1, binding(key(1), "ic00000000"));
    EXPECT_THAT(results(), SizeIs(0));
    clock_.advance(1s);
    const auto refused = results();
    EXPECT_THAT(story(refused), ElementsAre("binding:refused"));
    EXPECT_EQ(refused[0].text_at("binding/opinion"), "密码错误");
    EXPECT_EQ(refused[0].at("binding/enterprise"), nullptr);
    const http::Response denied = say(2, binding(key(2), "ic99999999"));
    EXPECT_EQ(denied.status, 422);
    EXPECT_EQ(parsed(denied).text_at("fault/text"), "已停用");
    say(3, binding(key(3), "ic00001234"));
    const base::Element bound = results().at(0);
    EXPECT_EQ(bound.text_at("binding/enterprise/uscc"), "91440300717850504F");
    EXPECT_EQ(bound.text_at("binding/enterprise/name"), "深圳某某机械设备有限公司");
    EXPECT_EQ(bound.text_at("binding/enterprise/organizationCode"), "717850504");
    EXPECT_EQ(bound.text_at("binding/enterprise/region"), "440300");
    const base::Element status =
        parsed(answer("registrationStatus", "tradeScCode", "91440300717850504F"));
    EXPECT_EQ(status.text_at("status/state"), "approved");
    EXPECT_EQ(status.text_at("status/account"), "ic00001234");
    say(4, registration(key(4)));
    say(5, binding(key(5), std::string(results()[0].text_at("registration/account"))));
    EXPECT_EQ(results()[0].text_at("binding/opinion"), "本企业");
}

TEST_F(Registrations, NoPasswordStaysAnywhere) {
    const Scratch scratch;
    open({}, {}, scratch / "state");
    const std::string secret = "Zq7-hidden-Wv3", escaped = "Zq7-hidden&amp;Wv3";
    say(1, registration(key(1), {.password = secret}));
    say(2, binding(key(2), "ic00000001", escaped));
    // Refused by the schema for being too long, and by a rule for the key.
    say(3, binding(key(3), "ic00000001", secret + std::string(60, 'x')));
    say(4, binding(key(4), "", secret));
    say(5, binding(key(6), "ic00000001", secret));
    std::ifstream file(scratch / "state");
    std::string said, line;
    while (std::getline(file, line)) said += *base::parse_base64(line.substr(9));
    EXPECT_THAT(said, HasSubstr(key(3)));
    said += ministry_->handle(ask("/sandbox/counters")).response.body;
    said += ministry_->handle(ask("/sandbox/messages")).response.body;
    for (int i = 1; i <= 5; ++i)
        said += ministry_->handle(ask("/mep/v1/messages/" + key(i))).response.body;
    said += ministry_->handle(ask("/mep/v1/results")).response.body;
    said += answer("registrationStatus", "tradeScCode", uscc).body;
    EXPECT_THAT(said, Not(HasSubstr("Zq7-hidden")));
    // Nor anything to try passwords with.
    EXPECT_THAT(said, Not(HasSubstr(base::sha256_hex(registration(key(1), {.password = secret})))));
}

}  // namespace
