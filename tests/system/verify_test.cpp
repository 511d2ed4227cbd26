// permitctl verify on the archive of a real line, as operators and auditors call it.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Verify : public testing::Test {
protected:
    Verify() {
        line_.start_sandbox();
        line_.start();
        line_.drop("a.xml", line::declaration("V-1", "PO-1"));
        EXPECT_TRUE(line_.settles(1, line::patience)) << line_.daemon().words();
    }
    line::Ended verify(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"verify", "--key", key()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return line_.permitctl(arguments);
    }
    fs::path archive() const { return line_.folder() / "spool/.archive"; }
    std::string key() const {
        return fs::directory_iterator { archive() / "keys" } -> path();
    }
    fs::path first_receipt() const {
        for (const auto& each : fs::recursive_directory_iterator{archive() / "acme"})
            if (each.path().filename().string().starts_with("000000000001_")) return each.path();
        return {};
    }
    line::Line line_;
};

TEST_F(Verify, SaysInBothLanguagesWhatIsWrong) {
    line::Ended all_well = verify();
    EXPECT_EQ(all_well.status, EX_OK) << "while permitd runs: " << all_well.out << all_well.errors;
    EXPECT_EQ(line_.stop(), 0);
    all_well = verify({"--head", archive() / "acme/checkpoint", "--mailbox", "acme"});
    EXPECT_EQ(all_well.status, EX_OK) << all_well.out << all_well.errors;
    EXPECT_THAT(all_well.out, HasSubstr("all as it was signed"));
    const fs::path copy = line_.folder() / "copy", receipt = first_receipt();
    fs::copy(archive(), copy, fs::copy_options::recursive);
    const std::string name = receipt.lexically_relative(archive());
    ::chmod((copy / name).c_str(), 0644);
    std::ofstream{copy / name} << "changed";
    const line::Ended english = verify({copy});
    EXPECT_EQ(english.status, EX_DATAERR);
    EXPECT_THAT(english.out, HasSubstr("changed  " + name + " has other bytes than its list says"));
    EXPECT_THAT(english.out, HasSubstr("1 wrong"));
    EXPECT_THAT(verify({copy, "--lang", "zh"}).out, HasSubstr(name + " 的内容与清单记载不符"));
    std::istringstream lines{verify({copy, "--json"}).out};
    std::string first, last;
    std::getline(lines, first);
    for (std::string each; std::getline(lines, each);) last = each;
    EXPECT_EQ(boost::json::parse(first).at("finding"), "changed");
    EXPECT_EQ(boost::json::parse(last).at("wrong"), 1);
    EXPECT_EQ(verify().status, EX_OK) << "the archive itself is as it was";
}

TEST_F(Verify, SaysWhatIsWrongWithItsWords) {
    EXPECT_EQ(line_.stop(), 0);
    EXPECT_EQ(line_.permitctl({"verify", archive()}).status, EX_USAGE) << "no key";
    EXPECT_EQ(verify({line_.folder() / "none"}).status, EX_NOINPUT);
    EXPECT_EQ(verify({"--mailbox", "nobody"}).status, EX_NOINPUT);
    EXPECT_EQ(verify({"--head", line_.folder() / "none"}).status, EX_NOINPUT);
    EXPECT_EQ(verify({"--head", key()}).status, EX_DATAERR);
    EXPECT_EQ(line_.permitctl({"verify", "--key", archive() / "acme/checkpoint"}).status,
              EX_DATAERR);
}

}  // namespace
