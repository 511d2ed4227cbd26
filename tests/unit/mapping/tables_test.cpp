// Mapper::load: everything that is wrong with a table is told, with file, line and column.
#include "fixture.hpp"

namespace {

using fixture::Spoiled;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A small pair of documents and one table, so that the positions of complaints can be seen.
constexpr const char* shapes = R"(namespace: urn:small
documents:
  Source:
    "@kind":
    A:
    B?:
    C+2:
    G?: X Y?
    L*: P Q?
  Target:
    a:
    b?:
    c?:
    d?:
    l*: p q? r?
)";
constexpr const char* rules = R"(rules:
  - drop @kind: not needed
  - A -> a
  - B -> b
  - C[1] -> c
  - C[2] -> d
  - drop G: not needed
  - each L -> l:
      - P -> p
      - Q -> q
)";

// The complaints about one table more, beside the real ones.
std::vector<std::string> complaints(const std::string& body, const std::string& head =
                                                                 "from: small/Source\n"
                                                                 "to: small/Target\n"
                                                                 "unknown: refuse\n") {
    const Spoiled directory("application.yaml", "", "");
    std::ofstream(directory.path() + "/shapes/small.yaml") << shapes;
    std::ofstream(directory.path() + "/t.yaml") << head << body;
    std::vector<std::string> all = directory.complaints();
    for (std::string& each : all)
        if (const std::size_t at = each.find(directory.path()); at != std::string::npos)
            each.replace(at, directory.path().size(), "DIR");
    return all;
}

std::string with(const std::string& piece, const std::string& by) {
    std::string text = rules;
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return text.replace(at, piece.size(), by);
}

TEST(Tables, SoundOnesAreLoaded) {
    EXPECT_THAT(Spoiled("application.yaml", "", "").complaints(), IsEmpty());
    EXPECT_THAT(complaints(rules), IsEmpty());
}

struct Wrong {
    std::string piece;
    std::string by;
    std::vector<std::string> complaints;
};

class Complaint : public testing::TestWithParam<Wrong> {};

TEST_P(Complaint, IsToldWithItsPosition) {
    EXPECT_EQ(complaints(with(GetParam().piece, GetParam().by)), GetParam().complaints);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, Complaint,
    testing::Values(
        Wrong{"- B -> b",
              "- Bee -> b",
              {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped",
               "t.yaml:7:5: unknown path 'Bee': 'Source' holds no 'Bee'"}},
        Wrong{
            "- B -> b", "- B -> bee", {"t.yaml:7:5: unknown path 'bee': 'Target' holds no 'bee'"}},
        Wrong{
            "  - B -> b\n", "", {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped"}},
        Wrong{"      - Q -> q\n",
              "",
              {"t.yaml:5:3: 'L/Q' of small/Source is neither mapped nor dropped"}},
        Wrong{"  - drop @kind: not needed\n",
              "",
              {"t.yaml:5:3: '@kind' of small/Source is neither mapped nor dropped"}},
        Wrong{"  - C[2] -> d\n",
              "",
              {"t.yaml:5:3: 'C (some of it)' of small/Source is neither mapped nor dropped"}},
        Wrong{"- A -> a",
              "- drop A: why not",
              {"t.yaml:5:3: nothing is mapped to 'a' of small/Target"}},
        Wrong{"- P -> p",
              "- drop P: why not",
              {"t.yaml:5:3: nothing is mapped to 'l/p' of small/Target"}},
        Wrong{"- B -> b", "- B -> a", {"t.yaml:7:5: 'a' is mapped twice, first at DIR/t.yaml:6:5"}},
        Wrong{"C[1] -> c",
              "C -> c",
              {"t.yaml:5:3: 'C (some of it)' of small/Source is neither mapped nor dropped",
               "t.yaml:8:5: 'C': 'C' may stand several times: say each, or which one, as in C[1]"}},
        Wrong{"- C[2] -> d",
              "- C[3] -> d",
              {"t.yaml:5:3: 'C (some of it)' of small/Source is neither mapped nor dropped",
               "t.yaml:9:5: 'C[3]': 'C' stands 2 times at most"}},
        Wrong{"- B -> b",
              "- B[1] -> b",
              {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped",
               "t.yaml:7:5: 'B[1]': 'B' bears no number here"}},
        Wrong{"- B -> b",
              "- B -> l/r",
              {"t.yaml:7:5: 'l/r': 'l' may stand several times: say each, or which one, as in "
               "l[1]"}},
        Wrong{"- drop G: not needed",
              "- G -> l[1]/r",
              {"t.yaml:5:3: 'G/X' of small/Source is neither mapped nor dropped",
               "t.yaml:5:3: 'G/Y' of small/Source is neither mapped nor dropped",
               "t.yaml:10:5: 'G' holds elements, not a value",
               "t.yaml:11:5: 'l' is made both by each and by number"}},
        Wrong{"each L -> l",
              "each G -> l",
              {"t.yaml:5:3: 'L/P' of small/Source is neither mapped nor dropped",
               "t.yaml:5:3: 'L/Q' of small/Source is neither mapped nor dropped",
               "t.yaml:11:5: 'G': 'G' stands once: no each is needed"}},
        Wrong{"- Q -> q",
              "- ../../A -> q",
              {"t.yaml:5:3: 'L/Q' of small/Source is neither mapped nor dropped",
               "t.yaml:13:9: '../../A' leads out of the document"}},
        Wrong{"- P -> p",
              "- P -> ../a",
              {"t.yaml:5:3: nothing is mapped to 'l/p' of small/Target",
               "t.yaml:12:9: '../a' leads out of the document"}}));

INSTANTIATE_TEST_SUITE_P(
    Rules, Complaint,
    testing::Values(
        Wrong{"- B -> b",
              "- B => b",
              {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped",
               "t.yaml:7:5: 'B => b' is no rule: source -> target is expected"}},
        Wrong{"- B -> b",
              "- B* -> b",
              {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped",
               "t.yaml:7:5: 'B*' is not a path"}},
        Wrong{"- B -> b", "- B -> b c", {"t.yaml:7:5: 'b c' is not a path"}},
        Wrong{"- drop G: not needed",
              "- drop G",
              {"t.yaml:10:5: a reason is missing: why is it dropped?"}},
        Wrong{"- A -> a",
              "- $now | A -> a",
              {"t.yaml:5:3: 'A' of small/Source is neither mapped nor dropped",
               "t.yaml:6:5: '$now | A' is unknown: $key and $at are known"}},
        Wrong{"- B -> b",
              "- {B -> b: {}, A -> c: {}}",
              {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped",
               "t.yaml:7:5: one rule is expected, in braces behind it its options"}},
        Wrong{"- B -> b",
              "- B -> b: {valeus: {x: y}}",
              {"t.yaml:7:14: unknown key 'valeus': did you mean 'values'?"}},
        Wrong{"- B -> b",
              "- B -> b: {values: {x: y, x: z}}",
              {"t.yaml:7:29: key 'x' stands twice, first on line 7"}},
        Wrong{"- B -> b",
              "- B -> b: {as: roman}",
              {"t.yaml:7:18: time, date, decimal, base64 or size is expected, not 'roman'"}},
        Wrong{"- B -> b",
              "- B -> b: {when: Z}",
              {"t.yaml:7:20: unknown path 'Z': 'Source' holds no 'Z'"}},
        Wrong{"- B -> b",
              "- B -> b: {when: Z = x}",
              {"t.yaml:7:20: unknown path 'Z': 'Source' holds no 'Z'"}},
        Wrong{"- B -> b",
              "- B -> b: {when: C = x}",
              {"t.yaml:7:20: 'C': 'C' may stand several times: say each, or which one, as in "
               "C[1]"}},
        Wrong{"- B -> b",
              "- include nothing",
              {"t.yaml:5:3: 'B' of small/Source is neither mapped nor dropped",
               "t.yaml:7:5: there is no shared/nothing.yaml"}}));

INSTANTIATE_TEST_SUITE_P(
    Lists, Complaint,
    testing::Values(
        Wrong{"- B -> b",
              "- B -> b: {list: planets, take: moon}",
              {"t.yaml:7:20: unknown list 'planets'"}},
        Wrong{"- B -> b",
              "- B -> b: {list: countries, take: capital}",
              {"t.yaml:7:37: list 'countries' has no column 'capital'"}},
        Wrong{"- B -> b",
              "- B -> b: {list: countries, by: capital}",
              {"t.yaml:7:35: list 'countries' has no column 'capital'"}},
        Wrong{"- B -> b",
              "- B -> b: {list: countries}",
              {"t.yaml:7:20: a list needs either take (a column) or by (a column)"}},
        Wrong{"- B -> b", "- B -> b: {take: alpha2}", {"t.yaml:7:20: a column without a list"}},
        Wrong{"- B -> b",
              "- B -> b: {list: countries, take: alpha2, values: {x: y}}",
              {"t.yaml:7:53: values and a list at once"}},
        Wrong{"- B -> b", "- B -> b: {on: A}", {"t.yaml:7:18: a day without a list"}}));

// The complaints when the rules of L stand in a shared file.
std::vector<std::string> shared_complaints(const std::string& shared_rules) {
    const Spoiled directory("application.yaml", "", "");
    std::ofstream(directory.path() + "/shapes/small.yaml") << shapes;
    std::string text = rules;
    const std::size_t at = text.find("      - P -> p");
    text.replace(at, std::string::npos, "      - include lines\n");
    for (const char* name : {"t", "u"})
        std::ofstream(directory.path() + "/" + name + ".yaml")
            << "from: small/Source\nto: small/Target\nunknown: refuse\n"
            << text;
    std::ofstream(directory.path() + "/shared/lines.yaml") << shared_rules;
    return directory.complaints();
}

TEST(Tables, SharedRulesStandForThemselvesInEveryTable) {
    EXPECT_THAT(shared_complaints("rules:\n  - P -> p\n  - Q -> q: {when: P = x}\n"), IsEmpty());
}

TEST(Tables, WhatIsWrongWithSharedRulesIsToldOnceInTheirFile) {
    EXPECT_THAT(shared_complaints("rules:\n  - P -> p\n  - Q -> z\n"),
                ElementsAre("shared/lines.yaml:3:5: unknown path 'z': 'l' holds no 'z'"));
    EXPECT_THAT(shared_complaints("rules:\n  - P -> p\n  - include lines\n"),
                Contains("shared/lines.yaml:3:5: shared rules include no others"));
    EXPECT_THAT(shared_complaints("rules:\n  - P -> p\n"),
                ElementsAre("t.yaml:5:3: 'L/Q' of small/Source is neither mapped nor dropped",
                            "u.yaml:5:3: 'L/Q' of small/Source is neither mapped nor dropped"));
    EXPECT_THAT(shared_complaints("rules:\n  - P -> p\n  - Q -> q\nextra: 1\n"),
                ElementsAre("shared/lines.yaml:4:1: unknown key 'extra'"));
    EXPECT_THAT(shared_complaints("rules: [\n"), Contains(HasSubstr("shared/lines.yaml:")));
}

TEST(Tables, TheirHeadIsCheckedToo) {
    EXPECT_THAT(complaints(rules, "from: small/Sauce\nto: big/Target\nunknown: ignore\n"),
                ElementsAre("t.yaml:1:7: unknown document 'small/Sauce'",
                            "t.yaml:2:5: unknown document 'big/Target'",
                            "t.yaml:3:10: refuse or keep is expected, not 'ignore'",
                            "t.yaml:5:3: not read, because from or to is unknown"));
    EXPECT_THAT(complaints("", ""), Contains("t.yaml:1:1: key 'rules' is missing"));
    EXPECT_THAT(complaints(rules, "from: small/Source\nto: small/Target\n"),
                ElementsAre("t.yaml:1:1: key 'unknown' is missing"));
}

// What came in has no day of its own, so a list must be told where its day stands.
TEST(Tables, AListForAnAnswerNeedsItsDay) {
    const std::string head = "from: small/Source\nto: small/Target\nunknown: keep\n";
    EXPECT_THAT(complaints(with("- B -> b", "- B -> b: {list: countries, by: alpha2}"), head),
                ElementsAre("t.yaml:7:20: on is missing: what came in has no day of its own"));
    EXPECT_THAT(
        complaints(with("- B -> b", "- B -> b: {list: countries, by: alpha2, on: A}"), head),
        IsEmpty());
}

TEST(Tables, AllComplaintsOfAllFilesAreToldAtOnce) {
    const Spoiled directory("application.yaml", "Importer/Code", "Importer/Cod");
    std::ofstream(directory.path() + "/refusal.yaml", std::ios::app) << "extra: 1\n";
    EXPECT_THAT(directory.complaints(),
                ElementsAre(HasSubstr("application.yaml:8:3: 'Importer/Code' of canonical"),
                            HasSubstr("application.yaml:13:5: unknown path 'Importer/Cod'"),
                            HasSubstr("refusal.yaml:12:1: unknown key 'extra'")));
}

TEST(Tables, ATableOrShapeThatIsMissingOrTornIsToldOf) {
    const Spoiled directory("application.yaml", "", "");
    std::filesystem::remove(directory.path() + "/refusal.yaml");
    EXPECT_THAT(directory.complaints(), ElementsAre(HasSubstr("no table maps canonical/Refusal")));
    std::ofstream(directory.path() + "/refusal.yaml") << "rules: [\n";
    EXPECT_THAT(directory.complaints(), Contains(HasSubstr("refusal.yaml:")));
    std::filesystem::remove_all(directory.path() + "/shapes");
    EXPECT_THAT(directory.complaints(), ElementsAre(HasSubstr("shapes")));
    EXPECT_THAT(Spoiled("shapes/gateway.yaml", "corpCde:", "corp!Cde:").complaints(),
                Contains(HasSubstr("shapes/gateway.yaml:12:7: 'corp!Cde' is no name")));
}

}  // namespace
