// How one rule for registrations or for bindings is read.
#include "sandbox/enterprises.hpp"
#include "sandbox/reading.hpp"

namespace sandbox {

namespace {

constexpr Named<RegistrationRule::Decision> registrations[] = {
    {"approved", RegistrationRule::Decision::Approved},
    {"returned", RegistrationRule::Decision::Returned},
    {"refused", RegistrationRule::Decision::Refused}};
constexpr Named<BindingRule::Decision> bindings[] = {{"bound", BindingRule::Decision::Bound},
                                                     {"refused", BindingRule::Decision::Refused},
                                                     {"denied", BindingRule::Decision::Denied}};

std::string usual_opinion(RegistrationRule::Decision decision) {
    switch (decision) {
        case RegistrationRule::Decision::Approved: return "备案成功";
        case RegistrationRule::Decision::Returned: return "请补正后重新申报";
        case RegistrationRule::Decision::Refused: return "";
    }
    return "";
}

std::string usual_opinion(BindingRule::Decision decision) {
    switch (decision) {
        case BindingRule::Decision::Bound: return "绑定成功";
        case BindingRule::Decision::Refused: return "账户或密码不正确";
        case BindingRule::Decision::Denied: return "";
    }
    return "";
}

}  // namespace

RegistrationRule read_registration_rule(const yaml::Node& node) {
    RegistrationRule rule;
    if (const yaml::Node when = node["when"])
        rule.when = {when["uscc"].text(), when["name"].text(), when["address"].text(),
                     when["office"].text()};
    rule.decision = choice(node["decision"], registrations, rule.decision);
    rule.opinion = node["opinion"].text(usual_opinion(rule.decision));
    rule.account = node["account"].text();
    rule.refusal = read_refusal(node["fault"], {"E3001", "", "备案信息不予受理"});
    rule.steps = read_steps(node["steps"]);
    rule.delay = node["delay"].duration(Delay{0});
    return rule;
}

BindingRule read_binding_rule(const yaml::Node& node) {
    BindingRule rule;
    if (const yaml::Node when = node["when"])
        rule.when = {when["account"].text(), when["uscc"].text(), when["password"].text()};
    rule.decision = choice(node["decision"], bindings, rule.decision);
    rule.opinion = node["opinion"].text(usual_opinion(rule.decision));
    rule.refusal = read_refusal(node["fault"], {"E3002", "account", "账户不存在"});
    rule.delay = node["delay"].duration(Delay{0});
    if (const yaml::Node enterprise = node["enterprise"]) {
        for (const std::string& name : enterprise.keys()) {
            rule.enterprise[name] = enterprise[name].text();
            if (!is_enterprise_field(name))
                enterprise[name].complain("an enterprise has no '" + name + "'");
        }
        if (!rule.enterprise.contains("uscc")) enterprise.complain("an enterprise needs 'uscc'");
    }
    return rule;
}

}  // namespace sandbox
