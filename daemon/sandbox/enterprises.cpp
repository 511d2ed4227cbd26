#include "sandbox/enterprises.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace sandbox {

namespace {

struct Field {
    const char* name;
    const char* usual;  // empty: made of the USCC, or left out
};

constexpr Field fields[] = {{"uscc", ""},
                            {"organizationCode", ""},
                            {"name", ""},
                            {"authorityLevel", "2"},
                            {"entityType", "3"},
                            {"region", ""},
                            {"address", "示例路1号"},
                            {"registeredOn", "2020-01-02"},
                            {"tradingRight", "true"},
                            {"legalRepresentative", "王五"},
                            {"postcode", "100000"},
                            {"phone", "010-12345678"},
                            {"fax", ""},
                            {"registeredCapital", "10000000"},
                            {"businessScope", "机电产品进出口"}};

// What a USCC tells: the area and the organisation code stand in it.
std::string made_of(const std::string& uscc, const std::string& name) {
    if (uscc.size() != 18) return {};
    if (name == "region") return uscc.substr(2, 6);
    if (name == "name") return "示例机电进出口有限公司（" + uscc.substr(9, 8) + "）";
    if (name != "organizationCode") return {};
    const char check = uscc[16];
    return (check >= '0' && check <= '9') || check == 'X' ? uscc.substr(8, 9) : std::string{};
}

}  // namespace

bool is_enterprise_field(const std::string& name) {
    return std::any_of(std::begin(fields), std::end(fields),
                       [&](const Field& field) { return name == field.name; });
}

base::Element whole_enterprise(const std::map<std::string, std::string>& given,
                               const base::Element& registered) {
    base::Element enterprise{"enterprise", ""};
    std::string uscc;
    for (const Field& field : fields) {
        const auto found = given.find(field.name);
        std::string value =
            found == given.end() ? std::string(registered.text_at(field.name)) : found->second;
        if (uscc.empty()) uscc = value;
        const bool known = found != given.end() || !registered.name.empty();
        if (value.empty() && !known) value = field.usual;
        if (value.empty() && !known) value = made_of(uscc, field.name);
        enterprise.add_if(field.name, value);
    }
    return enterprise;
}

const Enterprise* Enterprises::find(const std::string& subject) const {
    const auto found = by_subject_.find(subject);
    return found == by_subject_.end() ? nullptr : &found->second;
}

const Enterprise* Enterprises::of_account(const std::string& account) const {
    const auto found = accounts_.find(account);
    return found == accounts_.end() ? nullptr : find(found->second);
}

bool Enterprises::is_open(const std::string& subject) const {
    const Enterprise* const enterprise = find(subject);
    return enterprise && enterprise->state == "under-review";
}

void Enterprises::declare(const Entry& entry) {
    Enterprise& enterprise = by_subject_[entry.subject];
    enterprise.subject = entry.subject;
    enterprise.next_seq = entry.next_seq;
    keys_[entry.key] = entry.subject;
    if (entry.type != "registration") return;
    enterprise.key = entry.key;
    enterprise.state = "under-review";
    enterprise.declared = base::Reader(entry.enterprise).element();
}

void Enterprises::learn(const base::Element& result, const std::string& bytes) {
    const auto found = keys_.find(std::string(result.attribute("key")));
    if (found == keys_.end() || result.children.empty()) return;
    Enterprise& enterprise = by_subject_[found->second];
    enterprise.told.push_back(bytes);
    const base::Element& body = result.children.front();
    if (body.name == "registration") learn_registration(enterprise, result);
    if (body.name == "binding") learn_binding(enterprise, body);
}

void Enterprises::learn_registration(Enterprise& enterprise, const base::Element& result) {
    const base::Element& body = result.children.front();
    if (result.attribute("key") != enterprise.key) return;
    enterprise.state = body.text_at("decision");
    if (enterprise.state != "approved") return;
    enterprise.account = body.text_at("account");
    enterprise.content = enterprise.declared;
    accounts_[enterprise.account] = enterprise.subject;
}

void Enterprises::learn_binding(Enterprise& enterprise, const base::Element& body) {
    if (body.text_at("decision") != "bound") return;
    enterprise.account = body.text_at("account");
    enterprise.state = "approved";
    accounts_[enterprise.account] = enterprise.subject;
    if (const base::Element* const brought = body.child("enterprise"))
        enterprise.content = *brought;
}

}  // namespace sandbox
