// Holds messages.md 6 for registrations and queries: each rule both ways.
#include "case.hpp"

namespace {

using namespace testing_xml;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const std::string registration_text =
    R"(<Message>
<Header><MessageId>M</MessageId><Sender>91110108MA0000015T</Sender></Header>
<EnterpriseRegistration function="submit"><Enterprise><Uscc>91110108MA0000015T</Uscc>
<OrganizationCode>MA0000015</OrganizationCode><Name>n</Name>
<AuthorityLevel>2</AuthorityLevel><EntityType>3</EntityType><Region>110108</Region>
<Address>a</Address><RegisteredOn>2026-11-20</RegisteredOn><TradingRight>true</TradingRight>
</Enterprise>
<LicensingAccount><Password>secret</Password><ContactName>c</ContactName>
<Mobile>13900139000</Mobile><LicensingOffice>110000</LicensingOffice></LicensingAccount>
</EnterpriseRegistration></Message>)";

struct Registered {
    Change change;
    const char* code;
    const char* path;
    const char* value;
    const char* variant;
};

const Registered wrong[] = {
    {{"<Uscc>91110108MA0000015T", "<Uscc>91110108MA0000015U"},
     "RULE-USCC-CHECK",
     "/Enterprise/Uscc",
     "91110108MA0000015U",
     "check"},
    {{"<OrganizationCode>MA0000015", "<OrganizationCode>717850504"},
     "RULE-ORG-CODE-MISMATCH",
     "/Enterprise/OrganizationCode",
     "717850504",
     ""},
    {{"<Sender>91110108MA0000015T", "<Sender>91440300717850504F"},
     "RULE-ORG-CODE-MISMATCH",
     "/Enterprise/Uscc",
     "91110108MA0000015T",
     "sender"},
    {{"<AuthorityLevel>2", "<AuthorityLevel>7"},
     "RULE-CODE-UNKNOWN",
     "/Enterprise/AuthorityLevel",
     "7",
     ""},
    {{"<EntityType>3", "<EntityType>98"}, "RULE-CODE-UNKNOWN", "/Enterprise/EntityType", "98", ""},
    {{"<Region>110108", "<Region>990108"}, "RULE-CODE-UNKNOWN", "/Enterprise/Region", "990108", ""},
    {{"<LicensingOffice>110000", "<LicensingOffice>110001"},
     "RULE-CODE-UNKNOWN",
     "/LicensingAccount/LicensingOffice",
     "110001",
     ""},
};

TEST(Registration, AGoodOneHasNoFindings) {
    const auto judgement = validate::judge(message_from(registration_text), facts_on());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_THAT(judgement.defaults, IsEmpty());
    EXPECT_EQ(judgement.body.text_at("Enterprise/Uscc"), "91110108MA0000015T");
    const std::string without =
        changed(registration_text, {{"<OrganizationCode>MA0000015</OrganizationCode>", ""}});
    EXPECT_THAT(codes(validate::judge(message_from(without), facts_on())), IsEmpty());
}

TEST(Registration, EachMistakeIsToldOnce) {
    for (const Registered& each : wrong) {
        const auto judgement =
            validate::judge(message_from(changed(registration_text, {each.change})), facts_on());
        ASSERT_THAT(codes(judgement), ElementsAre(each.code)) << each.change.to;
        const base::Finding& finding = judgement.findings[0];
        EXPECT_EQ(finding.path, "/Message/EnterpriseRegistration" + std::string(each.path));
        EXPECT_EQ(finding.value, each.value);
        EXPECT_EQ(finding.variant, each.variant);
        EXPECT_GT(finding.position.line, 0U);
        EXPECT_FALSE(judgement.acceptable());
    }
}

TEST(Registration, OnSaveEveryRuleWarns) {
    for (const Registered& each : wrong) {
        const auto judgement = validate::judge(
            message_from(changed(registration_text, {each.change, {"submit", "save"}})),
            facts_on());
        ASSERT_THAT(codes(judgement), ElementsAre(each.code)) << each.change.to;
        EXPECT_THAT(judgement.findings,
                    Each(Field(&base::Finding::severity, base::Severity::Warning)));
        EXPECT_TRUE(judgement.acceptable());
    }
}

TEST(Registration, NoFindingShowsThePassword) {
    for (const Registered& each : wrong)
        for (const base::Finding& finding :
             validate::judge(message_from(changed(registration_text, {each.change})), facts_on())
                 .findings) {
            EXPECT_EQ(finding.value.find("secret"), std::string::npos);
            for (const base::Argument& argument : finding.arguments)
                EXPECT_EQ(argument.value.find("secret"), std::string::npos);
        }
}

TEST(Queries, ACodeListIsOneThatThereIs) {
    const auto asked = [](const std::string& list) {
        return validate::judge(
            message_from("<Message>\n<Header><MessageId>M</MessageId>"
                         "<Sender>91110108MA0000015T</Sender></Header>\n"
                         "<CodeListQuery><List>" +
                         list + "</List><Contains>x</Contains></CodeListQuery></Message>"),
            facts_on());
    };
    for (const char* list : {"countries", "customs-offices", "trade-modes", "units", " units "})
        EXPECT_THAT(codes(asked(list)), IsEmpty()) << list;
    for (const char* list : {"country", "Countries", "problems"}) {
        const auto judgement = asked(list);
        ASSERT_THAT(codes(judgement), ElementsAre("RULE-CODE-UNKNOWN")) << list;
        EXPECT_EQ(judgement.findings[0].variant, "list");
        EXPECT_EQ(judgement.findings[0].path, "/Message/CodeListQuery/List");
        EXPECT_EQ(judgement.findings[0].value, list);
        EXPECT_FALSE(judgement.acceptable());
    }
}

TEST(Queries, OthersHaveNoRules) {
    for (const char* body :
         {"<ApplicationListQuery><CommodityCode>9999</CommodityCode></ApplicationListQuery>",
          "<CommodityQuery><Year>1999</Year></CommodityQuery>",
          "<CustomsTransferQuery><State>SENT</State></CustomsTransferQuery>",
          "<LicenceBalanceQuery><LicenceNo>26-AA-100001</LicenceNo></LicenceBalanceQuery>",
          "<RegistrationStatusQuery/>",
          "<AccountBinding><Account>a</Account><Password>p</Password></AccountBinding>"}) {
        const auto judgement = validate::judge(
            message_from(std::string("<Message><Header><MessageId>M</MessageId><Sender>"
                                     "91110108MA0000015T</Sender></Header>") +
                         body + "</Message>"),
            facts_on());
        EXPECT_THAT(codes(judgement), IsEmpty()) << body;
        EXPECT_THAT(judgement.defaults, IsEmpty()) << body;
    }
}

}  // namespace
