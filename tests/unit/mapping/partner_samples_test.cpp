// The tables of mapping/partners/ and what only they need: one of several chosen by what it holds,
// and names that are ignored.
#include "fixture.hpp"
#include "mapping/dialects.hpp"
#include "mapping/path.hpp"
#include "xml/parser.hpp"
#include "xml/writer.hpp"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What is read with the table file in which one piece is replaced: the complaints.
std::string complaints(const std::string& name, const std::string& piece, const std::string& by) {
    const fixture::Spoiled spoiled{"partners/" + name + ".yaml", piece, by};
    const auto loaded = mapping::Dialects::load(spoiled.path(), fixture::lists());
    return loaded ? "" : loaded.fault().text;
}

// A sample through its table.
mapping::Heard heard(const std::string& dialect, const std::string& sample) {
    static const auto dialects =
        mapping::Dialects::load(fixture::source + "/mapping", fixture::lists());
    if (!dialects) throw std::runtime_error(dialects.fault().text);
    xml::initialise();
    static xml::Parser parser =
        std::move(*xml::Parser::load(fixture::source + "/xsd", xml::Limits{}));
    const std::string file = fixture::source + "/tests/journeys/samples/partners/" + sample;
    const xml::Parser::Foreign foreign = parser.parse_foreign(fixture::read(file));
    if (!foreign.parsed.root) throw std::runtime_error("not well-formed: " + sample);
    return dialects->find(dialect)->hear(*foreign.parsed.root, foreign.namespace_uri,
                                         "2026-11-22T09:30:00+08:00");
}

std::optional<std::string> at(const base::Element& element, const std::string& path) {
    return mapping::value_at({&element}, *mapping::parse_path(path));
}

TEST(Chosen, IsTheOneInWhichTheFieldHoldsTheValue) {
    const base::Element document = small_xml::read(
        "<IDOC><K><Q>001</Q><N>a</N></K><K><Q> 005 </Q><N>b</N></K><K><N>c</N></K>"
        "<P type=\"x\"><N>d</N></P><P type=\"y\"><N>e</N></P></IDOC>");
    EXPECT_EQ(at(document, "K[Q=001]/N"), "a");
    EXPECT_EQ(at(document, "K[Q=005]/N"), "b");
    EXPECT_EQ(at(document, "P[@type=y]/N"), "e");
    EXPECT_EQ(at(document, "K[Q=009]/N"), std::nullopt);
    EXPECT_EQ(mapping::elements_at({&document}, *mapping::parse_path("P[@type=x]")).size(), 1u);
}

TEST(Chosen, IsWrittenAsAFieldAndAValue) {
    for (const char* wrong : {"K[Q=]", "K[=1]", "K[Q]", "K[Q=1", "K[a b=1]", "@a[Q=1]", "K[]"})
        EXPECT_FALSE(mapping::parse_path(wrong)) << wrong;
}

TEST(Chosen, LeavesTheOthersToBeSpokenFor) {
    EXPECT_THAT(
        complaints("sap", "      - drop E1EDK03: other days\n", ""),
        HasSubstr(
            "'IDOC/E1EDK03/DATUM (some of it)' of partner/ZMEP01 is neither mapped nor dropped"));
    EXPECT_THAT(complaints("sap", "E1EDK03[IDDAT=012]", "E1EDK03[DAT=012]"),
                HasSubstr("'E1EDK03' holds no 'DAT'"));
    EXPECT_THAT(complaints("sap", "Z1MEPK1/GJAHR ->", "Z1MEPK1[BUKRS=1000]/GJAHR ->"),
                HasSubstr("'Z1MEPK1' stands once"));
    EXPECT_THAT(complaints("sap", "LicenceApplication/CustomsOffice[2]",
                           "LicenceApplication/CustomsOffice[x=2]"),
                HasSubstr("a target bears a number or nothing"));
}

TEST(Ignored, NeedsAReason) {
    EXPECT_THAT(complaints("sap", "it marks what is a segment", "\"\""),
                HasSubstr("a reason is missing"));
}

// What partners' systems export becomes a document that is valid as if it had come so.
TEST(Partners, GoodSamplesBecomeValidDocuments) {
    xml::initialise();
    auto parser = xml::Parser::load(fixture::source + "/xsd", xml::Limits{});
    ASSERT_TRUE(parser);
    for (const auto& [dialect, sample] : {std::pair{"kingdee", "kingdee-good.xml"},
                                          {"kingdee", "kingdee-rules.xml"},
                                          {"sap", "sap-good.xml"}}) {
        const mapping::Heard made = heard(dialect, sample);
        EXPECT_THAT(made.findings, testing::IsEmpty()) << sample;
        ASSERT_TRUE(made.document) << sample;
        const xml::Parsed checked =
            parser->parse(xml::write(*made.document, "urn:permitd:mep:1", xml::Layout::Compact));
        EXPECT_TRUE(checked.well_formed && checked.findings.empty()) << sample;
    }
}

// messages.md 5: line and column are those of the partner's own file, also under a dialect.
TEST(Partners, MistakesAreToldWhereTheyStand) {
    std::vector<std::string> told;
    for (const auto& [dialect, sample] :
         {std::pair{"kingdee", "kingdee-mistakes.xml"}, {"sap", "sap-one-bad.xml"}})
        for (const base::Finding& each : heard(dialect, sample).findings)
            told.push_back(std::to_string(each.position.line) + ":" +
                           std::to_string(each.position.column) + " " + each.variant + " " +
                           each.path + " " + each.value);
    EXPECT_THAT(told, ElementsAre("19:10 PartnerMissing /进口申请单/联系手机 ",
                                  "27:8 PartnerValue /进口申请单/原产国 火星",
                                  "59:11 PartnerValue /进口申请单/合同签订日期 2026/13/40",
                                  "73:11 PartnerUnknown /进口申请单/自定义字段1 加急",
                                  "166:26 PartnerMissing /ZMEP01/IDOC[2]/Z1MEPK1 ",
                                  "176:14 PartnerValue /ZMEP01/IDOC[2]/Z1MEPK1/HERKL XX",
                                  "189:14 PartnerValue /ZMEP01/IDOC[2]/E1EDK03/DATUM 20261399",
                                  "218:14 PartnerUnknown /ZMEP01/IDOC[2]/E1EDKA1[3]/ZZBEM "
                                  "Sonderpreis"));
}

}  // namespace
