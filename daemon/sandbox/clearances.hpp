// Drawdown: what is left of one licence as customs clears goods under it.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include "sandbox/declaration.hpp"
#include "sandbox/numbers.hpp"

namespace sandbox {

class Drawdown {
public:
    explicit Drawdown(const Declaration& declaration);
    // Whether quantity or uses are used up.
    bool exhausted() const;
    // REQUIRES: !exhausted(). Never more than what is left.
    base::Element clear(const Clearing& clearing, const std::string& licence_no, base::Time at,
                        Numbers& numbers);

private:
    base::Decimal quantity_of(const Clearing& clearing) const;
    base::Element item(base::Decimal quantity) const;

    const Declaration& declaration_;
    const base::Decimal licensed_;  // a project is one thing
    base::Decimal left_;
    unsigned uses_left_;
};

}  // namespace sandbox
