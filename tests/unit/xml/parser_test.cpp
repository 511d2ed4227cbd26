// What is accepted, and what is told about what is not: code, place, value (messages.md 5).
#include <filesystem>

#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

TEST(Samples, ValidApplicationsAreAccepted) {
    for (const char* name : {"03-application-single-machine", "04-application-multi-batch",
                             "05-application-project-save", "06-application-minimal",
                             "07-application-gb18030", "08-application-utf16"}) {
        const Parsed parsed = parser().parse(sample("valid/" + std::string{name} + ".xml"));
        EXPECT_EQ(codes(parsed), "") << name;
        ASSERT_TRUE(parsed.root && parsed.well_formed) << name;
        EXPECT_EQ(parsed.root->text_at("LicenceApplication/Handler/Name"), "张三") << name;
    }
}

TEST(Samples, InvalidOnesGetTheCodeOfTheirName) {
    for (const auto& each : std::filesystem::directory_iterator{
             std::string{PERMITD_SOURCE} + "/tests/journeys/samples/invalid"}) {
        const std::string name = each.path().stem();
        const Parsed parsed = parser().parse(sample("invalid/" + name + ".xml"));
        if (name.starts_with("XML-") || name.starts_with("XSD-")) {
            ASSERT_EQ(parsed.findings.size(), 1U) << name;
            EXPECT_TRUE(name.starts_with(parsed.findings[0].code)) << name;
        } else if (name.starts_with("RULE-") || name.starts_with("AUTH-")) {
            EXPECT_EQ(codes(parsed), "") << name;
        }
    }
}

TEST(Samples, AHeaderBeforeTheFaultCanBeRead) {
    for (const char* name : {"XML-ENCODING", "XML-MALFORMED", "XSD-INVALID"}) {
        const Parsed parsed = parser().parse(sample("invalid/" + std::string{name} + ".xml"));
        ASSERT_TRUE(parsed.root) << name;
        EXPECT_FALSE(parsed.root->text_at("Header/MessageId").empty()) << name;
    }
}

struct Case {
    const char* from;
    const char* to;
    const char* codes;
    const char* path;
    const char* value;
    base::Position position;
};

TEST(Findings, CodePlaceValue) {
    const std::string application = "/Message/LicenceApplication";
    const Case cases[] = {
        {"<Year>2026<", "<Year>26<", "XSD-INVALID/VALUE_NotMatch_Pattern", "/Year", "26", {6, 7}},
        {"<Mobile>13800138000</Mobile>",
         "",
         "XSD-INVALID/NotEnoughElemsForCM",
         "/Handler",
         "",
         {9, 10}},
        {"<CustomsOffice>2200</CustomsOffice>",
         "",
         "XSD-INVALID/ElementNotValidForContent",
         "/TradingCountry",
         "JPN",
         {11, 17}},
        {"<CustomsOffice>2200<",
         "<CustomsOffice>1111</CustomsOffice><CustomsOffice>1111"
         "</CustomsOffice><CustomsOffice>2200<",
         "XSD-INVALID/ElementNotValidForContent",
         "/CustomsOffice[3]",
         "2200",
         {10, 86}},
        {" function=\"submit\"", "", "XSD-INVALID/RequiredAttrNotProvided", "", "", {4, 21}},
        {"\"submit\"", "\"send\"", "XSD-INVALID/VALUE_NotIn_Enumeration", "", "send", {4, 37}},
        {"<Condition>new<",
         "<Condition a='1'>new<",
         "XSD-INVALID/AttNotDefinedForElement",
         "/SingleMachine/Condition",
         "",
         {14, 74}},
        {"<Quantity>1<",
         "<Quantity>0<",
         "XSD-INVALID/VALUE_exceed_minExcl",
         "/SingleMachine/Specification/Quantity",
         "0",
         {15, 55}},
        {"<UsageMode>", "<Fee/><UsageMode>", "XSD-INVALID/ElementNotDefined", "/Fee", "", {13, 7}},
    };
    for (const Case& each : cases) {
        const Parsed parsed = parser().parse(with(minimal(), each.from, each.to));
        EXPECT_EQ(codes(parsed), each.codes) << each.from;
        EXPECT_TRUE(parsed.well_formed && parsed.root) << each.from;
        if (parsed.findings.empty()) continue;
        const base::Finding& found = parsed.findings[0];
        EXPECT_EQ(found.path, application + each.path) << each.from;
        EXPECT_EQ(found.value, each.value) << each.from;
        EXPECT_EQ(found.position.line, each.position.line) << each.from;
        EXPECT_EQ(found.position.column, each.position.column) << each.from;
        EXPECT_FALSE(found.arguments.empty());
    }
}

std::string argument(const base::Finding& finding, std::string_view name) {
    for (const base::Argument& each : finding.arguments)
        if (each.name == name) return each.value;
    return {};
}

TEST(Findings, SayWhatWasExpected) {
    const auto expected = [](const char* from, const char* to) {
        return argument(parser().parse(with(minimal(), from, to)).findings.at(0), "expected");
    };
    EXPECT_EQ(expected("<Mobile>13800138000</Mobile>", ""), "Mobile");
    EXPECT_EQ(expected("<Year>2026</Year>", ""), "Year");
    EXPECT_EQ(expected("<UsageMode>", "<Fee/><UsageMode>"), "OriginCountry, UsageMode");
    EXPECT_EQ(expected("\"submit\"", "\"send\""), "save, submit");
    EXPECT_EQ(expected("<Year>2026<", "<Year>26<"), "[0-9]{4}");
}

TEST(Findings, AllAreToldUpToTheLimit) {
    const Parsed two = parser().parse(with(with(minimal(), ">JPN<", ">Japan<"), "2026<", "26<"));
    EXPECT_EQ(two.findings.size(), 2U);
    EXPECT_EQ(two.findings[0].path, "/Message/LicenceApplication/Year");  // document order
    const std::string line =
        "<Specification><Model>m</Model><Quantity>x</Quantity>"
        "<UnitPrice>1</UnitPrice></Specification>";
    const Parsed many =
        parser().parse(with(minimal(), "<Specification>", repeated(line, 300) + "<Specification>"));
    EXPECT_EQ(many.findings.size(), base::findings_max);
    EXPECT_TRUE(many.well_formed);
}

TEST(Findings, SecretsAreNeverTold) {
    for (const char* inside :
         {"hunter2", "a<x>hunter2</x>", "hunter2<hunter2/>", "hunter2&hunter2;", "<hunter2>",
          "hunter2</hunter2>", "a<b hunter2='hunter2'/>", "hunter2 & hunter2"}) {
        for (const char* name : {"Password", "accountPwd"}) {
            const std::string secret =
                std::string{"<"} + name + " a='hunter2'>" + inside + "</" + name + ">";
            const Parsed parsed = parser().parse(with(minimal(), "<Mobile>", secret + "<Mobile>"));
            ASSERT_FALSE(parsed.findings.empty());
            Parsed told;
            told.findings = parsed.findings;
            told.ended_early = true;
            EXPECT_EQ(encode(told).find("hunter2"), std::string::npos) << inside;
        }
    }
}

TEST(Positions, CountCharactersNotUnitsOrBytes) {
    const auto column = [](const std::string& before) {
        const Parsed parsed = parser().parse("<Message xmlns='urn:permitd:mep:1'><!--" + before +
                                             "--><x/></Message>");
        return parsed.findings.at(0).position.column;
    };
    const std::uint32_t plain = column("a");
    EXPECT_EQ(column("\t"), plain);
    EXPECT_EQ(column("张"), plain);
    EXPECT_EQ(column("\U00020000"), plain);
    const Parsed lines = parser().parse("<a xmlns='urn:permitd:mep:1'>\r\n\r\n<b/>\r</a>");
    EXPECT_EQ(lines.root->children.at(0).position, (base::Position{3, 5}));
    const Parsed marked = parser().parse("\xef\xbb\xbf<a/>");
    EXPECT_EQ(marked.root->position, (base::Position{1, 5}));
}

TEST(Tree, TextOfLeavesOnly) {
    const Parsed parsed =
        parser().parse(with(minimal(), "<Name>张三<",
                            "<Name><!-- c --><?p q?><![CDATA[张]]>&#x4e09;<!-- d --> &amp;<"));
    EXPECT_EQ(codes(parsed), "");
    EXPECT_EQ(parsed.root->text_at("LicenceApplication/Handler/Name"), "张三 &");
    EXPECT_EQ(parsed.root->text, "");
    EXPECT_EQ(parsed.root->child("Header")->text, "");
    EXPECT_EQ(parsed.root->child("LicenceApplication")->attribute("function"), "submit");
    EXPECT_TRUE(parsed.root->attributes.empty());  // namespace declarations are gone
}

TEST(Accepted, WhatLooksOddButIsAllowed) {
    const std::string text = minimal();
    const std::string hint =
        "<Message xmlns:i='http://www.w3.org/2001/XMLSchema-instance' "
        "i:schemaLocation='urn:permitd:mep:1 file:///etc/passwd' ";
    EXPECT_EQ(codes(parser().parse(with(text, "<Message ", hint))), "");
    EXPECT_EQ(codes(parser().parse("\xef\xbb\xbf" + text)), "");
    EXPECT_EQ(codes(parser().parse(with(text, "</Message>", "</Message><!-- c --><?p q?>\n\n"))),
              "");
    EXPECT_EQ(codes(parser().parse(with(text, "?>", "?><!-- c --><?p q?>"))), "");
    const std::string line =
        "<Specification><Model>m</Model><Quantity>1</Quantity>"
        "<UnitPrice>1</UnitPrice></Specification>";
    const Parsed many =
        parser().parse(with(text, "<Specification>", repeated(line, 10'000) + "<Specification>"));
    EXPECT_EQ(codes(many), "");
    EXPECT_EQ(many.root->at("LicenceApplication/SingleMachine")->all("Specification").size(),
              10'001U);
    const std::string bad = with(sample("valid/03-application-single-machine.xml"), "JVBE", "!!!!");
    EXPECT_EQ(codes(parser().parse(bad)), "XSD-INVALID/VALUE_Not_Base64");
    const std::string xsi = " xmlns:i='http://www.w3.org/2001/XMLSchema-instance' ";
    EXPECT_THAT(
        codes(parser().parse(with(text, "<Handler>", "<Handler" + xsi + "i:type='Handler'>"))),
        testing::HasSubstr("XsiType"));
}

TEST(Torn, EveryPrefixOfAValidDocumentEndedEarly) {
    for (const char* name :
         {"06-application-minimal", "07-application-gb18030", "08-application-utf16"}) {
        const std::string whole = sample("valid/" + std::string{name} + ".xml");
        const std::string end = name[1] == '8' ? std::string("e\0>\0", 4) : std::string{"e>"};
        const std::size_t closed = whole.rfind(end) + end.size() - (name[1] == '8' ? 1 : 0);
        std::size_t headers = 0;
        for (std::size_t length = 0; length < closed; ++length) {
            const Parsed parsed = parser().parse(std::string_view{whole}.substr(0, length));
            ASSERT_TRUE(parsed.ended_early) << name << " at " << length << codes(parsed);
            ASSERT_FALSE(parsed.well_formed) << name << " at " << length;
            ASSERT_EQ(parsed.findings.size(), 1U) << name << " at " << length;
            headers += parsed.root && parsed.root->at("Header/CreatedAt") != nullptr;
        }
        EXPECT_GT(headers, 500U) << name;  // once the Header is closed it stays readable
    }
    EXPECT_FALSE(parser().parse(sample("invalid/XML-MALFORMED.xml")).ended_early);
    EXPECT_FALSE(parser().parse("<a></b").ended_early);
    EXPECT_TRUE(parser().parse("<a>&am").ended_early);
}

TEST(Load, AFaultNamesFileAndLine) {
    initialise();
    const std::string directory = testing::TempDir() + "/schemas";
    std::filesystem::create_directories(directory);
    const auto fault_of = [&](const std::string& body) {
        std::ofstream{directory + "/x.xsd"}
            << "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n"
            << body << "</xs:schema>";
        const auto loaded = Parser::load(directory, {});
        return loaded ? std::string{} : loaded.fault().text;
    };
    EXPECT_EQ(fault_of("<xs:element name='a'/>"), "");
    EXPECT_THAT(fault_of("<xs:element name='a' type='b'/>"), testing::HasSubstr("x.xsd:2:"));
    EXPECT_THAT(fault_of("<xs:include schemaLocation=\"/etc/passwd\"/>"),
                testing::HasSubstr("/etc/passwd"));
    EXPECT_THAT(fault_of("<xs:any processContents='lax'/>"), testing::HasSubstr("line 2"));
    EXPECT_THAT(fault_of("<xs:sequence maxOccurs=\"5000\"/>"), testing::HasSubstr("5000"));
    for (const char* pattern : {"(a*)*b", "([a-z]+)*x", "(a{2,}b?)+", ".*a.*b.*"})
        EXPECT_THAT(fault_of("<xs:pattern value=\"" + std::string{pattern} + "\"/>"),
                    testing::HasSubstr("for ever"))
            << pattern;
    EXPECT_FALSE(Parser::load("/nonexistent", {}));
}

}  // namespace
}  // namespace xml
