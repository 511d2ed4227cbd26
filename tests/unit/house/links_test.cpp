// The pages for people: every README of the house, and that what they point to exists.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

namespace {

namespace fs = std::filesystem;

// What the links and images of a page point to, without anchors and without addresses of the web.
std::vector<std::string> local_links(const std::string& page) {
    static const std::regex link{R"(\]\(([^)#\s]+)[^)]*\))"};
    std::vector<std::string> links;
    for (std::sregex_iterator at{page.begin(), page.end(), link}, end; at != end; ++at)
        if (const std::string target = (*at)[1]; target.find("://") == std::string::npos)
            links.push_back(target);
    return links;
}

std::vector<std::string> broken_links(const fs::path& page) {
    std::ifstream file{page, std::ios::binary};
    std::vector<std::string> broken;
    for (const std::string& link : local_links({std::istreambuf_iterator<char>{file}, {}}))
        if (!fs::exists(page.parent_path() / link))
            broken.push_back(page.lexically_relative(PERMITD_SOURCE).string() + ": " + link);
    return broken;
}

TEST(Links, AreFoundInAPage) {
    EXPECT_THAT(
        local_links("[a](b/c.md) ![i](x.png \"t\") [w](https://e.example/) [s](#top) [d](e.md#f)"),
        testing::ElementsAre("b/c.md", "x.png", "e.md"));
}

TEST(Links, ThatLeadNowhereAreNamed) {
    const fs::path page = fs::path{testing::TempDir()} / "permitd-links.md";
    std::ofstream{page} << "[here](.) [gone](no/such.md)\n";
    EXPECT_THAT(broken_links(page), testing::ElementsAre(testing::EndsWith(": no/such.md")));
    fs::remove(page);
}

TEST(Links, OfEveryReadmeLeadSomewhere) {
    for (const char* folder :
         {"", "daemon", "mapping", "xsd", "config", "spool", "systemd", "tests"}) {
        const fs::path page = fs::path{PERMITD_SOURCE} / folder / "README.md";
        EXPECT_TRUE(fs::exists(page)) << folder << "/ has no README.md";
        EXPECT_THAT(broken_links(page), testing::IsEmpty());
    }
}

// The top level stays what it is: a new folder there is a decision, not an accident.
TEST(Rooms, OfTheTopLevelAreTheseAndNoOthers) {
    std::vector<std::string> rooms;
    for (const auto& entry : fs::directory_iterator{PERMITD_SOURCE})
        if (const std::string name = entry.path().filename(); name[0] != '.' && name != "build")
            rooms.push_back(name);
    EXPECT_THAT(rooms, testing::UnorderedElementsAre(
                           "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "config",
                           "daemon", "dev", "mapping", "spool", "systemd", "tests", "xsd"));
}

}  // namespace
