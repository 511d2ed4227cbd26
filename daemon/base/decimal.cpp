#include "base/decimal.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace base {

namespace {

using boost::multiprecision::int256_t;
using Units = Decimal::Units;

constexpr int whole_digits_max = 18;

constexpr Units power_of_ten(int exponent) {
    Units value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

constexpr Units one = power_of_ten(Decimal::scale);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// value / divisor, half away from zero. Both the 128-bit and the 256-bit sums are rounded by it.
template <class Integer>
Integer divided(Integer value, Integer divisor) {
    const Integer half = divisor / 2;
    return value < 0 ? Integer((value - half) / divisor) : Integer((value + half) / divisor);
}

std::string digits_of(Units value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value > 0);
    return digits;
}

}  // namespace

Decimal Decimal::whole(long long value) {
    Decimal decimal;
    decimal.units_ = static_cast<Units>(value) * one;
    return decimal;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    std::string_view before = text.substr(0, point);
    std::string_view after =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (before.empty() && after.empty()) return std::nullopt;
    while (!before.empty() && before.front() == '0') before.remove_prefix(1);
    while (!after.empty() && after.back() == '0') after.remove_suffix(1);
    if (before.size() > whole_digits_max || after.size() > scale) return std::nullopt;
    Units units = 0;
    for (const char c : before) {
        if (!is_digit(c)) return std::nullopt;
        units = units * 10 + (c - '0');
    }
    for (std::size_t i = 0; i < scale; ++i) {
        if (i < after.size() && !is_digit(after[i])) return std::nullopt;
        units = units * 10 + (i < after.size() ? after[i] - '0' : 0);
    }
    Decimal decimal;
    decimal.units_ = negative ? -units : units;
    return decimal;
}

std::string Decimal::text() const {
    std::string text = this->text(scale);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string Decimal::text(int fraction_digits) const {
    const Decimal value = rounded(fraction_digits);
    const Decimal size = value.abs();
    std::string text = value.units_ < 0 ? "-" : "";
    text += digits_of(size.units_ / one);
    if (fraction_digits > 0) {
        const std::string fraction = digits_of(size.units_ % one + one).substr(1);
        text += '.';
        text += fraction.substr(0, static_cast<std::size_t>(fraction_digits));
    }
    return text;
}

Decimal Decimal::rounded(int fraction_digits) const {
    if (fraction_digits >= scale) return *this;
    const Units step = power_of_ten(scale - fraction_digits);
    Decimal decimal;
    decimal.units_ = divided<Units>(units_, step) * step;
    return decimal;
}

bool Decimal::is_whole() const { return units_ % one == 0; }

Decimal Decimal::abs() const {
    Decimal decimal;
    decimal.units_ = units_ < 0 ? -units_ : units_;
    return decimal;
}

Decimal Decimal::operator+(Decimal other) const {
    other.units_ += units_;
    return other;
}

Decimal Decimal::operator-(Decimal other) const {
    other.units_ = units_ - other.units_;
    return other;
}

std::optional<Decimal> Decimal::product(Decimal a, Decimal b, int fraction_digits) {
    // One count of 1/10^8 times another is a count of 1/10^16: the whole product, unrounded.
    const int256_t exact = int256_t(a.units_) * int256_t(b.units_);
    const int digits = fraction_digits < scale ? fraction_digits : scale;
    const int256_t step = int256_t(power_of_ten(2 * scale - digits));
    const int256_t units = divided<int256_t>(exact, step) * int256_t(power_of_ten(scale - digits));
    const int256_t limit = int256_t(power_of_ten(whole_digits_max)) * int256_t(one);
    if (units >= limit || units <= -limit) return std::nullopt;
    Decimal decimal;
    decimal.units_ = static_cast<Units>(units);
    return decimal;
}

}  // namespace base
