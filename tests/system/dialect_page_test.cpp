// The example of mapping/README.md: its document, its table and its commands, carried out. What the
// page shows is what permitctl says.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// A piece of a page between fences.
struct Block {
    std::string kind;  // behind the opening fence: "xml", "yaml", "console"
    std::string text;
};

std::vector<Block> blocks_under(const std::string& heading) {
    const std::string page = text_of(PERMITD_SOURCE "/mapping/README.md");
    const std::size_t from = page.find("\n## " + heading + "\n");
    if (from == std::string::npos) return {};
    std::istringstream lines{page.substr(from + 1, page.find("\n## ", from + 1) - from)};
    std::vector<Block> blocks;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) blocks.push_back({line.substr(3), {}});
        } else if (inside) {
            blocks.back().text += line + "\n";
        }
    }
    return blocks;
}

std::string first(const std::vector<Block>& blocks, const std::string& kind) {
    for (const Block& each : blocks)
        if (each.kind == kind) return each.text;
    return {};
}

// "$ command" and what stands under it, until the next one.
std::vector<std::pair<std::string, std::string>> commands_in(const std::string& console) {
    std::vector<std::pair<std::string, std::string>> commands;
    std::istringstream lines{console};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("$ "))
            commands.emplace_back(line.substr(2), "");
        else if (!commands.empty())
            commands.back().second += line + "\n";
    }
    return commands;
}

// A share of its own, whose tables are those of the checkout and the one of the page.
class DialectPage : public testing::Test {
protected:
    void SetUp() override {
        const fs::path share = line_.folder() / "share";
        fs::create_directories(share);
        for (const char* each : {"config", "xsd"})
            fs::create_directory_symlink(fs::path{PERMITD_SOURCE} / each, share / each);
        fs::copy(PERMITD_SOURCE "/mapping", share / "mapping", fs::copy_options::recursive);
        std::ofstream{share / "mapping/partners/example.yaml"} << first(blocks_, "yaml");
        fs::create_directory(desk_);
        std::ofstream{desk_ / "order.xml"} << first(blocks_, "xml");
        line_.write_config();
    }

    std::string said(const std::string& command) {
        const std::string script = "cd " + desk_.string() + " && permitctl() { " +
                                   line_.program("permitctl") + " --config " +
                                   line_.config().string() + " \"$@\"; }\n" + command + " 2>&1";
        return line::run({"/bin/sh", "-c", script}, line_.environment(), line_.folder()).out;
    }

    const std::vector<Block> blocks_ = blocks_under("Your own XML: a dialect in ten minutes");
    line::Line line_{{.settings = "share: share\n"}};
    const fs::path desk_ = line_.folder() / "desk";
};

TEST_F(DialectPage, ShowsWhatPermitctlSays) {
    std::size_t told = 0;
    for (const Block& block : blocks_)
        if (block.kind == "console")
            for (const auto& [command, output] : commands_in(block.text)) {
                EXPECT_EQ(said(command), output) << command;
                ++told;
            }
    EXPECT_GE(told, 3u) << "the page shows no commands";
}

// A field may hold a whole file in base64.
TEST_F(DialectPage, OfALongValueTheBeginningIsTold) {
    std::string order = text_of(desk_ / "order.xml");
    const std::string piece = "<型号>VMC-850";
    order.insert(order.find(piece) + piece.size(), std::string(5'000, 'x'));
    std::ofstream{desk_ / "long.xml"} << order;
    const std::string told = said("permitctl --json mapping try example long.xml | grep 型号");
    const std::string cut = "\"VMC-850" + std::string(193, 'x') + "…\"";
    EXPECT_THAT(told, testing::HasSubstr("\"value\":" + cut + ",\"value_characters\":5007"));
    EXPECT_THAT(told, testing::HasSubstr("\"made\":" + cut + ",\"made_characters\":5007"));
    EXPECT_THAT(told, testing::HasSubstr("\"value\":\"VMC-1100\",\"target\""));
}

}  // namespace
