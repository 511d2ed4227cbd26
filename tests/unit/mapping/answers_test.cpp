// Mapper::reply and Mapper::results: the bodies of edi/result.hpp.
#include "fixture.hpp"

namespace {

using fixture::mapper;
using small_xml::read;
using small_xml::shown;

const std::string head = "<mepResults cursor=\"c-7\" more=\"true\">";

std::string result(const std::string& body, const std::string& attributes = "") {
    return "<result id=\"r1\" seq=\"3\" at=\"2026-11-22T09:30:00+08:00\" " + attributes + ">" +
           body + "</result>";
}

std::optional<mapping::ResultPage> page(const std::string& results) {
    return mapper().results(read(head + results + "</mepResults>"));
}

TEST(Reply, AnAcknowledgementHasItsKeyAndNumber) {
    const mapping::Reply reply = mapper().reply(
        read("<mepAck><key>" + fixture::key +
             "</key><applicationNo> 2026110000000123 </applicationNo><clientRef>PO-1</clientRef>"
             "<status>received</status><receivedAt>2026-11-22T09:30:00Z</receivedAt></mepAck>"));
    ASSERT_TRUE(reply.acknowledgement);
    EXPECT_FALSE(reply.refusal);
    EXPECT_EQ(reply.acknowledgement->key, fixture::key);
    EXPECT_EQ(reply.acknowledgement->application_no, "2026110000000123");
}

TEST(Reply, ARefusalHasAllItsFaults) {
    const mapping::Reply reply = mapper().reply(
        read("<mepFault><fault><code>E1</code><field>corpCde</field><text>不对</text></fault>"
             "<fault><code>E2</code><text>b</text></fault></mepFault>"));
    ASSERT_TRUE(reply.refusal);
    EXPECT_FALSE(reply.acknowledgement);
    ASSERT_EQ(reply.refusal->faults.size(), 2u);
    EXPECT_EQ(reply.refusal->faults[0].code, "E1");
    EXPECT_EQ(reply.refusal->faults[0].field, "corpCde");
    EXPECT_EQ(reply.refusal->faults[0].text, "不对");
    EXPECT_EQ(reply.refusal->faults[1].field, "");
}

// gateway.md: a 2xx of the wrong type or without its key is in doubt, never an acknowledgement.
TEST(Reply, AnotherTypeOrAnIncompleteAnswerIsNeither) {
    for (const char* text : {"<mepResults cursor=\"\" more=\"false\"/>", "<html/>",
                             "<mepAck><status>x</status></mepAck>", "<mepFault/>",
                             "<mepFault><fault><code>E</code></fault></mepFault>",
                             "<Acknowledgement><Key>k</Key></Acknowledgement>"}) {
        const mapping::Reply reply = mapper().reply(read(text));
        EXPECT_FALSE(reply.acknowledgement || reply.refusal) << text;
    }
}

struct Body {
    const char* wire;
    const char* canonical;
};

class EveryBody : public testing::TestWithParam<Body> {};

TEST_P(EveryBody, BecomesItsCanonicalElement) {
    const auto mapped = page(result(GetParam().wire));
    ASSERT_TRUE(mapped);
    ASSERT_EQ(mapped->results.size(), 1u);
    EXPECT_EQ(shown(mapped->results[0].body), shown(read(GetParam().canonical)));
}

constexpr const char* items =
    "<item><no>1</no><code>8457101000</code><name>机</name><qty>2</qty><unit>001</unit>"
    "<amount>7.50</amount><currency>300</currency></item>"
    "<item><no>2</no><code>8457101000</code><name>机</name><qty>1</qty><unit>001</unit>"
    "<amount>1</amount><currency>999</currency></item>";
const std::string clearance =
    std::string(
        "<clearance><licenceNo>26-AB-000001</licenceNo>"
        "<declarationNo>220020261000000001</declarationNo><customs>2200</customs>"
        "<regime>0110</regime><clearedOn>2026-11-25</clearedOn>") +
    items + "<usesLeft>11</usesLeft><qtyLeft>57</qtyLeft><revoked>1</revoked></clearance>";
constexpr const char* clearance_canonical =
    "<Clearance><LicenceNo>26-AB-000001</LicenceNo>"
    "<DeclarationNo>220020261000000001</DeclarationNo><CustomsOffice>2200</CustomsOffice>"
    "<CustomsRegime>0110</CustomsRegime><ClearedOn>2026-11-25</ClearedOn><Revoked>true</Revoked>"
    "<Item><No>1</No><CommodityCode>8457101000</CommodityCode><Name>机</Name>"
    "<Quantity>2</Quantity><Unit>001</Unit><Amount>7.50</Amount><Currency>EUR</Currency></Item>"
    "<Item><No>2</No><CommodityCode>8457101000</CommodityCode><Name>机</Name>"
    "<Quantity>1</Quantity><Unit>001</Unit><Amount>1</Amount><Currency>999</Currency></Item>"
    "<QuantityLeft>57</QuantityLeft><UsesLeft>11</UsesLeft></Clearance>";

INSTANTIATE_TEST_SUITE_P(
    Results, EveryBody,
    testing::Values(
        Body{"<review><decision>approved</decision><opinion>同意</opinion><office>机电办</office>"
             "<officer>李四</officer><licenceNo>26-AB-000001</licenceNo>"
             "<validFrom>2026-11-22</validFrom><expiry>2026-12-31</expiry></review>",
             "<Review><Decision>approved</Decision><Opinion>同意</Opinion><Office>机电办</Office>"
             "<Officer>李四</Officer><LicenceNo>26-AB-000001</LicenceNo>"
             "<ValidFrom>2026-11-22</ValidFrom><ExpiryDate>2026-12-31</ExpiryDate></Review>"},
        Body{"<review><decision>returned</decision><opinion/></review>",
             "<Review><Decision>returned</Decision></Review>"},
        Body{"<review><decision>disapproved</decision></review>",
             "<Review><Decision>disapproved</Decision></Review>"},
        // Codes that nobody knows are kept as they came.
        Body{"<review><decision>deferred</decision><expiry>soon</expiry></review>",
             "<Review><Decision>deferred</Decision><ExpiryDate>soon</ExpiryDate></Review>"},
        Body{
            "<step><office>O</office><name>初审</name><actor>A</actor><result>通过</result></step>",
            "<Step><Office>O</Office><Name>初审</Name><Actor>A</Actor><Result>通过</Result></"
            "Step>"},
        // An incomplete body is a fact too.
        Body{"<step><name>初审</name></step>", "<Step><Name>初审</Name></Step>"},
        Body{"<withdrawal><decision>confirmed</decision></withdrawal>",
             "<Withdrawal><Decision>confirmed</Decision></Withdrawal>"},
        Body{"<withdrawal><decision>refused</decision><opinion>no</opinion></withdrawal>",
             "<Withdrawal><Decision>refused</Decision><Opinion>no</Opinion></Withdrawal>"},
        Body{"<registration><decision>approved</decision><account>acme</account></registration>",
             "<Registration><Decision>approved</Decision><Account>acme</Account></Registration>"},
        Body{"<binding><decision>bound</decision><account>acme</account><enterprise>"
             "<uscc>91110108MA0000015T</uscc><tradingRight>1</tradingRight></enterprise></binding>",
             "<Binding><Decision>bound</Decision><Account>acme</Account><Enterprise>"
             "<Uscc>91110108MA0000015T</Uscc><TradingRight>true</TradingRight></Enterprise>"
             "</Binding>"},
        Body{"<customsTransfer><licenceNo>26-AB-000001</licenceNo><state>sent</state>"
             "</customsTransfer>",
             "<CustomsTransfer><LicenceNo>26-AB-000001</LicenceNo><State>SENT</State>"
             "</CustomsTransfer>"},
        Body{"<customsTransfer><licenceNo>L</licenceNo><state>received</state><note>n</note>"
             "</customsTransfer>",
             "<CustomsTransfer><LicenceNo>L</LicenceNo><State>RECEIVED</State><Note>n</Note>"
             "</CustomsTransfer>"},
        Body{"<customsTransfer><licenceNo>L</licenceNo><state>failed</state></customsTransfer>",
             "<CustomsTransfer><LicenceNo>L</LicenceNo><State>FAILED</State></CustomsTransfer>"},
        Body{clearance.c_str(), clearance_canonical},
        Body{"<clearance><declarationNo>1</declarationNo><revoked>false</revoked></clearance>",
             "<Clearance><DeclarationNo>1</DeclarationNo></Clearance>"},
        Body{"<licence><licenceNo>L</licenceNo><state>cancelled</state></licence>",
             "<LicenceChange><LicenceNo>L</LicenceNo><State>CANCELLED</State></LicenceChange>"},
        Body{"<licence><licenceNo>L</licenceNo><state>expired</state></licence>",
             "<LicenceChange><LicenceNo>L</LicenceNo><State>EXPIRED</State></LicenceChange>"},
        Body{"<licence><licenceNo>L</licenceNo><state>exhausted</state><note>n</note></licence>",
             "<LicenceChange><LicenceNo>L</LicenceNo><State>EXHAUSTED</State><Note>n</Note>"
             "</LicenceChange>"}));

TEST(Results, CarryTheirEnvelopeAndThePageItsCursor) {
    const std::string step = "<step><office>O</office></step>";
    const auto mapped =
        page(result(step, "key=\"" + fixture::key + "\" applicationNo=\"2026110000000123\"") +
             "<result id=\"r2\" seq=\"18446744073709551615\" at=\"2026-11-22T01:30:00.5Z\">" +
             step + "</result>");
    ASSERT_TRUE(mapped);
    EXPECT_EQ(mapped->cursor, "c-7");
    EXPECT_TRUE(mapped->more);
    ASSERT_EQ(mapped->results.size(), 2u);
    const edi::MinistryResult& first = mapped->results[0];
    EXPECT_EQ(first.id, "r1");
    EXPECT_EQ(first.seq, 3u);
    EXPECT_EQ(base::iso(first.at), "2026-11-22T09:30:00.000+08:00");
    EXPECT_EQ(first.key, fixture::key);
    EXPECT_EQ(first.application_no, "2026110000000123");
    const edi::MinistryResult& second = mapped->results[1];
    EXPECT_EQ(second.seq, 18446744073709551615u);
    EXPECT_EQ(base::iso(second.at), "2026-11-22T09:30:00.500+08:00");
    EXPECT_EQ(second.key, "");
    EXPECT_EQ(second.application_no, "");
}

TEST(Results, AnEmptyPageIsAPage) {
    for (const char* more : {"false", "0"}) {
        const auto mapped =
            mapper().results(read(std::string("<mepResults cursor=\"\" more=\"") + more + "\"/>"));
        ASSERT_TRUE(mapped);
        EXPECT_TRUE(mapped->results.empty());
        EXPECT_FALSE(mapped->more);
        EXPECT_EQ(mapped->cursor, "");
    }
}

// A page that lacks what every result must have is asked again as a whole.
TEST(Results, OneThatLacksItsEnvelopeOrItsBodySpoilsThePage) {
    const std::string good = result("<step><office>O</office></step>");
    ASSERT_TRUE(page(good));
    const std::string step = "<step><office>O</office></step>";
    const std::string at = " at=\"2026-11-22T09:30:00Z\">";
    const std::vector<std::string> bad = {
        "<result seq=\"1\"" + at + step + "</result>",
        "<result id=\"\" seq=\"1\"" + at + step + "</result>",
        "<result id=\"a\"" + at + step + "</result>",
        "<result id=\"a\" seq=\"-1\"" + at + step + "</result>",
        "<result id=\"a\" seq=\"1x\"" + at + step + "</result>",
        "<result id=\"a\" seq=\"18446744073709551616\"" + at + step + "</result>",
        "<result id=\"a\" seq=\"1\">" + step + "</result>",
        "<result id=\"a\" seq=\"1\" at=\"today\">" + step + "</result>",
        "<result id=\"a\" seq=\"1\"" + at + "</result>",
        "<result id=\"a\" seq=\"1\"" + at + step +
            "<withdrawal><decision>refused</decision>"
            "</withdrawal></result>",
    };
    for (const std::string& each : bad) {
        EXPECT_FALSE(page(each)) << each;
        EXPECT_FALSE(page(good + each)) << each;
    }
    EXPECT_FALSE(mapper().results(read("<mepAck/>")));
}

}  // namespace
