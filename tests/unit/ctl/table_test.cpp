// Tables and words of permitctl: aligned whatever the script, each text in both languages, nothing
// that could move a cursor (operations.md 3).
#include <gmock/gmock.h>

#include <set>

#include "ctl/table.hpp"
#include "ctl/times.hpp"
#include "ctl/words.hpp"

namespace {

using testing::HasSubstr;

// Each test says in which language it is.
class Screens : public testing::Test {
protected:
    ~Screens() override {
        ctl::speak("en");
        ctl::colour_when("auto");
    }
};

TEST_F(Screens, ChineseTakesTwoColumnsALetter) {
    EXPECT_EQ(ctl::width_of("acme"), 4u);
    EXPECT_EQ(ctl::width_of("审批中"), 6u);
    EXPECT_EQ(ctl::width_of("（Ａ）"), 6u);
    EXPECT_EQ(ctl::width_of("e\u0301"), 1u);  // a letter and its accent
    EXPECT_EQ(ctl::width_of("\x1b[31m错误\x1b[0m"), 4u);
    EXPECT_EQ(ctl::width_of(""), 0u);
}

TEST_F(Screens, ColumnsBeginBeneathTheirHeadings) {
    ctl::Table table{{"名称", "STATE", "数量"}};
    table.add({"汽轮机", "审批中", "1"});
    table.add({"x", "OK", "22"});
    EXPECT_EQ(table.text(),
              "名称    STATE   数量\n"
              "汽轮机  审批中  1\n"
              "x       OK      22\n");
}

TEST_F(Screens, AColumnWithoutAnythingIsLeftOut) {
    ctl::Table table{{"A", "B", "C"}};
    table.add({"1", "", "3"});
    table.add({"4", "", ""});
    EXPECT_EQ(table.text(), "A  C\n1  3\n4\n");
}

TEST_F(Screens, ColourTakesNoColumn) {
    ctl::colour_when("always");
    ctl::Table table{{"STATE", "X"}};
    table.add({ctl::in_colour(31, "HELD"), "1"});
    EXPECT_EQ(table.text(), "STATE  X\n\x1b[31mHELD\x1b[0m   1\n");
    ctl::colour_when("never");
    EXPECT_EQ(ctl::in_colour(31, "HELD"), "HELD");
    EXPECT_FALSE(ctl::colour_when("sometimes"));
}

TEST_F(Screens, NoColourIsHeeded) {
    ASSERT_EQ(::setenv("NO_COLOR", "1", 1), 0);
    EXPECT_FALSE(ctl::colours());
    ::unsetenv("NO_COLOR");
}

// A file name is a stranger's: no control character, and nothing that turns the direction.
TEST_F(Screens, HarmsNoTerminal) {
    EXPECT_EQ(ctl::printable("a\x1b[2J\n\x7f"), "a?[2J??");
    EXPECT_EQ(ctl::printable("\u202egpj.exe"), "?gpj.exe");
    EXPECT_EQ(ctl::printable("\u009b"
                             "31m"),
              "?31m");
    EXPECT_EQ(ctl::printable("报文 1\xff"), "报文 1\uFFFD");
}

std::set<std::string> places_of(std::string_view text) {
    std::set<std::string> places;
    for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at)
        places.insert(std::string{text.substr(at, 3)});
    return places;
}

// Every text has its Chinese, with the same places; none stands twice.
TEST_F(Screens, EachTextIsThereInBothLanguages) {
    std::set<std::string_view> seen;
    for (const ctl::Row& row : ctl::words_table) {
        EXPECT_TRUE(seen.insert(row.en).second) << row.en;
        EXPECT_FALSE(row.zh.empty()) << row.en;
        EXPECT_EQ(places_of(row.en), places_of(row.zh)) << row.en;
        const bool is_chinese = std::ranges::any_of(row.zh, [](char c) { return (c & 0x80) != 0; });
        EXPECT_TRUE(is_chinese || row.en == row.zh) << row.en;
    }
}

TEST_F(Screens, SaysItInTheLanguageThatIsSpoken) {
    ASSERT_TRUE(ctl::speak("zh"));
    EXPECT_EQ(ctl::say("since {1}", {"{2}"}), "自 {2}");
    EXPECT_EQ(ctl::code_and_word("HELD"), "HELD 已挂起");
    EXPECT_EQ(ctl::code_and_word("NOBODY_KNOWS"), "NOBODY_KNOWS");
    ASSERT_TRUE(ctl::speak("en"));
    EXPECT_EQ(ctl::say("since {1}", {"noon"}), "since noon");
    EXPECT_EQ(ctl::code_and_word("HELD"), "HELD");
    EXPECT_FALSE(ctl::speak("de"));
}

// Local with the zone for people, UTC for programs.
TEST_F(Screens, TimesAreLocalForPeopleAndUtcForPrograms) {
    ASSERT_EQ(::setenv("TZ", "CST-8", 1), 0);
    ::tzset();
    EXPECT_EQ(ctl::local("2026-11-22T01:30:01.250Z"), "2026-11-22 09:30:01 CST");
    EXPECT_EQ(ctl::local("no time"), "no time");
    ASSERT_EQ(::setenv("TZ", "UTC", 1), 0);
    ::tzset();
    EXPECT_EQ(ctl::local("2026-11-22T09:30:01.250+08:00"), "2026-11-22 01:30:01 UTC");
    const boost::json::value told = ctl::in_utc({{"rows",
                                                  {{{"sent_at", "2026-11-22T09:30:01.250+08:00"},
                                                    {"said", "2026-11-22T09:30:01.250+08:00"}}}}});
    EXPECT_EQ(told.at_pointer("/rows/0/sent_at").as_string(), "2026-11-22T01:30:01.250Z");
    EXPECT_EQ(told.at_pointer("/rows/0/said").as_string(), "2026-11-22T09:30:01.250+08:00");
    EXPECT_EQ(ctl::span(std::chrono::seconds{59}), "59s");
    EXPECT_EQ(ctl::span(std::chrono::hours{49}), "2d");
}

}  // namespace
