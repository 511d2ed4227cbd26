// Holds messages.md 5: one catalogue file gives each code its Chinese and English text, what it
// means and what to do; no code lacks an entry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "receipts/compose.hpp"
#include "receipts/template.hpp"

namespace {

using receipts::Catalogue;
using testing::HasSubstr;

const std::string shipped = std::string(PERMITD_SOURCE) + "/config/messages/problems.yaml";

Catalogue catalogue() {
    auto loaded = Catalogue::load(shipped);
    EXPECT_TRUE(loaded) << loaded.fault().text;
    return loaded ? *loaded : Catalogue{};
}

const char* const codes[] = {"FILE-TOO-LARGE",
                             "FILE-INCOMPLETE",
                             "FILE-NAME",
                             "FILE-HARMFUL",
                             "FILE-ZIP",
                             "XML-MALFORMED",
                             "XML-DOCTYPE",
                             "XML-LIMIT",
                             "XML-ENCODING",
                             "XSD-INVALID",
                             "AUTH-SENDER",
                             "DUP-MESSAGE-ID",
                             "BATCH-COUNT",
                             "BATCH-ATOMIC",
                             "FLOW-STATE",
                             "FLOW-UNKNOWN-APPLICATION",
                             "FLOW-UNKNOWN-LICENCE",
                             "FLOW-REFERENCE-IN-USE",
                             "RULE-USCC-CHECK",
                             "RULE-ORG-CODE-MISMATCH",
                             "RULE-RATE-MISSING",
                             "RULE-COMMODITY-UNCHECKED",
                             "RULE-CODE-UNKNOWN",
                             "RULE-COMMODITY-UNKNOWN",
                             "RULE-COMMODITY-NOT-LICENSED",
                             "RULE-USED-FORBIDDEN",
                             "RULE-USED-YEAR",
                             "RULE-QUANTITY-WHOLE",
                             "RULE-TOTALS",
                             "RULE-PRICE-ZERO",
                             "RULE-YEAR",
                             "RULE-CONTRACT-DATES",
                             "RULE-CONTRACT-TOTALS",
                             "RULE-ATTACHMENT-SIZE",
                             "RULE-ATTACHMENT-TYPE",
                             "RULE-ATTACHMENT-NAME",
                             "RULE-ATTACHMENT-TWICE",
                             "RULE-END-USER",
                             "RULE-NO-REGISTRATION",
                             "RULE-REPEATED",
                             "NET-UNREACHABLE",
                             "NET-TIMEOUT",
                             "NET-CONFIGURATION",
                             "NET-IN-DOUBT",
                             "MINISTRY-REFUSED",
                             "MINISTRY-UNREADABLE"};

TEST(Catalogue, NoCodeLacksAnyOfItsSixTexts) {
    const Catalogue all = catalogue();
    for (const std::string code : codes) {
        EXPECT_TRUE(all.has(code, "")) << code;
        const receipts::Texts texts = all.texts({.code = code});
        ASSERT_TRUE(all.meaning(code) && all.remedy(code)) << code;
        for (const std::string& text :
             {texts.zh, texts.en, all.meaning(code)->zh, all.meaning(code)->en,
              all.remedy(code)->zh, all.remedy(code)->en}) {
            EXPECT_NE(text, "") << code;
            EXPECT_NE(text, code);
        }
        // Chinese is Chinese: at least one character that is not ASCII.
        EXPECT_NE(texts.zh.find_first_of("\xe4\xe5\xe6\xe7\xe8\xe9"), std::string::npos) << code;
    }
    EXPECT_FALSE(all.has("RULE-NO-SUCH-CODE", ""));
    EXPECT_EQ(all.meaning("RULE-NO-SUCH-CODE"), nullptr);
    EXPECT_EQ(all.texts({.code = "RULE-NO-SUCH-CODE"}).zh, "RULE-NO-SUCH-CODE");
}

TEST(Catalogue, ArgumentsStandInBothTexts) {
    const receipts::Texts texts =
        catalogue().texts({.code = "RULE-CODE-UNKNOWN",
                           .value = "9999",
                           .arguments = {{"list", "customs-offices"}, {"code", "9999"}}});
    for (const std::string& text : {texts.zh, texts.en}) {
        EXPECT_THAT(text, HasSubstr("customs-offices"));
        EXPECT_THAT(text, HasSubstr("9999"));
        EXPECT_THAT(text, testing::Not(HasSubstr("{")));
    }
}

TEST(Catalogue, AVariantHasATextOfItsOwnAndAnUnknownOneThatOfItsCode) {
    const Catalogue all = catalogue();
    for (const char* variant : {"ElementNotValidForContent", "NotEnoughElemsForCM", "DatatypeError",
                                "AttNotDefinedForElement", "RequiredAttrNotProvided",
                                "ElementNotDefined", "NotAMessage", "XsiType", "UnknownNamespace"})
        EXPECT_TRUE(all.has("XSD-INVALID", variant)) << variant;
    for (const char* variant : {"Depth", "Attributes", "AllAttributes", "Text", "Elements",
                                "Memory", "Size", "Name", "Names", "Namespaces", "Messages"})
        EXPECT_TRUE(all.has("XML-LIMIT", variant)) << variant;
    for (const char* variant : {"NotZip", "Torn", "Entries", "NotAFile", "Path", "Stem",
                                "Encrypted", "Method", "Size", "Damaged", "Inconsistent"})
        EXPECT_TRUE(all.has("FILE-ZIP", variant)) << variant;
    EXPECT_FALSE(all.has("XSD-INVALID", "NoSuchVariant"));
    EXPECT_EQ(all.texts({.code = "XSD-INVALID", .variant = "NoSuchVariant"}).en,
              all.texts({.code = "XSD-INVALID"}).en);
    EXPECT_NE(all.texts({.code = "XSD-INVALID", .variant = "DatatypeError"}).en,
              all.texts({.code = "XSD-INVALID"}).en);
}

TEST(Catalogue, BracketsDropWhatIsNotKnown) {
    const auto text = [](const char* pattern, std::vector<base::Argument> arguments) {
        return receipts::filled(pattern,
                                {.code = "A", .path = "/A", .value = "v", .arguments = arguments});
    };
    EXPECT_EQ(text("a[: {x}] b", {}), "a b");
    EXPECT_EQ(text("a[: {x}] b", {{"x", "1"}}), "a: 1 b");
    EXPECT_EQ(text("a[: {x} {y}][, {z}]", {{"x", "1"}, {"z", "3"}}), "a, 3");
    EXPECT_EQ(text("{x} {value} {path}", {}), "? v /A");
    // What an enterprise wrote is never read as a template.
    EXPECT_EQ(text("{x}[{y}]", {{"x", "{y}[z]"}, {"y", "]["}}), "{y}[z]][");
    EXPECT_EQ(text("{value}", {{"value", "w"}}), "w");
}

TEST(Catalogue, BadFilesAreFaultsWithTheirPlace) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("permitd-catalogue-" + std::to_string(::getpid()) + ".yaml");
    const std::string rest = "  meaning: {zh: 一, en: one}\n  remedy: {zh: 一, en: one}\n";
    const std::pair<std::string, const char*> cases[] = {
        {"A:\n  text: {zh: 一, en: one}\n  meaning: {zh: 一, en: one}\n", "remedy"},
        {"A:\n  text: {zh: 一}\n" + rest, "en"},
        {"A:\n  text: {zh: '', en: one}\n" + rest, "empty"},
        {"A:\n  text: {zh: '一 {x}', en: one}\n" + rest, "places"},
        {"A:\n  text: {zh: '一 {x', en: 'one {x'}\n" + rest, "never closed"},
        {"A:\n  text: {zh: '一 ]', en: one}\n" + rest, "cannot"},
        {"A:\n  text: {zh: 一, en: one}\n  other: 1\n" + rest, "other"},
        {"A: [\n", ".yaml:"},
    };
    for (const auto& [text, expected] : cases) {
        std::ofstream(file) << text;
        const auto loaded = Catalogue::load(file.string());
        ASSERT_FALSE(loaded) << text;
        EXPECT_THAT(loaded.fault().text, HasSubstr(expected)) << text;
    }
    std::filesystem::remove(file);
    EXPECT_FALSE(Catalogue::load(file.string()));
}

// Schema findings speak Chinese too: what a value can do against its type has a text of its own, by
// the parser's own name of the error, and no text of the library shows through.
TEST(Catalogue, HasATextForEveryErrorOfAValue) {
    std::ifstream in{std::string{PERMITD_SOURCE} + "/daemon/xml/codes.cpp"};
    const Catalogue texts = catalogue();
    std::size_t seen = 0;
    for (std::string line; std::getline(in, line);) {
        const std::size_t at = line.find("NAMED(XMLExcepts, ");
        if (at == std::string::npos) continue;
        const std::size_t begin = at + std::string{"NAMED(XMLExcepts, "}.size();
        const std::string name = line.substr(begin, line.find(')', begin) - begin);
        if (!name.starts_with("VALUE_") && !name.starts_with("XMLNUM_") &&
            !name.starts_with("DateTime_"))
            continue;
        ++seen;
        EXPECT_TRUE(texts.has("XSD-INVALID", name)) << name;
        const base::Finding finding{
            .code = "XSD-INVALID", .variant = name, .arguments = {{"message", "library text"}}};
        EXPECT_EQ(texts.texts(finding).zh.find("library text"), std::string::npos) << name;
    }
    EXPECT_GT(seen, 20u);
}

}  // namespace
