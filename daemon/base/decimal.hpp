// Decimal: exact decimal numbers for money and quantities. Never binary floating point.
//
// A 128-bit count of 1/10^8: enough for 18 digits with 4 fraction digits times another such number
// when products go through product(), which is exact before it rounds. Rounding is half up (away
// from zero), as customs practice has it (messages.md section 6).
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
    // Plain notation as xs:decimal has it (XML Schema part 2, 3.2.3): optional sign, digits,
    // optional fraction; no exponent, no grouping. At most 18 digits before the point and 8 behind
    // it, zeros that change nothing not counted. Nothing when it is anything else.
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

    // 128 bits are GCC's and Clang's own; -Wpedantic wants to be told that we know.
    __extension__ typedef __int128 Units;

private:
    Units units_ = 0;  // 1/10^8
};

}  // namespace base
