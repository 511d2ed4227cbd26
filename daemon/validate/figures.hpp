// Figures: what an application's amounts come to, computed once for filling in and for the rules.
//
// amount = round half up (quantity x unit price) to the currency's minor units; USD = round half up
// (amount x rate of the day) to cents; totals are the sums of the lines' rounded amounts.
// Source: application form for mechanical and electrical imports, boxes 14 to 18.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <vector>

#include "base/decimal.hpp"
#include "base/element.hpp"
#include "edi/lists.hpp"

namespace validate {

struct Line {
    const base::Element* element = nullptr;   // Specification or Project, in the application read
    std::optional<base::Decimal> amount;      // nothing when it has more digits than Money may have
    std::optional<base::Decimal> amount_usd;  // nothing without a rate
    // The sender's own amount where it agrees, else ours: what the application stands for.
    std::optional<base::Decimal> standing;
};

struct Figures {
    std::string currency;
    int minor_units = 2;
    std::optional<base::Decimal> usd_rate;
    std::vector<Line> lines;
    std::optional<base::Decimal> quantity;  // of a single machine
    std::optional<base::Decimal> amount;
    std::optional<base::Decimal> amount_usd;

    // One minor unit of the currency, and one cent; for each line of a total.
    base::Decimal tolerance(std::size_t line_count) const;
    static base::Decimal tolerance_usd(std::size_t line_count);
};

// `application` must outlive the figures.
Figures figures_of(const base::Element& application, const edi::Lists& lists, base::Date day);

// The number that stands in a leaf, white space around it ignored; nothing when there is no leaf.
std::optional<base::Decimal> number_in(const base::Element* leaf);
// Whether two amounts are at most so far apart.
bool near(base::Decimal a, base::Decimal b, base::Decimal tolerance);

}  // namespace validate
