// What permitd declares is valid against the gateway's schema, through the real writer and parser.
#include "fixture.hpp"
#include "xml/parser.hpp"
#include "xml/writer.hpp"

namespace {

constexpr const char* header =
    "<LicenceApplication function=\"submit\"><ApplicationRef>PO-1</ApplicationRef>"
    "<Year>2026</Year><Importer><Code>1101MA0000015</Code><Uscc>91110108MA0000015T</Uscc></"
    "Importer>"
    "<EndUser><Uscc>91440300717850504F</Uscc><Name>用户</Name><Region>440300</Region></EndUser>"
    "<Handler><Mobile>13800138000</Mobile></Handler><TradeMode>10</TradeMode>"
    "<ForeignExchangeSource>01</ForeignExchangeSource><GoodsUse>01</GoodsUse>"
    "<CustomsOffice>2200</CustomsOffice><TradingCountry>KOR</TradingCountry>"
    "<OriginCountry>KOR</OriginCountry><UsageMode>multi-batch</UsageMode>";
constexpr const char* contract =
    "<Contract><Number>1</Number><SignedOn>2026-10-08</SignedOn><ForeignTrader><NameEn>T</NameEn>"
    "<Country>KOR</Country></ForeignTrader><Quantity>2</Quantity><Amount>5</Amount>"
    "<Currency>USD</Currency></Contract>"
    "<Attachment name=\"a.pdf\" mediaType=\"application/pdf\">JVBERi0=</Attachment>"
    "<Remarks>&lt;</Remarks></LicenceApplication>";
constexpr const char* goods =
    "<SingleMachine><CommodityCode>8457101000</CommodityCode><CommodityName>机</CommodityName>"
    "<Unit>001</Unit><Condition>new</Condition><Currency>EUR</Currency><Specification>"
    "<Model>A</Model><Quantity>2</Quantity><UnitPrice>2.50</UnitPrice><Amount>5.00</Amount>"
    "<AmountUsd>5.40</AmountUsd></Specification></SingleMachine><Totals><Quantity>2</Quantity>"
    "<Amount>5.00</Amount><AmountUsd>5.40</AmountUsd></Totals>";
constexpr const char* project =
    "<Project><Name>P</Name><Type>2</Type><Industry>C</Industry><Currency>CHF</Currency>"
    "<Amount>5</Amount></Project>";

// Writes it, reads it back and expects it as it was made, without a finding.
void expect_valid(const base::Element& document) {
    static xml::Parser parser = [] {
        xml::initialise();
        return std::move(*xml::Parser::load(fixture::source + "/xsd", xml::Limits{}));
    }();
    const std::string bytes =
        xml::write(document, fixture::mapper().namespace_uri(), xml::Layout::Compact);
    const xml::Parsed parsed = parser.parse(bytes);
    for (const base::Finding& each : parsed.findings)
        ADD_FAILURE() << each.code << " " << each.variant << " " << each.path << " " << each.value;
    ASSERT_TRUE(parsed.root);
    EXPECT_EQ(small_xml::shown(*parsed.root), small_xml::shown(document));
}

class Valid : public testing::TestWithParam<std::string> {};

TEST_P(Valid, TheRequestIsReadBackAsItWasMadeWithoutAFinding) {
    const base::Result<base::Element> made =
        fixture::mapper().request(fixture::key, *base::parse_time("2026-11-22T09:30:00.25+08:00"),
                                  small_xml::read(GetParam()), fixture::day);
    ASSERT_TRUE(made) << made.fault().text;
    expect_valid(*made);
}

INSTANTIATE_TEST_SUITE_P(Request, Valid,
                         testing::Values(std::string(header) + goods + contract,
                                         std::string(header) + project + contract,
                                         fixture::withdrawal, fixture::registration,
                                         fixture::binding));

class ValidQuestion : public testing::TestWithParam<const char*> {};

TEST_P(ValidQuestion, IsReadBackAsItWasMadeWithoutAFinding) {
    for (const char* number :
         {"<ApplicationNo>2026110000000123</ApplicationNo>", "<LicenceNo>26-AB-000001</LicenceNo>",
          "<Uscc>91110108MA0000015T</Uscc>"}) {
        const auto made = fixture::mapper().question(small_xml::read(
            "<Question><About>" + std::string(GetParam()) + "</About>" + number + "</Question>"));
        ASSERT_TRUE(made) << made.fault().text;
        expect_valid(*made);
    }
}

INSTANTIATE_TEST_SUITE_P(EveryAbout, ValidQuestion,
                         testing::Values("registrationStatus", "applicationStatus", "process",
                                         "opinions", "customsTransfer", "balance", "clearance"));

// The examples of the other tests are such as the gateway may send.
TEST(ValidAnswer, TheExamplesOfAnswersFitTheSchema) {
    expect_valid(small_xml::read(fixture::wire_answer));
    expect_valid(small_xml::read(fixture::wire_catalogue));
}

}  // namespace
