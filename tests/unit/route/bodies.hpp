// Bodies of messages as tests of decisions need them: valid, and as the worker hands them over.
#pragma once

#include <string>

#include "base/element.hpp"

namespace desk {

using base::Element;

// As the worker hands it over: everything that came from a file has a position.
inline void place(Element& element) {
    element.position = {1, 1};
    for (Element& each : element.children) place(each);
}

inline Element application_body(const std::string& reference, const std::string& function,
                                const std::string& usage) {
    Element body{.name = "LicenceApplication", .text = {}};
    body.attributes = {{"function", function}};
    body.add("ApplicationRef", reference);
    body.add("Year", "2026");
    Element& importer = body.add("Importer");
    importer.add("Code", "1101MA0000015");
    Element& user = body.add("EndUser");
    user.add("Uscc", "91440300717850504F");
    body.add("Handler").add("Mobile", "13800138000");
    body.add("CustomsOffice", "2200");
    body.add("TradingCountry", "JPN");
    body.add("OriginCountry", "JPN");
    body.add("UsageMode", usage);
    Element& goods = body.add("SingleMachine");
    goods.add("CommodityCode", "8457101000");
    goods.add("Condition", "new");
    goods.add("Currency", "CNY");
    Element& line = goods.add("Specification");
    line.add("Model", "VMC-850");
    line.add("Quantity", "9");
    line.add("UnitPrice", "29970.23");
    return body;
}

inline Element registration_body(const std::string& uscc, const std::string& function) {
    Element body{.name = "EnterpriseRegistration", .text = {}};
    body.attributes = {{"function", function}};
    Element& enterprise = body.add("Enterprise");
    enterprise.add("Uscc", uscc);
    enterprise.add("Name", "某某公司");
    enterprise.add("AuthorityLevel", "2");
    enterprise.add("EntityType", "3");
    enterprise.add("Region", "110108");
    enterprise.add("Address", "示例路1号");
    enterprise.add("RegisteredOn", "2026-11-20");
    enterprise.add("TradingRight", "true");
    Element& account = body.add("LicensingAccount");
    account.add("Password", "S3cret-pass!");
    account.add("ContactName", "李四");
    account.add("Mobile", "13900139000");
    account.add("LicensingOffice", "110000");
    return body;
}

}  // namespace desk
