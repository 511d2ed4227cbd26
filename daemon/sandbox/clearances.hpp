// Drawdown: what is left of one licence as customs clears goods under it.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include "sandbox/declaration.hpp"
#include "sandbox/numbers.hpp"

namespace sandbox {

constexpr unsigned uses_max = 6;  // of a multi-batch licence

// A project is one thing.
base::Decimal licensed_quantity(const Declaration& declaration);

class Drawdown {
public:
    explicit Drawdown(const Declaration& declaration);
    // Whether quantity or uses are used up.
    bool exhausted() const;
    // REQUIRES: !exhausted(). Never more than what is left.
    base::Element clear(const Clearing& clearing, const std::string& licence_no, base::Time at,
                        Numbers& numbers);
    // Customs take a clearance back: its quantity and its use are free again. The clearance as it
    // is told then.
    base::Element revoke(base::Element clearance);

private:
    void add_left(base::Element& clearance) const;
    base::Decimal quantity_of(const Clearing& clearing) const;
    base::Element item(base::Decimal quantity) const;

    const Declaration& declaration_;
    const base::Decimal licensed_;
    base::Decimal left_;
    unsigned uses_left_;
};

}  // namespace sandbox
