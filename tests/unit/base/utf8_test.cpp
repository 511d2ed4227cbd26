// Well-formed UTF-8 is Unicode's table 3-7, byte for byte.
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace {

// Written from the bits, not from the table, as an independent second opinion.
std::string encoded(char32_t code) {
    std::string out;
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6), put(0x80 | (code & 63));
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 63)), put(0x80 | (code & 63));
    } else {
        put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 63)), put(0x80 | (code >> 6 & 63));
        put(0x80 | (code & 63));
    }
    return out;
}

TEST(Utf8, knows_every_character_and_no_surrogate) {
    std::size_t wrong = 0;
    for (char32_t code = 0; code < 0x110000; ++code) {
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        const std::string text = encoded(code);
        std::string_view rest = text;
        wrong += base::is_utf8(text) == surrogate;
        const char32_t taken = base::take_character(rest);
        wrong += surrogate ? taken != 0xfffd : taken != code || !rest.empty();
    }
    EXPECT_EQ(wrong, 0U);
}

// Bounds of each row of the table: one below and one above.
constexpr const char* ill_formed[] = {
    "\x80",
    "\xbf",
    "\xc0\x80",
    "\xc1\xbf",
    "\xc2\x7f",
    "\xc2\xc0",
    "\xc2",
    "\xdf",
    "\xe0\x9f\xbf",
    "\xe0\xc0\x80",
    "\xe1\x80",
    "\xe1\x80\xc0",
    "\xed\xa0\x80",
    "\xed\xbf\xbf",
    "\xef\xbf",
    "\xf0\x8f\xbf\xbf",
    "\xf0\x90\x80",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xf8\x88\x80\x80\x80",
    "\xfe",
    "\xff",
    "a\xe5\x8a",
    ("\xe5\x8a"
     "a"),
};

TEST(Utf8, refuses_what_the_table_does_not_hold) {
    for (const char* text : ill_formed) EXPECT_FALSE(base::is_utf8(text)) << text;
    for (const char* text : {"", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                             "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        EXPECT_TRUE(base::is_utf8(text)) << text;
}

TEST(Utf8, replaces_each_stray_byte_and_keeps_the_rest) {
    EXPECT_EQ(base::valid_utf8("a\xffz"), "a\xef\xbf\xbdz");
    EXPECT_EQ(base::valid_utf8("\xe5\x8a"), "\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(base::valid_utf8("\xe5\x8a\xa8"), "\xe5\x8a\xa8");
    for (const char* text : ill_formed) EXPECT_TRUE(base::is_utf8(base::valid_utf8(text))) << text;
}

TEST(Utf8, counts_and_cuts_without_tearing) {
    const std::string text = "a\xc3\xa9\xe5\x8a\xa8\xf0\x9f\x98\x80";
    EXPECT_EQ(base::characters(text), 4U);
    EXPECT_EQ(base::first_characters(text, 0), "");
    EXPECT_EQ(base::first_characters(text, 2), "a\xc3\xa9");
    EXPECT_EQ(base::first_characters(text, 3), "a\xc3\xa9\xe5\x8a\xa8");
    EXPECT_EQ(base::first_characters(text, 4), text);
    EXPECT_EQ(base::first_characters(text, 99), text);
    EXPECT_EQ(base::characters(""), 0U);
}

TEST(Utf8, takes_one_byte_where_there_is_no_character) {
    std::string_view rest = "\xe5\x8ax";
    EXPECT_EQ(base::take_character(rest), 0xfffdU);
    EXPECT_EQ(rest, "\x8ax");
}

}  // namespace
