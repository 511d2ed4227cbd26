#include "validate/judge.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/utf8.hpp"
#include "validate/fill.hpp"
#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Element;
using base::Finding;
using base::Severity;
using enum base::Severity;

constexpr std::size_t value_characters_max = 200;
constexpr std::string_view attachment_rules = "RULE-ATTACHMENT-";

constexpr Rule table[] = {
    {"RULE-USCC-CHECK", Error, uscc_check_fails, "GB 32100-2015 4.7; GB 11714-1997 3.3"},
    {"RULE-ORG-CODE-MISMATCH", Error, organisation_codes_differ, "GB 32100-2015 4.5"},
    {"RULE-NO-REGISTRATION", Error, registration_unknown, "application form, boxes 1 and 2"},
    {"RULE-END-USER", Warning, importer_is_end_user, "application form, box 2"},
    {"RULE-CODE-UNKNOWN", Error, code_unknown, "config/codes"},
    {"RULE-REPEATED", Error, repeated, "application form, boxes 7 to 9"},
    {"RULE-COMMODITY-UNCHECKED", Warning, commodity_unchecked, "annual catalogue"},
    {"RULE-COMMODITY-UNKNOWN", Error, commodity_unknown, "annual catalogue"},
    {"RULE-COMMODITY-NOT-LICENSED", Error, commodity_not_licensed, "supervision code O"},
    {"RULE-USED-FORBIDDEN", Error, used_forbidden, "supervision code 6"},
    {"RULE-USED-YEAR", Warning, used_without_year, "application form, boxes 11 and 12"},
    {"RULE-QUANTITY-WHOLE", Error, quantity_not_whole, "application form, box 14"},
    {"RULE-RATE-MISSING", Warning, rate_missing, "application form, box 17"},
    {"RULE-TOTALS", Error, totals_differ, "application form, boxes 16 to 18"},
    {"RULE-PRICE-ZERO", Warning, price_zero, "application form, boxes 6 and 15"},
    {"RULE-CONTRACT-TOTALS", Warning, contract_totals_differ, "contract information form"},
    {"RULE-YEAR", Error, year_closed, "application form, year"},
    {"RULE-CONTRACT-DATES", Error, contract_dates_impossible, "contract information form"},
    {"RULE-ATTACHMENT-SIZE", Error, attachment_too_large, "attachments: 1 MB a file"},
    {"RULE-ATTACHMENT-TYPE", Error, attachment_of_other_type, "attachments: type is checked"},
    {"RULE-ATTACHMENT-NAME", Error, attachment_name_unsafe, "attachments: names"},
    {"RULE-ATTACHMENT-TWICE", Error, attachment_twice, "attachments: names"},
};

struct Told {
    std::string path;
    base::Position position;
};
using Places = std::unordered_map<const Element*, Told>;

// Where the wanted elements stand; one that we made stands where the nearest one above it does.
void locate(const Element& here, const Told& told, Places& wanted) {
    if (const auto found = wanted.find(&here); found != wanted.end()) found->second = told;
    std::unordered_map<std::string_view, std::size_t> namesakes;
    for (const Element& each : here.children)
        locate(each,
               {base::path_of(told.path, each.name, namesakes[each.name]++),
                each.position.line == 0 ? told.position : each.position},
               wanted);
}

Severity severity_of(const Rule& rule, std::string_view function) {
    const bool draft = function == "save";
    const bool always = std::string_view(rule.code).starts_with(attachment_rules);
    return draft && !always ? Warning : rule.severity;
}

Finding finding_of(const Objection& objection, const Told& told, const char* code,
                   Severity severity) {
    Finding finding;
    finding.code = code;
    finding.variant = objection.variant;
    finding.severity = severity;
    finding.position = told.position;
    finding.path = told.path;
    if (!objection.missing.empty()) finding.path += "/" + objection.missing;
    const bool leaf = objection.element->children.empty();
    const std::string& value =
        objection.value.empty() && leaf && objection.element->name != "Attachment"
            ? objection.element->text
            : objection.value;
    finding.value = base::first_characters(value, value_characters_max);
    for (const base::Argument& each : objection.arguments)
        finding.arguments.push_back(
            {each.name, std::string(base::first_characters(each.value, value_characters_max))});
    return finding;
}

using Objected = std::vector<std::pair<const Rule*, Objection>>;

Objected objected(const Case& c) {
    Objected all;
    for (const Rule& rule : table)
        for (Objection& each : rule.objections(c)) all.emplace_back(&rule, std::move(each));
    return all;
}

std::vector<Finding> findings_of(const Objected& all, const Element& body,
                                 std::string_view function, const std::string& path) {
    if (all.empty()) return {};
    Places places;
    for (const auto& each : all) places[each.second.element];
    locate(body, {path, body.position}, places);
    std::vector<Finding> findings;
    for (const auto& [rule, objection] : all)
        findings.push_back(finding_of(objection, places.at(objection.element), rule->code,
                                      severity_of(*rule, function)));
    // Errors are not crowded out by warnings; what is told, is told in the document's order.
    std::stable_partition(findings.begin(), findings.end(),
                          [](const Finding& each) { return each.severity == Error; });
    if (findings.size() > base::findings_max) findings.resize(base::findings_max);
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::pair(a.position.line, a.position.column) <
               std::pair(b.position.line, b.position.column);
    });
    return findings;
}

void set_attribute(Element& element, const char* name, const char* value) {
    for (base::Attribute& each : element.attributes)
        if (each.name == name) {
            each.value = value;
            return;
        }
    element.attributes.push_back({name, value});
}

// "/EndUser/Uscc" of a path whose root was named by an empty one.
std::string without_slash(std::string path) {
    if (path.starts_with('/')) path.erase(0, 1);
    return path;
}

// A finding about something stored, as the message that names it must tell it.
void retell(Finding& finding, const std::string& path, base::Position at) {
    const std::string place = without_slash(finding.path);
    finding.arguments.push_back({"place", place});
    // What the texts show; the value itself begins with the place.
    finding.arguments.push_back({"value", finding.value});
    const bool both = !place.empty() && !finding.value.empty();
    const std::string value = place + (both ? ": " : "") + finding.value;
    finding.value = base::first_characters(value, value_characters_max);
    finding.path = path;
    finding.position = at;
}

}  // namespace

std::span<const Rule> rules() { return table; }

CatalogueEntry catalogue_entry(const Element& body, const Facts& facts) {
    using namespace std::chrono;
    const base::Date today = base::day_of(facts.now);
    CatalogueEntry entry{today, false, {}};
    const std::string_view text = body.text_at("Year");
    int year = 0;
    std::from_chars(text.data(), text.data() + text.size(), year);
    if (year > static_cast<int>(today.year()) && is_open_year(year, today))
        entry.day = std::chrono::year{year} / January / 1;
    entry.known = facts.lists->has_catalogue(static_cast<int>(entry.day.year()));
    if (entry.known)
        entry.commodity = facts.lists->commodity(
            std::string(body.text_at("SingleMachine/CommodityCode")), entry.day);
    return entry;
}

Case case_of(const Element& body, const Facts& facts) {
    const base::Date today = base::day_of(facts.now);
    return {body, facts, today, catalogue_entry(body, facts),
            figures_of(body, *facts.lists, today)};
}

bool Judgement::acceptable() const {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& each) { return each.severity == Error; });
}

Judgement judge(const edi::Message& message, const Facts& facts) {
    Judgement judgement;
    judgement.body = message.body;
    const std::string path = base::path_of(message.path, message.body.name, 0);
    judgement.defaults = fill_in(judgement.body, path, facts);
    Case c = case_of(judgement.body, facts);
    c.sender = message.sender;
    judgement.findings = findings_of(objected(c), judgement.body, message.function, path);
    return judgement;
}

Judgement judge_attachments(const edi::Message& message, const Element& application) {
    const Facts nothing;
    Judgement judgement;
    judgement.body = message.body;
    const std::string path = base::path_of(message.path, message.body.name, 0);
    fill_in(judgement.body, path, nothing);
    const std::vector<const Element*> added = judgement.body.all("Attachment");
    Element both{.name = message.body.name, .text = {}};
    for (const Element* each : application.all("Attachment")) both.children.push_back(*each);
    const std::size_t stored = both.children.size();
    for (const Element* each : added) both.children.push_back(*each);
    Objected all;
    for (const Rule& rule : table) {
        if (!std::string_view(rule.code).starts_with(attachment_rules)) continue;
        for (Objection& each : rule.objections({both, nothing, {}, {}, {}})) {
            const auto index = static_cast<std::size_t>(each.element - both.children.data());
            if (index < stored) continue;
            each.element = added[index - stored];
            all.emplace_back(&rule, std::move(each));
        }
    }
    judgement.findings = findings_of(all, judgement.body, message.function, path);
    return judgement;
}

Judgement judge_stored(const Element& application, const std::string& path, base::Position at,
                       const Facts& facts) {
    Judgement judgement;
    judgement.body = application;
    set_attribute(judgement.body, "function", "submit");
    for (const std::string& place : fill_in(judgement.body, "", facts))
        judgement.defaults.push_back(without_slash(place));
    judgement.findings =
        findings_of(objected(case_of(judgement.body, facts)), judgement.body, "submit", "");
    for (Finding& each : judgement.findings) retell(each, path, at);
    return judgement;
}

}  // namespace validate
