#include "unit/house/events.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace {

using house::source_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* two_events =
    "struct Event { const char* name; };\n"
    "inline constexpr Event torn{\n  \"torn-file\", Level::Warning, \"A file \" \"is torn.\", "
    "\"\"};\n"
    "inline constexpr base::Event odd = {\"a-b\", base::Level::Info, \"B \\\"c\\\".\", "
    "\"Do.\",};\n";

TEST(Events, AreReadFromTheirConstants) {
    const auto events = house::events_of(
        {source_of("daemon/base/events.hpp", two_events), source_of("tests/a.cpp", two_events)});
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(house::table_of(events),
              "| event | level | what it means | what to do |\n|---|---|---|---|\n"
              "| `a-b` | info | B \"c\". | Do. |\n"
              "| `torn-file` | warning | A file is torn. | Nothing. |\n");
    EXPECT_THAT(house::odd_events({source_of("daemon/base/events.hpp", two_events)}), IsEmpty());
}

TEST(Events, AreAClosedListOfSentences) {
    EXPECT_THAT(
        house::odd_events(
            {source_of("daemon/a/events.hpp",
                       "Event a{\"same\", Level::Info, \"A.\", \"\"};\n"
                       "Event b{\"same\", Level::Info, \"A.\", \"\"};\n"
                       "Event c{\"Upper\", Level::Info, \"no end\", \"A | b.\"};\n")}),
        ElementsAre("event \"Upper\" is not of lower-case words and hyphens: daemon/a/events.hpp:3",
                    "event \"Upper\" says no sentence of what it means: daemon/a/events.hpp:3",
                    "event \"Upper\" says no sentence of what to do: daemon/a/events.hpp:3",
                    "event \"same\" exists already: daemon/a/events.hpp:2"));
    EXPECT_THAT(house::odd_events({source_of("daemon/a.cpp",
                                             "void f() {\n  base::log(base::Event{"
                                             "\"x\", Level::Info, \"A.\", \"\"});}")}),
                ElementsAre("event \"x\" belongs in an events.hpp, where the closed list is: "
                            "daemon/a.cpp:2"));
}

TEST(Events, ATableIsFoundAndReplaced) {
    const std::string manual = "# M\n<!-- events -->\n| old |\n<!-- end of events -->\nrest\n";
    EXPECT_EQ(house::table_in(manual), "| old |\n");
    EXPECT_EQ(house::table_in(house::with_table(manual, "| new |\n")), "| new |\n");
    EXPECT_EQ(house::table_in("# M\n"), "");
}

TEST(Events, AreEntriesOfTheJournalsCatalogue) {
    const auto text =
        house::catalogue_of(house::events_of({source_of("daemon/base/events.hpp", two_events)}));
    EXPECT_THAT(text, testing::ContainsRegex("\n-- [0-9a-f]{32}\nSubject: permitd: a-b\n"));
    EXPECT_THAT(text, testing::HasSubstr("\n\nB \"c\".\n\nWhat to do: Do.\n\n-- "));
    EXPECT_THAT(text, testing::EndsWith("\n\nA file is torn.\n"));
}

std::string text_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// operations.md, Logs: each event documented. With PERMITD_WRITE_EVENTS (./dev events) table and
// catalogue are written instead.
TEST(Events, TheTableOfTheManualIsThatOfTheSources) {
    const std::string path = PERMITD_SOURCE "/systemd/README.md";
    const std::string catalogue_path = PERMITD_SOURCE "/systemd/permitd.catalog";
    const auto events = house::events_of(house::read_tree(PERMITD_SOURCE));
    const auto table = house::table_of(events);
    const auto catalogue = house::catalogue_of(events);
    if (std::getenv("PERMITD_WRITE_EVENTS") != nullptr) {
        const std::string manual = house::with_table(text_of(path), table);
        std::ofstream{path, std::ios::binary} << manual;
        std::ofstream{catalogue_path, std::ios::binary} << catalogue;
    }
    EXPECT_EQ(house::table_in(text_of(path)), table) << "./dev events writes it again";
    EXPECT_EQ(text_of(catalogue_path), catalogue) << "./dev events writes it again";
}

}  // namespace
