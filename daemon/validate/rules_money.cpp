#include "validate/rules.hpp"

namespace validate {

namespace {

using base::Decimal;
using base::Element;

constexpr std::string_view no_payment = "10";  // of the list foreign-exchange-sources

struct Compared {
    const Element* given;
    std::optional<Decimal> computed;
    Decimal tolerance;
    int digits;
};

void compare(const Compared& it, Objections& objections) {
    const auto given = number_in(it.given);
    if (!given || !it.computed || near(*given, *it.computed, it.tolerance)) return;
    objections.push_back({it.given, "", {{"expected", it.computed->text(it.digits)}}});
}

const Element* goods(const Case& c) {
    const Element* machine = c.body.child("SingleMachine");
    return machine ? machine : c.body.child("Project");
}

}  // namespace

Objections rate_missing(const Case& c) {
    const Element* parent = goods(c);
    const Element* currency = parent ? parent->child("Currency") : nullptr;
    if (!currency || c.figures.usd_rate) return {};
    // A currency that is not in its list is told by another rule already.
    if (!c.facts.lists->has("currencies", c.figures.currency, c.today)) return {};
    return {{currency, "", {{"currency", c.figures.currency}, {"day", base::iso(c.today)}}}};
}

Objections totals_differ(const Case& c) {
    Objections objections;
    const Figures& figures = c.figures;
    const int digits = figures.minor_units;
    for (const Line& line : figures.lines) {
        if (!line.amount) {
            objections.push_back({line.element, "too-large"});
            continue;
        }
        // A project's amount is the sender's to say; there is nothing to compute it from.
        if (c.body.child("SingleMachine"))
            compare({line.element->child("Amount"), line.amount, figures.tolerance(1), digits},
                    objections);
        compare({line.element->child("AmountUsd"), line.amount_usd, Figures::tolerance_usd(1), 2},
                objections);
    }
    if (!objections.empty() && objections.front().variant == "too-large") return objections;
    const Element* totals = c.body.child("Totals");
    const std::size_t count = figures.lines.size();
    if (!figures.amount && goods(c)) objections.push_back({goods(c), "too-large"});
    if (!totals) return objections;
    const Element* quantity = totals->child("Quantity");
    const auto given = number_in(quantity);
    if (given && figures.quantity && *given != *figures.quantity)
        objections.push_back({quantity, "", {{"expected", figures.quantity->text()}}});
    compare({totals->child("Amount"), figures.amount, figures.tolerance(count), digits},
            objections);
    compare({totals->child("AmountUsd"), figures.amount_usd, Figures::tolerance_usd(count), 2},
            objections);
    return objections;
}

Objections price_zero(const Case& c) {
    Objections objections;
    const Element* machine = c.body.child("SingleMachine");
    if (!machine || c.body.text_at("ForeignExchangeSource") == no_payment) return objections;
    for (const Element* line : machine->all("Specification")) {
        const auto price = number_in(line->child("UnitPrice"));
        if (price && *price == Decimal{}) objections.push_back({line->child("UnitPrice")});
    }
    return objections;
}

Objections contract_totals_differ(const Case& c) {
    Objections objections;
    const Element* contract = c.body.child("Contract");
    if (!contract) return objections;
    const Figures& figures = c.figures;
    const auto quantity = number_in(contract->child("Quantity"));
    if (quantity && figures.quantity && *quantity != *figures.quantity)
        objections.push_back(
            {contract->child("Quantity"), "quantity", {{"expected", figures.quantity->text()}}});
    if (contract->text_at("Currency") != figures.currency) return objections;
    const auto amount = number_in(contract->child("Amount"));
    const auto given = number_in(c.body.at("Totals/Amount"));
    // The sender's own total where there is one: it agrees, or another rule tells that it does not.
    const auto total = given ? given : figures.amount;
    if (amount && total && *amount != *total)
        objections.push_back({contract->child("Amount"),
                              "amount",
                              {{"expected", total->text(figures.minor_units)}}});
    return objections;
}

}  // namespace validate
