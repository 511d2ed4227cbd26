// What the parts of receipts are called: none of the schemas and of the answers is without a name.
#include "ctl/field_names.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "ctl/field_names_table.hpp"

namespace {

using ctl::Language;

std::string content_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::set<std::string> found(const std::string& text, const std::regex& wanted) {
    std::set<std::string> names;
    for (std::sregex_iterator at{text.begin(), text.end(), wanted}, end; at != end; ++at)
        names.insert((*at)[1]);
    return names;
}

const std::filesystem::path checkout{PERMITD_SOURCE};

TEST(FieldNames, AreThereForWhateverAReceiptMayHold) {
    static const std::regex declared{R"re(<xs:(?:element|attribute) name="(\w+)")re"};
    std::set<std::string> names;
    for (const char* each : {"receipt", "details", "application", "registration"})
        names.merge(
            found(content_of(checkout / "xsd" / (std::string{"permitd-mep-1-"} + each + ".xsd")),
                  declared));
    EXPECT_GE(names.size(), 130u);
    names.erase("Password");  // no receipt holds one
    for (const std::string& each : names) EXPECT_TRUE(ctl::is_field_known(each)) << each;
}

TEST(FieldNames, AreThereForEveryFieldOfAnAnswerAndTypeOfAMessage) {
    const std::string page = content_of(checkout / "xsd/README.md");
    const std::size_t from = page.find("| answer to | a row |"), to = page.find("A `document`");
    ASSERT_NE(to, std::string::npos);
    auto names = found(page.substr(from, to - from), std::regex{"`([A-Z]\\w+)`"});
    for (const auto& each : std::filesystem::directory_iterator{checkout / "config/codes"}) {
        const std::string text = content_of(each.path());
        names.merge(found(text.substr(0, text.find('\n')), std::regex{"(\\w+)"}));
    }
    const std::string root = content_of(checkout / "xsd/permitd-mep-1.xsd");
    const std::size_t body = root.find("name=\"Body\"");
    ASSERT_NE(body, std::string::npos);
    names.merge(found(root.substr(body, root.find("</xs:group>", body) - body),
                      std::regex{R"re(element name="(\w+)")re"}));
    EXPECT_GE(names.size(), 90u);
    for (const std::string& each : names) EXPECT_TRUE(ctl::is_field_known(each)) << each;
}

TEST(FieldNames, StandOnceAndInBothLanguages) {
    std::set<std::string_view> names;
    for (const ctl::FieldName& each : ctl::field_names) {
        EXPECT_TRUE(names.insert(each.name).second) << each.name << " stands there twice";
        EXPECT_FALSE(each.en.empty() || each.zh.empty()) << each.name;
    }
    EXPECT_EQ(ctl::name_of_field("Opinion", Language::Chinese), "审批意见");
    EXPECT_EQ(ctl::name_of_field("Opinion", Language::English), "opinion");
    EXPECT_EQ(ctl::name_of_field("Novelty", Language::Chinese), "Novelty");
}

// Codes stay, and in Chinese a word stands beside them; what is no code gets none.
TEST(FieldNames, OfCodesStandBesideThem) {
    const auto in_chinese = [](const char* field, const char* value) {
        return ctl::coded_value(field, value, Language::Chinese);
    };
    EXPECT_EQ(in_chinese("Resend", "unchanged"), "unchanged 原样重报");
    EXPECT_EQ(in_chinese("kind", "approved"), "approved 审批通过");
    EXPECT_EQ(in_chinese("State", "UNDER_REVIEW"), "UNDER_REVIEW 审批中");
    EXPECT_EQ(in_chinese("MessageType", "ApplicationWithdraw"), "ApplicationWithdraw 撤回");
    EXPECT_EQ(in_chinese("Opinion", "approved"), "approved");
    EXPECT_EQ(in_chinese("Reason", "connection refused"), "connection refused");
    EXPECT_EQ(ctl::coded_value("Resend", "unchanged", Language::English), "unchanged");
}

}  // namespace
