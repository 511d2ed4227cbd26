// The message schema knows every body of messages.md 3, each as it is written there, and a Batch.
#include <filesystem>
#include <set>

#include "unit/xml/fixture.hpp"

namespace xml {
namespace {

const std::string header =
    "<Header><MessageId>A-1</MessageId><Sender>91110108MA0000015T</Sender>"
    "<CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt></Header>";

std::string message(const std::string& body) {
    return "<Message xmlns='urn:permitd:mep:1'>" + header + body + "</Message>";
}

std::string batch(const std::string& attributes, const std::string& head,
                  const std::string& messages) {
    return "<Batch xmlns='urn:permitd:mep:1'" + attributes +
           "><Header><BatchId>B-1</BatchId><Sender>91110108MA0000015T</Sender>"
           "<CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt>" +
           head + "</Header>" + messages + "</Batch>";
}

std::string references(std::size_t count) {
    return repeated("<ApplicationRef>P-1</ApplicationRef>", count);
}

const std::string enterprise =
    "<Enterprise><Uscc>91110108MA0000015T</Uscc><Name>n</Name><AuthorityLevel>2</AuthorityLevel>"
    "<EntityType>3</EntityType><Region>110108</Region><Address>a</Address>"
    "<RegisteredOn>2026-11-20</RegisteredOn><TradingRight>true</TradingRight></Enterprise>";
const std::string account =
    "<LicensingAccount><Password>p</Password><ContactName>c</ContactName>"
    "<Mobile>13900139000</Mobile><LicensingOffice>110000</LicensingOffice></LicensingAccount>";
const std::string registration = "<EnterpriseRegistration function='submit'>" + enterprise +
                                 account + "</EnterpriseRegistration>";

void expect_valid(const std::string& body) {
    EXPECT_EQ(codes(parser().parse(message(body))), "") << body.substr(0, 400);
}

void expect_invalid(const std::string& body) {
    const Parsed parsed = parser().parse(message(body));
    EXPECT_NE(codes(parsed), "") << body.substr(0, 400);
    for (const base::Finding& each : parsed.findings) EXPECT_EQ(each.code, "XSD-INVALID");
}

TEST(Bodies, OfRegistration) {
    expect_valid(registration);
    expect_valid(with(registration, "submit", "save"));
    const std::string more =
        "</TradingRight><LegalRepresentative>l</LegalRepresentative><Postcode>100000</Postcode>"
        "<Phone>010-12345678</Phone><Fax>010-12345678-1</Fax>"
        "<RegisteredCapital>1000000.5</RegisteredCapital><BusinessScope>b</BusinessScope>";
    expect_valid(with(registration, "</TradingRight>", more));
    expect_valid(
        with(registration, "<Name>", "<OrganizationCode>MA0000015</OrganizationCode><Name>"));
    expect_valid(with(registration, "<LicensingOffice>",
                      "<Phone>12345678</Phone><Email>a@b</Email><LicensingOffice>"));
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {" function='submit'", ""},
             {"submit", "withdraw"},
             {"<Password>p</Password>", ""},
             {"<Region>110108</Region>", ""},
             {"<Mobile>13900139000", "<Mobile>12900139000"},
             {"true", "yes"},
             {"2026-11-20", "2026-11-20+08:00"},
             {"<LicensingOffice>", "<Email>nobody</Email><LicensingOffice>"}})
        expect_invalid(with(registration, from, to));
    const std::string binding =
        "<AccountBinding><Account>ic1</Account><Password>p</Password></AccountBinding>";
    expect_valid(binding);
    expect_invalid(with(binding, "<Account>ic1</Account>", ""));
    expect_invalid(with(binding, "ic1", std::string(33, 'a')));
    expect_invalid(with(binding, "<Password>p", "<Password>" + std::string(65, 'p')));
}

TEST(Bodies, OfASecretNothingIsShown) {
    for (const std::string& secret : {std::string(65, 'q'), std::string("q&#x85;q")}) {
        const Parsed parsed =
            parser().parse(message(with(registration, "<Password>p", "<Password>" + secret)));
        ASSERT_FALSE(parsed.findings.empty());
        for (const base::Finding& each : parsed.findings) {
            EXPECT_EQ(each.value.find('q'), std::string::npos);
            for (const base::Argument& argument : each.arguments)
                EXPECT_EQ(argument.value.find("qq"), std::string::npos) << argument.name;
        }
    }
}

TEST(Bodies, WithoutContent) {
    for (const std::string name : {"RegistrationStatusQuery", "RegistrationQuery",
                                   "RegistrationPrint", "RegistrationDelete"}) {
        expect_valid("<" + name + "/>");
        expect_invalid("<" + name + ">" + references(1) + "</" + name + ">");
    }
}

TEST(Bodies, OfOneToFiveHundredReferences) {
    for (const std::string name : {"ApplicationSubmit", "ApplicationDelete", "ApplicationWithdraw",
                                   "ApplicationPrint", "ApplicationStatusQuery"}) {
        const auto of = [&](std::size_t count) {
            return "<" + name + ">" + references(count) + "</" + name + ">";
        };
        expect_valid(of(1));
        expect_valid(of(500));
        expect_invalid(of(0));
        expect_invalid(of(501));
        expect_invalid(with(of(1), "P-1", "P_1"));
    }
}

TEST(Bodies, OfOneReference) {
    for (const std::string name : {"ApplicationQuery", "ProcessTrailQuery", "ReviewOpinionQuery"}) {
        const auto of = [&](std::size_t count) {
            return "<" + name + ">" + references(count) + "</" + name + ">";
        };
        expect_valid(of(1));
        expect_invalid(of(0));
        expect_invalid(of(2));
    }
    const std::string copy =
        "<ApplicationCopy><ApplicationRef>P-1</ApplicationRef>"
        "<NewApplicationRef>P-2</NewApplicationRef></ApplicationCopy>";
    expect_valid(copy);
    expect_invalid(with(copy, "<ApplicationRef>P-1</ApplicationRef>", ""));
    expect_invalid(with(copy, "P-2", ""));
}

TEST(Bodies, OfAttachments) {
    const std::string file = "<Attachment name='a.pdf' mediaType='m'>JVBE</Attachment>";
    const std::string add = "<AttachmentAdd>" + references(1) + file + file + "</AttachmentAdd>";
    expect_valid(add);
    expect_invalid(with(add, file + file, ""));
    expect_invalid(with(add, "JVBE", "!"));
    expect_invalid(with(add, " name='a.pdf'", ""));
    expect_invalid(with(add, " mediaType='m'", ""));
    for (const std::string name : {"AttachmentRemove", "AttachmentGet"}) {
        const std::string body =
            "<" + name + ">" + references(1) + "<Name>a.pdf</Name><Name>b</Name></" + name + ">";
        expect_valid(body);
        expect_invalid(with(body, "<Name>a.pdf</Name><Name>b</Name>", ""));
        expect_invalid(with(body, "a.pdf", ""));
        expect_invalid(with(body, "a.pdf", std::string(256, 'a')));
    }
}

TEST(Bodies, OfQueriesForLists) {
    const std::string page = "<Limit>1000</Limit><After>P-2026-0001</After>";
    const std::string applications =
        "<ApplicationListQuery><State>DRAFT</State><State>APPROVED</State>"
        "<CreatedFrom>2026-01-01</CreatedFrom><CreatedTo>2026-12-31</CreatedTo>"
        "<CommodityCode>8457</CommodityCode><ApplicationRef>P-1</ApplicationRef>"
        "<ApplicationNo>2026110000000123</ApplicationNo><LicenceNo>26-AA-100001</LicenceNo>" +
        page + "</ApplicationListQuery>";
    expect_valid(applications);
    expect_valid("<ApplicationListQuery/>");
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {"DRAFT", "NONE"},
             {"8457", "845"},
             {"2026-01-01", "2026-01-01T00:00:00+08:00"},
             {">1000<", ">1001<"},
             {">1000<", ">0<"},
             {"26-AA-100001", "26-AA-1000"},
             {"<State>DRAFT</State>", "<Limit>1</Limit>"}})
        expect_invalid(with(applications, from, to));
    const std::string goods =
        "<CommodityQuery><Year>2026</Year><CodePrefix>8457101000</CodePrefix>"
        "<NameContains>加工</NameContains>" +
        page + "</CommodityQuery>";
    expect_valid(goods);
    expect_valid("<CommodityQuery/>");
    expect_invalid(with(goods, "8457101000", "84571010001"));
    expect_invalid(with(goods, "2026", "26"));
    const std::string list =
        "<CodeListQuery><List>customs-offices</List><Contains>上海</Contains>" + page +
        "</CodeListQuery>";
    expect_valid(list);
    expect_invalid(with(list, "<List>customs-offices</List>", ""));
    expect_invalid(with(list, "customs-offices", "../customs"));
}

TEST(Bodies, OfQueriesForLicences) {
    const std::string transfers =
        "<CustomsTransferQuery><LicenceNo>26-AA-100001</LicenceNo><LicenceNo>26AA100002</LicenceNo>"
        "<State>NOT_SENT</State><State>FAILED</State><ApprovedFrom>2026-01-01</ApprovedFrom>"
        "<ApprovedTo>2026-12-31</ApprovedTo></CustomsTransferQuery>";
    expect_valid(transfers);
    expect_valid("<CustomsTransferQuery/>");
    expect_valid("<CustomsTransferQuery>" + references(500) + "</CustomsTransferQuery>");
    expect_invalid("<CustomsTransferQuery>" + references(501) + "</CustomsTransferQuery>");
    expect_invalid(with(transfers, "NOT_SENT", "APPROVED"));
    for (const std::string name : {"LicenceBalanceQuery", "ClearanceQuery"}) {
        const std::string body = "<" + name + "><LicenceNo>26-AA-100001</LicenceNo></" + name + ">";
        expect_valid(body);
        expect_invalid(with(body, "<LicenceNo>26-AA-100001</LicenceNo>", ""));
        expect_invalid(with(body, "LicenceNo>26-AA-100001</LicenceNo", "Licence>1</Licence"));
    }
}

TEST(Bodies, OneAMessageAndNoOther) {
    const std::string query = "<RegistrationQuery/>";
    expect_invalid(query + query);
    expect_invalid("");
    expect_invalid("<ApplicationApprove>" + references(1) + "</ApplicationApprove>");
}

// What the bodies of a batch are is the schema's to say too: each is that of a message.
TEST(Batches, HoldMessages) {
    const std::string one = "<Message>" + header + "<RegistrationQuery/></Message>";
    const auto told = [](const std::string& text) { return codes(parser().parse(text)); };
    EXPECT_EQ(told(batch("", "", one)), "");
    EXPECT_EQ(told(batch(" atomic='true'", "<MessageCount>2</MessageCount>", one + one)), "");
    EXPECT_EQ(told(batch(" atomic='false'", "<MessageCount>0</MessageCount>", one)), "");
    EXPECT_NE(told(batch("", "", "")), "");
    EXPECT_NE(told(batch(" atomic='perhaps'", "", one)), "");
    EXPECT_NE(told(batch("", "<MessageCount>-1</MessageCount>", one)), "");
    EXPECT_NE(told(batch("", "", one + "<Batch/>")), "");
    EXPECT_NE(told(with(batch("", "", one), "BatchId>B-1</BatchId", "MessageId>B-1</MessageId")),
              "");
}

// What integrators read names every body, and leaves no button of the manual without an answer.
TEST(Page, NamesEveryBody) {
    const std::string schema = file_bytes("xsd/permitd-mep-1.xsd");
    const std::string page = file_bytes("xsd/README.md");
    const std::string mark = "<xs:element name=\"";
    const std::size_t end = schema.find("</xs:group>");
    std::size_t seen = 0;
    for (std::size_t at = schema.find(mark, schema.find("<xs:group name=\"Body\"")); at < end;
         at = schema.find(mark, at + 1), ++seen) {
        const std::size_t begin = at + mark.size();
        const std::string name = schema.substr(begin, schema.find('"', begin) - begin);
        EXPECT_NE(page.find("\n| `" + name), std::string::npos) << name;
    }
    EXPECT_EQ(seen, 25U);
}

TEST(Page, NoButtonOfTheManualIsWithoutMessageReceiptAndJourney) {
    std::istringstream page{file_bytes("xsd/README.md")};
    std::set<std::string> chapters;
    std::size_t rows = 0;
    std::string line;
    while (std::getline(page, line) && !line.starts_with("| chapter |")) continue;
    std::getline(page, line);
    while (std::getline(page, line) && line.starts_with("|")) {
        std::vector<std::string> cells;
        std::istringstream row{line.substr(1)};
        for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
        ASSERT_EQ(cells.size(), 5U) << line;
        for (const std::string& cell : cells) EXPECT_GT(cell.size(), 2U) << line;
        EXPECT_NE(cells[4].find('`'), std::string::npos) << line;
        chapters.insert(cells[0]);
        ++rows;
    }
    EXPECT_EQ(chapters.size(), 7U);
    EXPECT_GE(rows, 38U);
}

TEST(Samples, EveryValidOneIsValid) {
    std::set<std::string> roots;
    for (const auto& each : std::filesystem::directory_iterator{std::string{PERMITD_SOURCE} +
                                                                "/tests/journeys/samples/valid"}) {
        const Parsed parsed = parser().parse(sample("valid/" + each.path().filename().string()));
        EXPECT_EQ(codes(parsed), "") << each.path();
        ASSERT_TRUE(parsed.root) << each.path();
        roots.insert(parsed.root->name == "Message" ? parsed.root->children.back().name
                                                    : parsed.root->name);
    }
    EXPECT_EQ(roots.size(), 17U);
}

}  // namespace
}  // namespace xml
