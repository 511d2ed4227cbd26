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
    const std::string document =
        "<Document fileName='f' mediaType='m' bytes='1' sha256='" + std::string(64, '0') + "'/>";
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
        {"returned", ""},
        {"withdrawn", "<Opinion>同意撤回</Opinion><Office>o</Office>"},
        {"registration-returned", "<Opinion>退回</Opinion>"},
        {"binding-refused", "<Opinion>密码错误</Opinion>"},
        {"registered", "<Account>a</Account>"},
        {"bound", "<Account>a</Account>"},
        {"answer", "<AsOf>2026-11-22T09:30:01+08:00</AsOf><Source>store</Source>"},
        {"document", document + document},
        {"document", document},
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

std::string answer(const std::string& rows) {
    return receipt("answer",
                   "<AsOf>2026-11-22T09:30:01+08:00</AsOf><Source>ministry</Source>" + rows);
}

TEST(ReceiptSchema, RowsOfAnAnswer) {
    const std::string field = "<Field name='code'>CHN</Field>";
    const std::string none = "<Field name='name'/>";
    for (const std::string& rows :
         {std::string("<Row/>"), "<Row>" + field + none + "</Row>",
          "<Row>" + field + "</Row><Row>" + field + "</Row><NextAfter>CHN</NextAfter>"})
        EXPECT_EQ(codes(parser().parse(answer(rows))), "") << rows;
    for (const std::string& rows :
         {"<Row>" + with(field, "code", "two words") + "</Row>", std::string("<Row>text</Row>"),
          "<NextAfter>CHN</NextAfter><Row>" + field + "</Row>", field})
        EXPECT_NE(codes(parser().parse(answer(rows))), "") << rows;
    EXPECT_NE(codes(parser().parse(with(answer(""), "ministry", "rumour"))), "");
}

// What was sent as a message comes back whole, without its attachments and with the goods' names.
TEST(ReceiptSchema, AnApplicationAndAnEnterpriseAreRows) {
    const auto part_of = [](const std::string& text, const std::string& name) {
        const std::size_t from = text.find("<" + name);
        const std::string end = "</" + name + ">";
        return text.substr(from, text.find(end) + end.size() - from);
    };
    const std::string field = "<Field name='state'>DRAFT</Field>";
    std::string application =
        part_of(sample("valid/03-application-single-machine.xml"), "LicenceApplication");
    EXPECT_NE(codes(parser().parse(answer("<Row>" + application + "</Row>"))), "");
    application = with(application, part_of(application, "Attachment"), "");
    EXPECT_EQ(codes(parser().parse(answer("<Row>" + field + application + "</Row>"))), "");
    EXPECT_NE(codes(parser().parse(answer("<Row>" + application + field + "</Row>"))), "");
    const std::string named = with(application, "</SingleMachine>",
                                   "<CommodityName>机床</CommodityName><Unit>001</Unit>"
                                   "</SingleMachine>");
    EXPECT_EQ(codes(parser().parse(answer("<Row>" + field + named + "</Row>"))), "");
    const std::string project =
        part_of(sample("valid/05-application-project-save.xml"), "LicenceApplication");
    EXPECT_EQ(codes(parser().parse(answer("<Row>" + project + "</Row>"))), "");
    const std::string enterprise = part_of(
        with(sample("valid/01-registration-submit.xml"), "<EnterpriseR", "<R"), "Enterprise");
    EXPECT_EQ(codes(parser().parse(answer("<Row>" + field + enterprise + "</Row>"))), "");
    EXPECT_NE(codes(parser().parse(answer("<Row>" + application + enterprise + "</Row>"))), "");
}

TEST(ReceiptSchema, ARefusalNamesTheMinistrysCodeAndField) {
    const std::string refused = with(receipt("refused", ""), " line='1' column='2' path='/Message'",
                                     " ministryCode='E1001' ministryField='corpCde'");
    EXPECT_EQ(codes(parser().parse(refused)), "");
}

TEST(ReceiptSchema, ABatchHasALineForEachOfFiftyThousandMessages) {
    const std::string line = "<Line index='1' outcome='rejected' number='000000000001'/>";
    const std::string counts =
        "<Counts messages='50000' accepted='0' rejected='50000' duplicate='0'/>";
    EXPECT_EQ(codes(parser().parse(receipt("batch", counts + repeated(line, 50'000)))), "");
    EXPECT_NE(codes(parser().parse(receipt("batch", counts))), "");
    for (const char* attribute : {" index='1'", " outcome='rejected'", " number='000000000001'"})
        EXPECT_NE(codes(parser().parse(receipt("batch", counts + with(line, attribute, "")))), "");
}

}  // namespace
}  // namespace xml
