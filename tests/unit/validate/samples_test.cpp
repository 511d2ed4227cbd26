// Holds that a sample in invalid/ named RULE-* bears exactly that code among its errors, and that
// the valid ones bear none.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "fixture.hpp"

namespace {

using namespace testing_xml;

const std::filesystem::path samples =
    std::filesystem::path(PERMITD_SOURCE) / "tests" / "journeys" / "samples";

std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

std::vector<std::string> errors_of(const std::filesystem::path& file) {
    std::vector<std::string> errors;
    for (const base::Finding& each : validate::judge(message_from(read(file)), facts_on()).findings)
        if (each.severity == base::Severity::Error) errors.push_back(each.code);
    return errors;
}

TEST(Samples, AnInvalidOneBearsTheCodeOfItsName) {
    std::size_t seen = 0;
    for (const auto& each : std::filesystem::directory_iterator(samples / "invalid")) {
        const std::string stem = each.path().stem().string();
        if (!stem.starts_with("RULE-")) continue;
        EXPECT_THAT(errors_of(each.path()), testing::ElementsAre(stem));
        ++seen;
    }
    EXPECT_EQ(seen, 13u);
}

TEST(Samples, AValidOneBearsNoError) {
    std::size_t seen = 0;
    for (const auto& each : std::filesystem::directory_iterator(samples / "valid")) {
        const std::string text = read(each.path());
        if (text.find("<LicenceApplication") == std::string::npos) continue;
        if (text.find("encoding=\"UTF-8\"") == std::string::npos) continue;
        EXPECT_THAT(errors_of(each.path()), testing::IsEmpty()) << each.path();
        ++seen;
    }
    EXPECT_GE(seen, 4u);
}

}  // namespace
