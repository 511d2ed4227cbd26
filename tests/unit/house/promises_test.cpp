// The table of promises (tests/README.md): the tests, journeys and mutants that it names are there.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "unit/house/source.hpp"

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

using Names = std::set<std::string>;

const fs::path checkout{PERMITD_SOURCE};

std::string page() {
    std::ifstream in{checkout / "tests/README.md", std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// Everything in the text that the first group of the pattern matches.
Names all_in(const std::string& text, const std::regex& pattern) {
    Names names;
    for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
        names.insert((*at)[1]);
    return names;
}

// The program that a source beneath tests/ becomes a part of.
std::string program_of(const fs::path& source) {
    const std::vector<std::string> parts{source.begin(), source.end()};
    if (parts.at(1) == "fuzz") return "test_fuzz_corpus";
    return "test_" + (parts.at(1) == "unit" ? parts.at(2) : parts.at(1));
}

// "test_store Rocks.AnEmptyBatchWritesNothing"
Names tests_of(const house::Source& source) {
    static const std::regex head{R"((?:^|\n)(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))"};
    Names names;
    const std::string& text = source.text;
    for (std::sregex_iterator at{text.begin(), text.end(), head}, end; at != end; ++at)
        names.insert(program_of(source.path) + ' ' + std::string{(*at)[1]} + '.' +
                     std::string{(*at)[2]});
    return names;
}

Names tests_named_in(const std::string& text) {
    static const std::regex name{R"(`(test_\w+ \w+\.\w+)`)"};
    return all_in(text, name);
}

Names journeys_named_in(const std::string& text) {
    static const std::regex name{"`([0-9]{2}[a-z]?-[a-z0-9-]+)`"};
    return all_in(text, name);
}

// By number: "(07)", "(13, 21)".
Names mutants_named_in(const std::string& text) {
    static const std::regex name{R"([(\s]([0-9]{2})(?=(?:, [0-9]{2})*\)))"};
    return all_in(text, name);
}

std::vector<std::string> rows_of(const std::string& text) {
    std::vector<std::string> rows;
    std::istringstream lines{text.substr(std::min(text.find("\n| promise |"), text.size()))};
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("| ") && !line.starts_with("| promise |")) rows.push_back(line);
    return rows;
}

TEST(Promises, NamesAreFound) {
    const house::Source source = house::source_of(
        "tests/unit/store/a_test.cpp", "TEST(A, B) {}\nTEST_P(C,\n       D) {}\n// TEST(E, F)\n");
    EXPECT_THAT(tests_of(source), ElementsAre("test_store A.B", "test_store C.D"));
    EXPECT_EQ(program_of("tests/crash/a_test.cpp"), "test_crash");
    EXPECT_EQ(program_of("tests/fuzz/a_test.cpp"), "test_fuzz_corpus");
    const std::string text =
        "| promise | test |\n|---|---|\n| P1 (2026) | `test_store A.B`, `test_store C.*`: "
        "`01-x` (07), 12 of them (13, 21) |\n";
    EXPECT_THAT(rows_of('\n' + text), testing::SizeIs(1));
    EXPECT_THAT(tests_named_in(text), ElementsAre("test_store A.B"));
    EXPECT_THAT(journeys_named_in(text), ElementsAre("01-x"));
    EXPECT_THAT(mutants_named_in(text), ElementsAre("07", "13", "21"));
}

TEST(Promises, AreHeldByTestsAndJourneysThatExist) {
    Names tests;
    for (const house::Source& each : house::read_tree(checkout))
        if (each.path.ends_with("_test.cpp")) tests.merge(tests_of(each));
    const auto rows = rows_of(page());
    EXPECT_GE(rows.size(), 40u);
    for (const std::string& row : rows) {
        const Names named = tests_named_in(row);
        EXPECT_THAT(named, testing::Not(IsEmpty())) << row;
        for (const std::string& each : named)
            EXPECT_TRUE(tests.contains(each)) << each << " is not there: " << row;
    }
    for (const std::string& each : journeys_named_in(page()))
        EXPECT_TRUE(fs::exists(checkout / "tests/journeys" / each / "journey.yaml")) << each;
}

TEST(Promises, EachMutantHasARow) {
    Names mutants, named;
    for (const auto& each : fs::directory_iterator{checkout / "tests/mutants"})
        if (each.path().extension() == ".patch")
            mutants.insert(each.path().filename().string().substr(0, 2));
    for (const std::string& row : rows_of(page())) named.merge(mutants_named_in(row));
    EXPECT_THAT(named, testing::ContainerEq(mutants));
}

}  // namespace
