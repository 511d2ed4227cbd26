// Holds RULE-USCC-CHECK's arithmetic: GB 32100-2015 and GB 11714-1997.
#include "validate/identifiers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(Identifiers, TheStandardsWorkedExample) {
    EXPECT_EQ(validate::uscc_check("91350100M000100Y4"), '3');
    EXPECT_TRUE(validate::is_sound_uscc("91350100M000100Y43"));
    EXPECT_TRUE(validate::is_sound_organisation_code("M000100Y4"));
}

TEST(Identifiers, SoundCodesAreSoundInBothCheckCharacters) {
    for (const std::string uscc :
         {"91110108MA0000015T", "91310115MA1K00023E", "91440300717850504F", "12100000400000018N",
          "91330201753200015Y", "91500000MA5U00097U", "92320594MA1X00076R"}) {
        EXPECT_TRUE(validate::is_sound_uscc(uscc)) << uscc;
        EXPECT_TRUE(validate::is_sound_organisation_code(validate::organisation_of_uscc(uscc)))
            << uscc;
    }
}

TEST(Identifiers, WrongOnesAreNot) {
    EXPECT_FALSE(validate::is_sound_uscc("91350100M000100Y4Z"));
    EXPECT_FALSE(validate::is_sound_uscc("91310115MA1H8R7C6D"));
    EXPECT_EQ(validate::uscc_check("91310115MA1H8R7C6"), '7');
    EXPECT_FALSE(validate::is_sound_organisation_code("MA1H8R7C6"));
    EXPECT_FALSE(validate::is_sound_uscc("91510100569680888F"));
    EXPECT_EQ(validate::uscc_check("91510100569680888"), '7');
    for (const char* text : {"", "9", "91350100m000100y43", "91350100M000100Y433", "一二三四五六"})
        EXPECT_FALSE(validate::is_sound_uscc(text)) << text;
    EXPECT_FALSE(validate::uscc_check("91350100I000100Y4"));
    EXPECT_FALSE(validate::organisation_check("M00010-Y"));
}

// A single wrong character is always found (both moduli are prime and no weight is a multiple).
TEST(Identifiers, EverySingleMistakeIsFound) {
    const std::string uscc = "91110108MA0000015T";
    const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    for (std::size_t i = 0; i < uscc.size(); ++i)
        for (const char c : alphabet) {
            std::string wrong = uscc;
            wrong[i] = c;
            EXPECT_EQ(validate::is_sound_uscc(wrong), c == uscc[i]) << wrong;
        }
}

TEST(Identifiers, CheckCharactersXAndZero) {
    // Sums with remainder 1 and 0 modulo 11.
    EXPECT_EQ(validate::organisation_check("00000006"), 'X');
    EXPECT_EQ(validate::organisation_check("00000000"), '0');
}

TEST(Identifiers, OrganisationsAreCutOut) {
    EXPECT_EQ(validate::organisation_of_uscc("91110108MA0000015T"), "MA0000015");
    EXPECT_EQ(validate::organisation_of_enterprise_code("1101MA0000015"), "MA0000015");
    EXPECT_EQ(validate::organisation_of_uscc("short"), "");
    EXPECT_EQ(validate::organisation_of_enterprise_code("short"), "");
    EXPECT_TRUE(validate::is_donation_code("0000000000001"));
    EXPECT_FALSE(validate::is_donation_code("0000000000000"));
}

}  // namespace
