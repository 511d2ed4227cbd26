#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Element;

const Element* commodity_code(const Case& c) { return c.body.at("SingleMachine/CommodityCode"); }

std::string catalogue_year(const Case& c) {
    return std::to_string(static_cast<int>(c.catalogue.day.year()));
}

bool is_used(const Case& c) { return c.body.text_at("SingleMachine/Condition") == "used"; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A run of exactly four digits that is a year from 1900 to this one: "2018", "2018-05", "2018年".
bool names_a_year(std::string_view model, int this_year) {
    for (std::size_t i = 0; i < model.size();) {
        if (!is_digit(model[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        int number = 0;
        while (end < model.size() && is_digit(model[end])) {
            if (end - i < 4) number = number * 10 + (model[end] - '0');
            ++end;
        }
        if (end - i == 4 && number >= 1900 && number <= this_year) return true;
        i = end;
    }
    return false;
}

}  // namespace

Objections commodity_unchecked(const Case& c) {
    const Element* code = commodity_code(c);
    if (!code || c.catalogue.known) return {};
    return {{code, "", {{"code", code->text}, {"year", catalogue_year(c)}}}};
}

Objections commodity_unknown(const Case& c) {
    const Element* code = commodity_code(c);
    if (!code || !c.catalogue.known || c.catalogue.commodity) return {};
    return {{code, "", {{"code", code->text}, {"year", catalogue_year(c)}}}};
}

Objections commodity_not_licensed(const Case& c) {
    const Element* code = commodity_code(c);
    if (!code || !c.catalogue.commodity || c.catalogue.commodity->needs_licence()) return {};
    return {{code, "", {{"code", code->text}, {"name", c.catalogue.commodity->name}}}};
}

Objections used_forbidden(const Case& c) {
    if (!is_used(c) || !c.catalogue.commodity || !c.catalogue.commodity->used_forbidden())
        return {};
    return {{c.body.at("SingleMachine/Condition"),
             "",
             {{"code", c.catalogue.commodity->code}, {"name", c.catalogue.commodity->name}}}};
}

Objections used_without_year(const Case& c) {
    Objections objections;
    if (!is_used(c)) return objections;
    for (const Element* line : c.body.child("SingleMachine")->all("Specification")) {
        const Element* model = line->child("Model");
        if (model && !names_a_year(model->text, static_cast<int>(c.today.year())))
            objections.push_back({model});
    }
    return objections;
}

Objections quantity_not_whole(const Case& c) {
    Objections objections;
    const edi::List* units = c.facts.lists->list("units");
    if (!c.catalogue.commodity || !units) return objections;
    if (units->cell(c.catalogue.commodity->unit, "counted", c.today) != "1") return objections;
    const std::string unit = units->cell(c.catalogue.commodity->unit, "name_zh", c.today);
    for (const Element* line : c.body.child("SingleMachine")->all("Specification")) {
        const auto quantity = number_in(line->child("Quantity"));
        if (quantity && !quantity->is_whole())
            objections.push_back({line->child("Quantity"), "", {{"unit", unit}}});
    }
    return objections;
}

}  // namespace validate
