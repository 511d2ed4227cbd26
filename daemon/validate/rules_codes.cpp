#include <algorithm>

#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Element;

struct Coded {
    const char* body;
    const char* path;  // relative; its last step may repeat
    const char* list;
};
constexpr Coded coded[] = {
    {"LicenceApplication", "TradeMode", "trade-modes"},
    {"LicenceApplication", "ForeignExchangeSource", "foreign-exchange-sources"},
    {"LicenceApplication", "GoodsUse", "goods-uses"},
    {"LicenceApplication", "CustomsOffice", "customs-offices"},
    {"LicenceApplication", "TradingCountry", "countries"},
    {"LicenceApplication", "OriginCountry", "countries"},
    {"LicenceApplication", "EndUser/Region", "provinces"},
    {"LicenceApplication", "SingleMachine/Currency", "currencies"},
    {"LicenceApplication", "Project/Type", "project-types"},
    {"LicenceApplication", "Project/Industry", "industries"},
    {"LicenceApplication", "Project/Currency", "currencies"},
    {"LicenceApplication", "Contract/ForeignTrader/Country", "countries"},
    {"LicenceApplication", "Contract/ForeignManufacturer/Country", "countries"},
    {"LicenceApplication", "Contract/Currency", "currencies"},
    {"EnterpriseRegistration", "Enterprise/AuthorityLevel", "authority-levels"},
    {"EnterpriseRegistration", "Enterprise/EntityType", "entity-types"},
    {"EnterpriseRegistration", "Enterprise/Region", "provinces"},
    {"EnterpriseRegistration", "LicensingAccount/LicensingOffice", "licensing-offices"},
};

constexpr std::size_t province_digits = 2;  // of the six of GB/T 2260

}  // namespace

Objections code_unknown(const Case& c) {
    Objections objections;
    const Element* asked = c.body.name == "CodeListQuery" ? c.body.child("List") : nullptr;
    if (asked && !c.facts.lists->list(asked->text))
        objections.push_back({asked, "list", {{"list", asked->text}, {"code", asked->text}}});
    for (const Coded& each : coded) {
        if (c.body.name != each.body) continue;
        const std::string_view path = each.path;
        const std::size_t slash = path.rfind('/');
        const bool nested = slash != std::string_view::npos;
        const Element* parent = nested ? c.body.at(path.substr(0, slash)) : &c.body;
        if (!parent) continue;
        const std::string list = each.list;
        for (const Element* leaf : parent->all(path.substr(nested ? slash + 1 : 0))) {
            const std::string code =
                list == "provinces" ? leaf->text.substr(0, province_digits) : leaf->text;
            if (!c.facts.lists->has(list, code, c.today))
                objections.push_back({leaf, "", {{"list", list}, {"code", leaf->text}}});
        }
    }
    return objections;
}

Objections repeated(const Case& c) {
    Objections objections;
    for (const char* name : {"CustomsOffice", "TradingCountry", "OriginCountry"}) {
        const std::vector<const Element*> all = c.body.all(name);
        for (auto each = all.begin(); each != all.end(); ++each)
            if (std::any_of(all.begin(), each,
                            [&](const Element* before) { return before->text == (*each)->text; }))
                objections.push_back({*each, "", {{"element", name}, {"code", (*each)->text}}});
    }
    return objections;
}

}  // namespace validate
