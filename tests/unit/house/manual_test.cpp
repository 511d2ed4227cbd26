// The manual's table (xsd/README.md): every function of the ministry's screens has a journey.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

namespace {

namespace fs = std::filesystem;

const fs::path checkout{PERMITD_SOURCE};

std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// The last cell of each row whose heading there is "journey".
std::vector<std::string> journey_cells(const std::string& page) {
    std::vector<std::string> cells;
    bool inside = false;
    std::istringstream lines{page};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with('|')) {
            inside = false;
            continue;
        }
        const auto from = line.rfind('|', line.size() - 2) + 1;
        const std::string cell = line.substr(from, line.size() - 1 - from);
        if (cell == " journey ")
            inside = true;
        else if (inside && cell != "---")
            cells.push_back(cell);
    }
    return cells;
}

// Names of folders in a text: a number of two digits, perhaps a letter, a hyphen, words.
std::vector<std::string> journeys_in(const std::string& text) {
    static const std::regex name{"`([0-9]{2}[a-z]?-[a-z0-9-]+)`"};
    std::vector<std::string> names;
    for (std::sregex_iterator at{text.begin(), text.end(), name}, end; at != end; ++at)
        names.push_back((*at)[1]);
    return names;
}

std::vector<std::string> without_a_journey(const std::vector<std::string>& names) {
    std::vector<std::string> missing;
    for (const std::string& name : names)
        if (!fs::exists(checkout / "tests/journeys" / name / "journey.yaml"))
            missing.push_back(name);
    return missing;
}

TEST(Manual, JourneysAreFoundInAPage) {
    const std::string page =
        "| a | journey |\n|---|---|\n| b | `01-x`, `99a-y` |\n| c | none |\n\n"
        "| d | `02-z` |\n";
    EXPECT_THAT(journey_cells(page), testing::ElementsAre(" `01-x`, `99a-y` ", " none "));
    EXPECT_THAT(journeys_in(page), testing::ElementsAre("01-x", "99a-y", "02-z"));
    EXPECT_THAT(without_a_journey({"00-no-such"}), testing::ElementsAre("00-no-such"));
}

TEST(Manual, EveryFunctionHasAJourneyThatExists) {
    const std::string page = text_of(checkout / "xsd/README.md");
    const std::vector<std::string> cells = journey_cells(page);
    EXPECT_GE(cells.size(), 40u);
    for (const std::string& cell : cells)
        EXPECT_THAT(journeys_in(cell), testing::Not(testing::IsEmpty())) << cell;
    EXPECT_THAT(without_a_journey(journeys_in(page)), testing::IsEmpty());
}

// Fields have no schema: the page is all that integrators have.
TEST(Manual, NamesEveryFieldOfTheAnswers) {
    static const std::regex field{R"re(\bfield\(\s*"(\w+)")re"};
    const std::string page = text_of(checkout / "xsd/README.md");
    std::size_t fields = 0;
    for (const char* source : {"daemon/route/rows.cpp", "daemon/route/rows_ministry.cpp"}) {
        const std::string text = text_of(checkout / source);
        for (std::sregex_iterator at{text.begin(), text.end(), field}, end; at != end; ++at) {
            EXPECT_THAT(page, testing::HasSubstr('`' + std::string{(*at)[1]} + '`')) << source;
            ++fields;
        }
    }
    EXPECT_GE(fields, 40u);
}

}  // namespace
