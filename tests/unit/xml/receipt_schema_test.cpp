// The receipt schema knows the details of every kind, in their order (messages.md 5).
#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

std::string receipt(const std::string& kind, const std::string& details) {
    return "<Receipt xmlns='urn:permitd:mep:1' number='000000000042' sequence='17' kind='" + kind +
           "' stage='outcome'><IssuedAt>2026-11-22T09:30:01.250+08:00</IssuedAt><InReplyTo>"
           "<MessageId>A-1</MessageId><MessageType>LicenceApplication</MessageType>"
           "<File name='a.xml' sha256='" +
           std::string(64, 'a') +
           "' bytes='1'/>"
           "<ReceivedAt>2026-11-22T09:30:01+08:00</ReceivedAt></InReplyTo>"
           "<Subject><ApplicationRef>P-1</ApplicationRef></Subject>"
           "<State code='UNDER_REVIEW'>审批中</State><Resend>no</Resend>"
           "<Problem code='RULE-YEAR' severity='error' line='1' column='2' path='/Message'>"
           "<Text xml:lang='zh'>年</Text><Text "
           "xml:lang='en'>year</Text><Value>1</Value></Problem>" +
           details +
           "<Proof><Endpoint>https://localhost/mep/v1</Endpoint><HttpStatus>202"
           "</HttpStatus><Attempt>1</Attempt></Proof></Receipt>";
}

TEST(ReceiptSchema, DetailsOfEveryKind) {
    const std::string no = "<LicenceNo>26-AA-100001</LicenceNo>";
    const std::string days = "<ValidFrom>2026-11-22</ValidFrom><ExpiryDate>2026-12-31</ExpiryDate>";
    const std::pair<const char*, std::string> cases[] = {
        {"rejected", ""},
        {"accepted",
         "<Totals><Quantity>1</Quantity><Amount>0</Amount><Currency>CNY</Currency>"
         "</Totals><Default path='/a'>10</Default>"},
        {"done", "<Default path='/a'>10</Default>"},
        {"duplicate",
         "<First number='000000000001' kind='accepted' "
         "issuedAt='2026-11-22T09:30:01+08:00'/>"},
        {"batch",
         "<Counts messages='1' accepted='1' rejected='0' duplicate='0'/>"
         "<Line index='1' messageId='A' outcome='accepted' number='000000000001'/>"},
        {"delayed",
         "<Reason>NET-TIMEOUT</Reason><Attempts>3</Attempts>"
         "<NextAttemptAt>2026-11-22T09:30:01+08:00</NextAttemptAt>"},
        {"undeliverable", "<Reason>r</Reason><Attempts>3</Attempts><GivenUpBy>root</GivenUpBy>"},
        {"approved", "<Opinion>同意</Opinion><Office>o</Office><Officer>x</Officer>" + no + days},
        {"approved", no + days},
        {"returned", "<Opinion>退回</Opinion>"},
        {"registered", "<Account>a</Account>"},
        {"answer", "<AsOf>2026-11-22T09:30:01+08:00</AsOf><Source>store</Source>"},
        {"document",
         "<Document fileName='f' mediaType='m' bytes='1' sha256='" + std::string(64, '0') + "'/>"},
        {"customs-transfer", no + "<Transfer code='SENT'>已发送</Transfer>"
                                  "<At>2026-11-22T09:30:01+08:00</At><Note>n</Note>"},
        {"clearance", no + "<DeclarationNo>123456789012345678</DeclarationNo>"
                           "<CustomsOffice>2200</CustomsOffice><CustomsRegime>0110</CustomsRegime>"
                           "<ClearedOn>2026-11-22</ClearedOn><Revoked>true</Revoked><Item>"
                           "<No>1</No>"
                           "<CommodityCode>8457101000</CommodityCode><Name>n</Name><Quantity>1"
                           "</Quantity><Unit>001</Unit><Amount>1</Amount><Currency>USD</Currency>"
                           "</Item><QuantityLeft>0</QuantityLeft><UsesLeft>11</UsesLeft>"},
        {"licence-closed", no + "<ExpiryDate>2026-12-31</ExpiryDate><Reason>expired</Reason>"
                                "<QuantityLeft>1</QuantityLeft>"},
    };
    for (const auto& [kind, details] : cases)
        EXPECT_EQ(codes(parser().parse(receipt(kind, details))), "") << kind;
    EXPECT_NE(codes(parser().parse(receipt("celebrated", ""))), "");
    EXPECT_NE(codes(parser().parse(receipt("approved", days + no))), "");
    EXPECT_NE(codes(parser().parse(with(receipt("rejected", ""), "Proof>", "Prof>"))), "");
}

}  // namespace
}  // namespace xml
