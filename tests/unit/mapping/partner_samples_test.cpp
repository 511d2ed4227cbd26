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
    // Also those in which the field is not.
    EXPECT_EQ(mapping::elements_at({&document}, *mapping::parse_path("K[Q!=001]")).size(), 2u);
    EXPECT_EQ(at(document, "K[Q!=001]/N"), "b");
    EXPECT_EQ(at(document, "P[@type!=x]/N"), "e");
}

TEST(Chosen, IsWrittenAsAFieldAndAValue) {
    for (const char* wrong : {"K[Q=]", "K[=1]", "K[Q]", "K[Q=1", "K[a b=1]", "@a[Q=1]", "K[]",
                              "K[Q!=]", "K[!=1]", "K[Q!1]"})
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

// What one rule has chosen speaks for no other.
TEST(Chosen, InEachAndDropLeavesTheOthersToBeSpokenFor) {
    const std::string head =
        "      - drop E1EDP01[ACTION=003]: SAP has deleted these items and still sends them\n";
    const std::string some = "'IDOC/E1EDP01/MENGE (some of it)' of partner/ZMEP01 is neither";
    const std::string deep = "'IDOC/E1EDP01/E1EDP19/IDTNR (some of it)' of partner/ZMEP01";
    // Of each: without the drop of the others, and with that of some of them.
    for (const std::string& by :
         {std::string{}, std::string{"      - drop E1EDP01[ACTION=004]: not here\n"}}) {
        EXPECT_THAT(complaints("sap", head, by), HasSubstr(some));
        EXPECT_THAT(complaints("sap", head, by), HasSubstr(deep));
    }
    EXPECT_EQ(complaints("sap", head, "      - drop E1EDP01: not here\n"), "");
    // Of drop: what holds other values is nobody's.
    EXPECT_THAT(complaints("sap", "      - drop E1EDK03: other days\n",
                           "      - drop E1EDK03[IDDAT=022]: another day\n"),
                HasSubstr("'IDOC/E1EDK03/DATUM (some of it)' of partner/ZMEP01 is neither"));
    EXPECT_THAT(
        complaints("sap", "      - drop E1EDK14: sales", "      - drop E1EDK14[QUALF=014]: sales"),
        HasSubstr("'IDOC/E1EDK14/ORGID (some of it)' of partner/ZMEP01 is neither"));
    EXPECT_THAT(complaints("sap", "each E1EDP01[ACTION!=003]", "each E1EDP01[ACTION=001]"),
                HasSubstr(some));
}

// A chosen one is none of a number: of two, one by number and one by what it holds are not both.
TEST(Chosen, CountsForNoNumber) {
    const auto told = [](const std::string& rules) {
        const auto loaded = fixture::load_dialect(
            "documents:\n  o: \n    id:\n    p+2: q n\nfrom: partner/o\nto: canonical/Message\n"
            "unknown: refuse\nrules:\n  - id -> Header/MessageId\n  - $at -> Header/CreatedAt\n"
            "  - =91110108MA0000015T -> Header/Sender\n  - drop p[1]: tells which\n" +
            rules);
        return loaded ? std::string{} : loaded.fault().text;
    };
    const std::string first = "  - \"p[1]/n -> ApplicationSubmit/ApplicationRef[1]\"\n";
    EXPECT_THAT(told("  - \"p[q=x]/n -> ApplicationSubmit/ApplicationRef[1]\"\n"),
                HasSubstr("'p/n (some of it)'"));
    EXPECT_THAT(told(first), HasSubstr("'p/n (some of it)'"));
    EXPECT_EQ(told(first + "  - drop p[2]: the other one\n"), "");
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

std::vector<std::string> paths_made(const mapping::Heard& heard) {
    std::vector<std::string> paths;
    for (const mapping::Field& each : heard.fields) paths.push_back(each.place.made);
    return paths;
}

// One contract covers the application only where there is one.
TEST(Partners, AnEmptyContractNumberMakesNoContract) {
    const std::string good =
        fixture::read(fixture::source + "/tests/journeys/samples/partners/kingdee-good.xml");
    const auto paths_with = [&](const std::string& sample, auto&& edit) {
        xml::initialise();
        xml::Parser parser = *xml::Parser::load(fixture::source + "/xsd", xml::Limits{});
        base::Element root = *parser.parse_foreign(sample).parsed.root;
        edit(root);
        const auto dialects =
            mapping::Dialects::load(fixture::source + "/mapping", fixture::lists());
        return paths_made(dialects->find("kingdee")->hear(root, "", "2026-11-22T09:30:00+08:00"));
    };
    const std::string contract = "/Message/LicenceApplication/Contract";
    EXPECT_THAT(paths_with(good, [](base::Element&) {}), testing::Contains(contract));
    // With every field of the contract empty, the totals and the currency alone make none.
    for (const char* empty : {"", " \n"})
        EXPECT_THAT(paths_with(good,
                               [&](base::Element& root) {
                                   for (const char* name : {"合同号", "合同签订日期", "外商名称",
                                                            "外商国别", "预计到货日期", "品牌"})
                                       root.child(name)->text = empty;
                               }),
                    testing::Not(testing::Contains(testing::StartsWith(contract))));
}

// What SAP has deleted is not declared; an item that says nothing of it is.
TEST(Partners, DeletedItemsAreLeftOut) {
    const mapping::Heard made = heard("sap", "sap-deleted.xml");
    EXPECT_THAT(made.findings, testing::IsEmpty());
    const auto models = [&](std::size_t index) {
        std::vector<std::string> all;
        const base::Element* message = made.document->all("Message").at(index);
        if (const base::Element* goods = message->at("LicenceApplication/SingleMachine"))
            for (const base::Element* each : goods->all("Specification"))
                all.emplace_back(each->text_at("Model"));
        return all;
    };
    EXPECT_THAT(models(0), ElementsAre("VMC-850E", "VMC-1100"));
    EXPECT_THAT(models(1), testing::IsEmpty());
}

// The table that mapping/README.md teaches by.
TEST(Partners, TheTableOfThePageIsSound) {
    const std::string page = fixture::read(fixture::source + "/mapping/README.md");
    const std::string fence = "```yaml\n";
    const std::size_t begin = page.find(fence, page.find("\n## Partner dialects\n")) + fence.size();
    const auto loaded = fixture::load_dialect(page.substr(begin, page.find("```", begin) - begin));
    ASSERT_TRUE(loaded) << loaded.fault().text;
    base::Element document = small_xml::read(
        "<附件单><单据编号>7</单据编号><企业><信用代码>91110108MA0000015T</信用代码>"
        "</企业><附件><文件名>a.pdf</文件名><类型>application/pdf</类型><内容>aGVsbG8=</内容>"
        "</附件></附件单>");
    document.attributes.push_back({"版本", "2"});
    const mapping::Heard made = loaded->hear(document, "", "2026-11-22T09:30:00.000+08:00");
    EXPECT_THAT(made.findings, testing::IsEmpty());
    ASSERT_TRUE(made.document);
    EXPECT_EQ(made.document->text_at("Header/MessageId"), "7-2");
    EXPECT_EQ(made.document->text_at("AttachmentAdd/ApplicationRef"), "A-7");
    const base::Element* file = made.document->at("AttachmentAdd/Attachment");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->attribute("name"), "a.pdf");
    EXPECT_EQ(file->text, "aGVsbG8=");
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
