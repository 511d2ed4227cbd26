// How registrations and bindings are decided: the part of Ministry for enterprises.
#include "base/bytes.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/ministry.hpp"
#include "sandbox/plan.hpp"

namespace sandbox {

namespace {

std::string text_at(const base::Element& element, std::string_view path) {
    return base::collapsed(element.text_at(path));
}

bool holds(const RegistrationRule::Condition& when, const base::Element& registration) {
    const auto contains = [&](std::string_view path, const std::string& part) {
        return text_at(registration, path).find(part) != std::string::npos;
    };
    if (!when.uscc.empty() && when.uscc != text_at(registration, "enterprise/uscc")) return false;
    if (!when.office.empty() &&
        when.office != text_at(registration, "licensingAccount/licensingOffice"))
        return false;
    return contains("enterprise/name", when.name) && contains("enterprise/address", when.address);
}

bool holds(const BindingRule::Condition& when, const base::Element& body, const std::string& uscc) {
    return (when.account.empty() || when.account == text_at(body, "account")) &&
           (when.uscc.empty() || when.uscc == uscc) &&
           (when.password.empty() || when.password == text_at(body, "accountPwd"));
}

// White space as the schema collapses it, so that it can be told again as it is.
base::Element tidy(base::Element element) {
    element.text = base::collapsed(element.text);
    for (base::Element& child : element.children) child = tidy(std::move(child));
    return element;
}

Entry refuse(Entry entry, const Refusal& refusal) {
    const http::Response response = fault(422, refusal);
    entry.status = response.status, entry.answer = response.body;
    return entry;
}

}  // namespace

Entry Ministry::decide_registration(const base::Element& body, Entry entry) {
    const base::Element& declared = *body.child("enterprise");
    entry.subject = text_at(declared, "uscc");
    const RegistrationRule* rule = &setting_.scenario.registration_otherwise;
    for (const RegistrationRule& one : setting_.scenario.registrations)
        if (holds(one.when, body)) {
            rule = &one;
            break;
        }
    if (rule->decision == RegistrationRule::Decision::Refused)
        return refuse(std::move(entry), rule->refusal);
    base::Writer writer;
    writer.element(tidy(declared));
    entry.enterprise = writer.take();
    const Enterprise* const known = enterprises_.find(entry.subject);
    entry.next_seq = known ? known->next_seq : 1;
    base::Time at = clock_.now();
    const auto say = [&](const base::Element& what) {
        base::Element result =
            empty_result(numbers_.next_result_id(), entry.next_seq++, at, entry.key, "");
        result.children.push_back(what);
        entry.planned.push_back(planned(at, 0, result));
    };
    for (const Step& step : rule->steps) {
        at += step.after;
        say(element_of(step));
    }
    at += rule->delay;
    base::Element told{"registration", ""};
    const bool approved = rule->decision == RegistrationRule::Decision::Approved;
    told.add("decision", approved ? "approved" : "returned");
    if (approved && !rule->account.empty())
        told.add("account", rule->account);
    else if (approved)
        told.add("account",
                 known && !known->account.empty() ? known->account : numbers_.next_account());
    told.add_if("opinion", rule->opinion);
    say(told);
    entry.answer = document(202, ack(entry.key, "", "", clock_.now())).body;
    return entry;
}

// The password is what the real ministry looks at; here it decides only where a rule names it.
Entry Ministry::decide_binding(const base::Element& body, Entry entry) {
    const std::string account = text_at(body, "account");
    const Enterprise* known = enterprises_.of_account(account);
    const std::string known_uscc = known ? std::string(known->content.text_at("uscc")) : "";
    const BindingRule* rule = &setting_.scenario.binding_otherwise;
    for (const BindingRule& one : setting_.scenario.bindings)
        if (holds(one.when, body, known_uscc)) {
            rule = &one;
            break;
        }
    if (rule->decision == BindingRule::Decision::Denied)
        return refuse(std::move(entry), rule->refusal);
    const bool bound = rule->decision == BindingRule::Decision::Bound;
    std::string uscc = known_uscc;
    if (const auto given = rule->enterprise.find("uscc"); given != rule->enterprise.end())
        uscc = given->second;
    entry.subject = uscc.empty() ? account : uscc;
    known = enterprises_.find(entry.subject);
    entry.next_seq = known ? known->next_seq : 1;
    const base::Time at = clock_.now() + rule->delay;
    base::Element result =
        empty_result(numbers_.next_result_id(), entry.next_seq++, at, entry.key, "");
    base::Element& told = result.add("binding");
    told.add("decision", bound ? "bound" : "refused");
    told.add_if("opinion", rule->opinion);
    told.add("account", account);
    if (bound && !uscc.empty())
        told.children.push_back(
            whole_enterprise(rule->enterprise, known ? known->content : base::Element{}));
    entry.planned.push_back(planned(at, 0, result));
    entry.answer = document(202, ack(entry.key, "", "", clock_.now())).body;
    return entry;
}

}  // namespace sandbox
