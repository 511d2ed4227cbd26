// Holds messages.md 6: "amount = round half up (quantity x unit price) ... decimal arithmetic,
// never binary floating point".
#include "base/decimal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

using base::Decimal;

Decimal decimal(std::string_view text) {
    const auto value = Decimal::parse(text);
    EXPECT_TRUE(value) << text;
    return value.value_or(Decimal{});
}

TEST(Decimal, ReadsPlainNotationAndWritesItWithoutTrailingZeros) {
    const std::pair<const char*, const char*> cases[] = {
        {"0", "0"},
        {"-0", "0"},
        {"+1.50", "1.5"},
        {"007", "7"},
        {".5", "0.5"},
        {"5.", "5"},
        {"-.25", "-0.25"},
        {"0.00000001", "0.00000001"},
        {"999999999999999999.99999999", "999999999999999999.99999999"},
        {"-999999999999999999", "-999999999999999999"},
        {"1.00000000000000000000", "1"},
        {"0000000000000000000001", "1"}};
    for (const auto& [text, written] : cases) EXPECT_EQ(decimal(text).text(), written) << text;
}

TEST(Decimal, RefusesWhatIsNotPlainOrDoesNotFit) {
    for (const char* text : {"",
                             "+",
                             "-",
                             ".",
                             "-.",
                             "1e5",
                             "6.1e-05",
                             "1,000",
                             " 1",
                             "1 ",
                             "0x1",
                             "1.2.3",
                             "--1",
                             "+-1",
                             "NaN",
                             "INF",
                             "1.000000001",
                             "1000000000000000000",
                             "\xef\xbc\x91",
                             "1..",
                             "٣"})
        EXPECT_FALSE(Decimal::parse(text)) << text;
    EXPECT_FALSE(Decimal::parse(std::string(10'000, '9')));
    EXPECT_TRUE(Decimal::parse(std::string(10'000, '0')));
    EXPECT_FALSE(Decimal::parse(std::string("1\0", 2)));
}

TEST(Decimal, RoundsHalfAwayFromZero) {
    struct Case {
        const char* value;
        int digits;
        const char* rounded;
    };
    for (const Case& each :
         {Case{"0.005", 2, "0.01"}, Case{"0.0049", 2, "0.00"}, Case{"-0.005", 2, "-0.01"},
          Case{"2.5", 0, "3"}, Case{"-2.5", 0, "-3"}, Case{"2.4999", 0, "2"},
          Case{"1.005", 2, "1.01"}, Case{"0.9999", 3, "1.000"}, Case{"3", 2, "3.00"},
          Case{"-0.001", 2, "0.00"}, Case{"1.5", 8, "1.50000000"}})
        EXPECT_EQ(decimal(each.value).text(each.digits), each.rounded) << each.value;
}

TEST(Decimal, ProductsAreExactUntilTheyAreRounded) {
    const auto product = [](const char* a, const char* b, int digits) {
        const auto value = Decimal::product(decimal(a), decimal(b), digits);
        return value ? value->text(digits) : std::string("none");
    };
    EXPECT_EQ(product("0.1", "0.2", 2), "0.02");
    EXPECT_EQ(product("3", "342357.85", 2), "1027073.55");
    EXPECT_EQ(product("1.0001", "0.4999", 4), "0.4999");
    EXPECT_EQ(product("0.3333", "0.015", 2), "0.00");
    EXPECT_EQ(product("0.3334", "0.015", 2), "0.01");
    EXPECT_EQ(product("0.00000001", "0.00000001", 8), "0.00000000");
    EXPECT_EQ(product("-0.5", "0.01", 2), "-0.01");
    EXPECT_EQ(product("99999999999999.9999", "1", 2), "100000000000000.00");
    EXPECT_EQ(product("999999999999999999", "1", 0), "999999999999999999");
    EXPECT_EQ(product("999999999999999999", "999999999999999999", 2), "none");
    EXPECT_EQ(product("-999999999999999999.9", "1", 0), "none");
}

// A reference that multiplies as one does on paper: strings of digits, no integer wider than int.
std::string paper_product(const std::string& a, const std::string& b) {
    std::vector<int> sum(a.size() + b.size(), 0);
    for (std::size_t i = a.size(); i-- > 0;)
        for (std::size_t j = b.size(); j-- > 0;) {
            sum[i + j + 1] += (a[i] - '0') * (b[j] - '0');
            sum[i + j] += sum[i + j + 1] / 10;
            sum[i + j + 1] %= 10;
        }
    std::string out;
    for (const int digit : sum) out += static_cast<char>('0' + digit);
    return out;
}

// Cuts the last `cut` digits off, rounding half up.
std::string paper_rounded(std::string digits, std::size_t cut) {
    digits.insert(0, cut + 1, '0');
    const bool up = cut > 0 && digits[digits.size() - cut] >= '5';
    digits.resize(digits.size() - cut);
    for (std::size_t i = digits.size(); up && i-- > 0;) {
        if (digits[i] != '9') {
            ++digits[i];
            break;
        }
        digits[i] = '0';
    }
    return digits;
}

std::string with_point(std::string digits, std::size_t fraction) {
    digits.insert(0, fraction + 1, '0');
    if (fraction > 0) digits.insert(digits.size() - fraction, 1, '.');
    const std::size_t first = digits.find_first_not_of('0');
    digits.erase(0, first == std::string::npos ? digits.size() - 1 : first);
    if (digits.empty()) return "0";
    return digits.front() == '.' ? "0" + digits : digits;
}

TEST(Decimal, ProductsAgreeWithPaperArithmetic) {
    std::mt19937 random(20261122);
    const auto up_to = [&](unsigned most) { return random() % (most + 1); };
    for (int round = 0; round < 20'000; ++round) {
        std::string digits[2];
        std::size_t fraction[2];
        for (int i = 0; i < 2; ++i) {
            const std::size_t length = 1 + up_to(11);
            for (std::size_t n = 0; n < length; ++n) digits[i] += static_cast<char>('0' + up_to(9));
            fraction[i] = std::min<std::size_t>(up_to(4), length - 1);
        }
        const std::size_t wanted = up_to(4);
        const std::size_t all = fraction[0] + fraction[1];
        std::string exact = paper_product(digits[0], digits[1]);
        if (all < wanted) exact.append(wanted - all, '0');
        const std::string expected =
            with_point(paper_rounded(exact, all > wanted ? all - wanted : 0), wanted);
        const Decimal a = decimal(with_point(digits[0], fraction[0]));
        const Decimal b = decimal(with_point(digits[1], fraction[1]));
        if (expected.find('.') == std::string::npos ? expected.size() > 18
                                                    : expected.find('.') > 18)
            continue;
        const auto product = Decimal::product(a, b, static_cast<int>(wanted));
        ASSERT_TRUE(product) << a.text() << " * " << b.text();
        ASSERT_EQ(product->text(static_cast<int>(wanted)), expected)
            << a.text() << " * " << b.text();
    }
}

TEST(Decimal, AddsSubtractsAndCompares) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 5'000; ++round) {
        const long long x = static_cast<long long>(random() % 2'000'000'000) - 1'000'000'000;
        const long long y = static_cast<long long>(random() % 2'000'000'000) - 1'000'000'000;
        const Decimal a = Decimal::whole(x);
        const Decimal b = Decimal::whole(y);
        ASSERT_EQ((a + b).text(), std::to_string(x + y));
        ASSERT_EQ((a - b).text(), std::to_string(x - y));
        ASSERT_EQ(a < b, x < y);
        ASSERT_EQ(a == b, x == y);
        ASSERT_EQ(a.abs().text(), std::to_string(x < 0 ? -x : x));
    }
    EXPECT_EQ(decimal("0.1") + decimal("0.2"), decimal("0.3"));
    EXPECT_TRUE(decimal("2.000").is_whole());
    EXPECT_FALSE(decimal("2.0001").is_whole());
    EXPECT_FALSE(decimal("-0.5").is_whole());
}

TEST(Decimal, WhatItWritesItReadsAgain) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 5'000; ++round) {
        std::string text = std::to_string(random() % 1'000'000'000'000'000'000ULL) + "." +
                           std::to_string(random() % 100'000'000);
        if (random() % 2 == 0) text.insert(0, 1, '-');
        const Decimal value = decimal(text);
        ASSERT_EQ(decimal(value.text()), value) << text;
        ASSERT_EQ(decimal(value.text(8)), value) << text;
    }
}

}  // namespace
