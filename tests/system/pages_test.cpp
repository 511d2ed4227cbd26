// Operations 4, Packages: pages and completion, of every option, command and key that there is.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "system/line.hpp"

namespace {

using testing::Contains;
using testing::HasSubstr;

const std::string source = PERMITD_SOURCE;

std::string text_of(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string told(const line::Line& line, std::vector<std::string> command) {
    const line::Ended ended = line::run(command, line.environment(), line.folder());
    EXPECT_EQ(ended.status, 0) << command.front() << ended.errors;
    return ended.out;
}

std::set<std::string> found(const std::string& text, const char* pattern) {
    const std::regex wanted{pattern, std::regex::multiline};
    std::set<std::string> out;
    for (std::sregex_iterator at{text.begin(), text.end(), wanted}, end; at != end; ++at)
        out.insert((*at)[1]);
    return out;
}

std::set<std::string> options_in(const std::string& help) {
    return found(help, R"(^  (?:-\w,)?(--[\w-]+))");
}

std::set<std::string> commands_in(const std::string& help) {
    const std::size_t at = help.find("Subcommands:\n");
    if (at == help.npos) return {};
    return found(help.substr(at, help.find("\n\n", at) - at), R"(^  ([\w-]+) )");
}

// As people read it: without roff's own signs.
std::string read(std::string page) {
    page = std::regex_replace(page, std::regex{R"(\\([-&e]))"}, "$1");
    page = std::regex_replace(page, std::regex{"&"}, "");
    return std::regex_replace(page, std::regex{"(Fl|,) -"}, "--");
}

std::string filled(const line::Line& line, const std::string& page) {
    return read(told(line, {source + "/systemd/man/fill", source + "/systemd/man/" + page + ".in",
                            line.program("permitctl"), source + "/config/permitd.yaml"}));
}

// Each command of permitctl with those above it, and its help.
void each_command(const line::Line& line, const std::vector<std::string>& words,
                  const std::function<void(const std::string&, const std::string&)>& visit) {
    std::vector<std::string> command = words;
    command.insert(command.begin(), line.program("permitctl"));
    command.push_back("--help");
    const std::string help = told(line, command);
    std::string name;
    for (const std::string& each : words) name += (name.empty() ? "" : " ") + each;
    visit(name, help);
    for (const std::string& each : commands_in(help)) {
        std::vector<std::string> deeper = words;
        deeper.push_back(each);
        each_command(line, deeper, visit);
    }
}

TEST(Pages, HaveEveryOptionOfTheirProgram) {
    const line::Line line;
    for (const char* program : {"permitd", "permit-sandbox"}) {
        const std::string page = read(text_of(source + "/systemd/man/" + program + ".8"));
        const auto options = options_in(told(line, {line.program(program), "--help"}));
        EXPECT_GE(options.size(), 4u);
        for (const std::string& each : options) EXPECT_THAT(page, HasSubstr(each)) << program;
    }
}

TEST(Pages, HaveEveryCommandOfPermitctlAndItsOptions) {
    const line::Line line;
    const std::string page = filled(line, "permitctl.1");
    std::size_t commands = 0;
    each_command(line, {}, [&](const std::string& name, const std::string& help) {
        ++commands;
        const std::size_t at = name.empty() ? 0 : page.find(".It Ic " + name + "\n");
        ASSERT_NE(at, page.npos) << name;
        for (const std::string& each : options_in(help)) {
            if (each != "--help") {
                EXPECT_NE(page.find(each, at), page.npos) << name << ' ' << each;
            }
        }
    });
    EXPECT_GE(commands, 14u);
}

TEST(Pages, HaveEveryKeyOfTheConfiguration) {
    const line::Line line;
    const std::string page = filled(line, "permitd.yaml.5");
    const auto keys = found(text_of(source + "/config/permitd.yaml"), R"(^[# ]*([a-z_]+): )");
    EXPECT_GE(keys.size(), 40u);
    for (const std::string& each : keys) EXPECT_THAT(page, HasSubstr(each + ':'));
}

TEST(Completion, OffersEveryCommandAndItsOptions) {
    const line::Line line;
    const auto offered = [&](const std::string& words) {
        return found(
            told(line, {"/bin/bash", "-c",
                        "source " + source + "/systemd/completion/permitctl\nCOMP_WORDS=(" +
                            line.program("permitctl") + ' ' + words +
                            ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_permitctl\n"
                            "printf '%s\\n' \"${COMPREPLY[@]}\""}),
            R"(^(.+)$)");
    };
    each_command(line, {}, [&](const std::string& name, const std::string& help) {
        if (const auto commands = commands_in(help); !commands.empty()) {
            EXPECT_EQ(offered(name + " ''"), commands) << name;
        }
        const auto options = offered(name + " --");
        for (const std::string& each : options_in(help))
            EXPECT_THAT(options, Contains(each)) << name;
    });
    EXPECT_EQ(offered("mapp"), std::set<std::string>{"mapping"});
}

}  // namespace
