// The rules of messages.md 6: each one function and one row of a table.
//
// A rule looks at a Case and objects to elements of it; the code, and whether it is an error or a
// warning, stand in its row alone. Where an objection is told (position, path, value) is worked out
// once, in judge.cpp. Rules stand by noun in rules_*.cpp.
// Threads: pure functions. Throws: std::bad_alloc only.
#pragma once

#include <span>

#include "base/finding.hpp"
#include "validate/figures.hpp"
#include "validate/judge.hpp"

namespace validate {

// What the catalogue says of an application's commodity.
struct CatalogueEntry {
    base::Date day;      // of the catalogue that counts for the application's year
    bool known = false;  // whether a catalogue of that year is loaded
    std::optional<edi::Commodity> commodity;
};
CatalogueEntry catalogue_entry(const base::Element& body, const Facts& facts);

// What every rule is given to look at: the body with everything filled in.
struct Case {
    const base::Element& body;
    const Facts& facts;
    base::Date today;
    CatalogueEntry catalogue;
    Figures figures;
    std::string sender = {};  // empty when nobody's message is judged
};
Case case_of(const base::Element& body, const Facts& facts);

// Which years may be applied for on that day: this one, and from December on the next.
bool is_open_year(int year, base::Date today);

struct Objection {
    const base::Element* element = nullptr;  // within Case::body
    std::string variant = {};
    std::vector<base::Argument> arguments = {};
    std::string value = {};    // what to show instead of the element's own text
    std::string missing = {};  // name of a child of `element` that is not there
};
using Objections = std::vector<Objection>;

struct Rule {
    const char* code;
    base::Severity severity;
    Objections (*objections)(const Case&);
    const char* source;
};
std::span<const Rule> rules();

// rules_enterprise.cpp
Objections uscc_check_fails(const Case& c);
Objections organisation_codes_differ(const Case& c);
Objections registration_unknown(const Case& c);
Objections importer_is_end_user(const Case& c);
// rules_codes.cpp
Objections code_unknown(const Case& c);
Objections repeated(const Case& c);
// rules_goods.cpp
Objections commodity_unchecked(const Case& c);
Objections commodity_unknown(const Case& c);
Objections commodity_not_licensed(const Case& c);
Objections used_forbidden(const Case& c);
Objections used_without_year(const Case& c);
Objections quantity_not_whole(const Case& c);
// rules_money.cpp
Objections rate_missing(const Case& c);
Objections totals_differ(const Case& c);
Objections price_zero(const Case& c);
Objections contract_totals_differ(const Case& c);
// rules_dates.cpp
Objections year_closed(const Case& c);
Objections contract_dates_impossible(const Case& c);
// rules_attachments.cpp
Objections attachment_too_large(const Case& c);
Objections attachment_of_other_type(const Case& c);
Objections attachment_name_unsafe(const Case& c);
Objections attachment_twice(const Case& c);

}  // namespace validate
