// Decimal: exact decimal numbers for money and quantities. Never binary floating point.
//
// A 128-bit count of 1/10^8: enough for 18 digits with 4 fraction digits times another such number
// when products go through mul(), which is exact before it rounds. Rounding is half up (away from
// zero), as customs practice has it (messages.md section 6).
// Threads: a value type. Throws: nothing.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace base {

class Decimal {
public:
    static constexpr int scale = 8;  // fraction digits held

    constexpr Decimal() = default;
    static Decimal whole(long long value);
    // Plain decimal notation: optional sign, digits, optional fraction of at most 8 digits, at most
    // 18 digits before the point; no exponent, no grouping. Nothing when it is anything else.
    static std::optional<Decimal> parse(std::string_view text);

    // Without trailing zeros: "12.5", "3".
    std::string text() const;
    // With exactly so many fraction digits, rounded half up: "12.50".
    std::string text(int fraction_digits) const;
    Decimal rounded(int fraction_digits) const;
    // Whether there is nothing behind the point.
    bool is_whole() const;
    Decimal abs() const;

    Decimal operator+(Decimal other) const;
    Decimal operator-(Decimal other) const;
    // The product rounded half up to so many fraction digits; exact until that rounding. Nothing
    // when it does not fit 18 digits before the point.
    static std::optional<Decimal> product(Decimal a, Decimal b, int fraction_digits);

    auto operator<=>(const Decimal&) const = default;
    bool operator==(const Decimal&) const = default;

private:
    __int128 units_ = 0;  // 1/10^8
};

}  // namespace base
