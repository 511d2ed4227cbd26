#include "xml/columns.hpp"

#include <algorithm>

namespace xml {

namespace {

constexpr bool is_low_surrogate(char16_t unit) { return (unit & 0xfc00) == 0xdc00; }

bool is_before(const base::Position& one, const base::Position& other) {
    return one.line < other.line || (one.line == other.line && one.column < other.column);
}

}  // namespace

void Columns::pass(std::u16string_view text) {
    for (const char16_t unit : text) {
        if (is_low_surrogate(unit)) wide_.push_back(at_);
        if (unit == u'\r' || (unit == u'\n' && !after_return_))
            at_ = {at_.line + 1, 1};
        else if (unit != u'\n')
            ++at_.column;
        after_return_ = unit == u'\r';
    }
}

base::Position Columns::end() const { return exact(at_); }

base::Position Columns::exact(base::Position position) const {
    position.line = std::max(position.line, 1U);
    position.column = std::max(position.column, 1U);
    const auto begin =
        std::lower_bound(wide_.begin(), wide_.end(), base::Position{position.line, 0}, is_before);
    auto before = static_cast<std::uint32_t>(
        std::lower_bound(begin, wide_.end(), position, is_before) - begin);
    if (position.line == forgotten_until_.line) before += forgotten_;
    position.column -= std::min(before, position.column - 1);
    return position;
}

void Columns::forget_before(base::Position position) {
    const auto kept = std::lower_bound(wide_.begin(), wide_.end(), position, is_before);
    if (position.line != forgotten_until_.line) forgotten_ = 0;
    forgotten_until_ = position;
    forgotten_ += static_cast<std::uint32_t>(
        std::count_if(wide_.begin(), kept,
                      [&](const base::Position& each) { return each.line == position.line; }));
    wide_.erase(wide_.begin(), kept);
}

}  // namespace xml
