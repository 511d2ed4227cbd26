#include "validate/figures.hpp"

namespace validate {

namespace {

using base::Decimal;
using base::Element;

constexpr int usd_digits = 2;

// Money has 18 digits, 4 of them fraction: what is larger could not be written down again.
std::optional<Decimal> money(std::optional<Decimal> value) {
    static const Decimal limit = Decimal::whole(100'000'000'000'000);
    return value && *value < limit ? value : std::nullopt;
}

// One minor unit of a currency with that many of them (0 to 4), times a whole number.
Decimal minor_units_times(int digits, std::size_t count) {
    static const Decimal units[] = {Decimal::whole(1), *Decimal::parse("0.1"),
                                    *Decimal::parse("0.01"), *Decimal::parse("0.001"),
                                    *Decimal::parse("0.0001")};
    const Decimal unit = units[digits];
    if (count == 1) return unit;
    return *Decimal::product(unit, Decimal::whole(static_cast<long long>(count)), Decimal::scale);
}

std::optional<Decimal> sum(std::optional<Decimal> a, std::optional<Decimal> b) {
    return a && b ? money(*a + *b) : std::nullopt;
}

}  // namespace

Decimal Figures::tolerance(std::size_t line_count) const {
    return minor_units_times(minor_units, line_count);
}

Decimal Figures::tolerance_usd(std::size_t line_count) {
    return minor_units_times(usd_digits, line_count);
}

std::optional<Decimal> number_in(const Element* leaf) {
    return leaf ? Decimal::parse(base::collapsed(leaf->text)) : std::nullopt;
}

bool near(Decimal a, Decimal b, Decimal tolerance) { return (a - b).abs() <= tolerance; }

Figures figures_of(const Element& application, const edi::Lists& lists, base::Date day) {
    Figures figures;
    const Element* machine = application.child("SingleMachine");
    const Element* project = application.child("Project");
    const Element* either = machine ? machine : project;
    if (!either) return figures;
    const Element& goods = *either;
    figures.currency = base::collapsed(goods.text_at("Currency"));
    figures.minor_units = lists.minor_units(figures.currency, day);
    figures.usd_rate = lists.usd_rate(figures.currency, day);
    if (project)
        figures.lines.push_back({project, money(number_in(project->child("Amount"))), {}, {}});
    if (machine)
        for (const Element* each : machine->all("Specification")) {
            const auto quantity = number_in(each->child("Quantity"));
            const auto price = number_in(each->child("UnitPrice"));
            Line line{each, {}, {}, {}};
            if (quantity && price)
                line.amount = money(Decimal::product(*quantity, *price, figures.minor_units));
            figures.quantity = figures.lines.empty() ? quantity : sum(figures.quantity, quantity);
            figures.lines.push_back(line);
        }
    figures.amount = Decimal{};
    figures.amount_usd = Decimal{};
    for (Line& line : figures.lines) {
        const auto given = number_in(line.element->child("Amount"));
        const bool agrees =
            given && line.amount && near(*given, *line.amount, figures.tolerance(1));
        line.standing = agrees ? given : line.amount;
        if (line.standing && figures.usd_rate)
            line.amount_usd =
                money(Decimal::product(*line.standing, *figures.usd_rate, usd_digits));
        figures.amount = sum(figures.amount, line.standing);
        figures.amount_usd = sum(figures.amount_usd, line.amount_usd);
    }
    return figures;
}

}  // namespace validate
