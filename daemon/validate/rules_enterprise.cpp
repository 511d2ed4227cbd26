#include "validate/identifiers.hpp"
#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Decimal;
using base::Element;

// The organisation that imports: by USCC where it is given, else by its enterprise code.
std::string_view importing_organisation(const Case& c) {
    const std::string_view by_uscc = organisation_of_uscc(c.body.text_at("Importer/Uscc"));
    return by_uscc.empty() ? organisation_of_enterprise_code(c.body.text_at("Importer/Code"))
                           : by_uscc;
}

// Compared in US dollars, as there is no division among exact decimals; yuan need no rate.
bool exceeds_yuan(const Case& c, Decimal limit) {
    if (!c.figures.amount) return false;
    if (c.figures.currency == "CNY") return *c.figures.amount > limit;
    const auto yuan_rate = c.facts.lists->usd_rate("CNY", c.today);
    if (!c.figures.usd_rate || !yuan_rate) return false;
    const auto here = Decimal::product(*c.figures.amount, *c.figures.usd_rate, Decimal::scale);
    const auto there = Decimal::product(limit, *yuan_rate, Decimal::scale);
    return !here || (there && *here > *there);
}

}  // namespace

Objections uscc_check_fails(const Case& c) {
    Objections objections;
    for (const char* place : {"Importer/Uscc", "EndUser/Uscc", "Enterprise/Uscc"}) {
        const Element* uscc = c.body.at(place);
        if (!uscc) continue;
        const std::string_view text = uscc->text;
        const auto check = uscc_check(text.substr(0, 17));
        const std::string_view organisation = organisation_of_uscc(text);
        if (!is_sound_uscc(text))
            objections.push_back(
                {uscc, "check", {{"expected", check ? std::string(1, *check) : "?"}}});
        else if (!is_sound_organisation_code(organisation))
            objections.push_back(
                {uscc, "organisation", {{"organisation", std::string(organisation)}}});
    }
    return objections;
}

Objections organisation_codes_differ(const Case& c) {
    Objections objections;
    const auto compare = [&](const Element* leaf, std::string_view organisation, const char* uscc) {
        if (!leaf || is_donation_code(leaf->text)) return;
        const std::string_view within = organisation_of_uscc(c.body.text_at(uscc));
        // Without a USCC beside it the code can only be held against its own check character.
        if (within.empty() && !is_sound_organisation_code(organisation))
            objections.push_back({leaf, "check", {{"organisation", std::string(organisation)}}});
        if (!within.empty() && organisation != within)
            objections.push_back({leaf,
                                  "",
                                  {{"organisation", std::string(organisation)},
                                   {"uscc", std::string(c.body.text_at(uscc))}}});
    };
    const Element* code = c.body.at("Importer/Code");
    compare(code, organisation_of_enterprise_code(code ? code->text : ""), "Importer/Uscc");
    const Element* organisation = c.body.at("Enterprise/OrganizationCode");
    compare(organisation, organisation ? organisation->text : "", "Enterprise/Uscc");
    // An enterprise registers itself. A mistyped code is told by the rule of the check character.
    const Element* own = c.body.at("Enterprise/Uscc");
    if (own && !c.sender.empty() && is_sound_uscc(own->text) && own->text != c.sender)
        objections.push_back({own, "sender", {{"sender", c.sender}}});
    return objections;
}

Objections registration_unknown(const Case& c) {
    Objections objections;
    if (c.body.name != "LicenceApplication") return objections;
    for (const char* part : {"Importer", "EndUser"})
        if (!c.body.child(part)) objections.push_back({&c.body, "", {{"part", part}}, {}, part});
    return objections;
}

Objections importer_is_end_user(const Case& c) {
    const Element* user = c.body.at("EndUser/Uscc");
    if (!user || importing_organisation(c) != organisation_of_uscc(user->text)) return {};
    static const Decimal limit = Decimal::whole(2'000'000);
    if (!exceeds_yuan(c, limit)) return {};
    return {{user}};
}

}  // namespace validate
