// Holds messages.md 3.2 (defaults), 5 (findings) and 6 (save, totals), and that judging is pure.
#include <algorithm>
#include <filesystem>

#include "fixture.hpp"
#include "validate/rules.hpp"

namespace {

using namespace testing_xml;
using base::Element;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const std::string body = "/Message/LicenceApplication";

std::vector<std::string> names(const Element& element) {
    std::vector<std::string> out;
    for (const Element& each : element.children) out.push_back(each.name);
    return out;
}

Element registration(const char* trading_right = "true") {
    return read_xml(std::string("<Enterprise><Uscc>91110108MA0000015T</Uscc><Name>registered</Name>"
                                "<Region>110108</Region><TradingRight>") +
                    trading_right + "</TradingRight></Enterprise>");
}

// Only what an application must hold.
const std::string least =
    R"(<Message>
<Header><MessageId>M-1</MessageId><Sender>91110108MA0000015T</Sender></Header>
<LicenceApplication function="submit"><ApplicationRef>PO-1</ApplicationRef><Year>2026</Year>
<Handler><Mobile>13800138000</Mobile></Handler><CustomsOffice>2200</CustomsOffice>
<TradingCountry>KOR</TradingCountry><OriginCountry>KOR</OriginCountry>
<UsageMode>multi-batch</UsageMode>
<SingleMachine><CommodityCode>8457101000</CommodityCode>
<Condition>new</Condition><Currency>JPY</Currency>
<Specification><Model>A</Model><Quantity>3</Quantity><UnitPrice>1000.5</UnitPrice></Specification>
<Specification><Model>B</Model><Quantity>1</Quantity><UnitPrice>0.4999</UnitPrice></Specification>
</SingleMachine></LicenceApplication></Message>)";

TEST(Judge, FillsInWhatTheSenderLeftOutInTheSchemasOrder) {
    validate::Facts facts = facts_on();
    facts.registration = registration();
    const auto judgement = validate::judge(message_from(least), facts);
    EXPECT_THAT(codes(judgement), IsEmpty());
    const Element& filled = judgement.body;
    EXPECT_THAT(names(filled),
                ElementsAre("ApplicationRef", "Year", "Importer", "EndUser", "Handler", "TradeMode",
                            "ForeignExchangeSource", "GoodsUse", "CustomsOffice", "TradingCountry",
                            "OriginCountry", "UsageMode", "SingleMachine", "Totals"));
    EXPECT_EQ(filled.text_at("TradeMode"), "10");
    EXPECT_EQ(filled.text_at("ForeignExchangeSource"), "01");
    EXPECT_EQ(filled.text_at("GoodsUse"), "01");
    EXPECT_THAT(names(*filled.child("Importer")), ElementsAre("Code", "Uscc", "Name"));
    EXPECT_EQ(filled.text_at("Importer/Code"), "1101MA0000015");
    EXPECT_EQ(filled.text_at("Importer/Uscc"), "91110108MA0000015T");
    EXPECT_EQ(filled.text_at("Importer/Name"), "registered");
    EXPECT_THAT(names(*filled.child("EndUser")), ElementsAre("Uscc", "Name", "Region"));
    EXPECT_EQ(filled.text_at("EndUser/Region"), "110108");
    const Element& machine = *filled.child("SingleMachine");
    EXPECT_THAT(names(machine),
                ElementsAre("CommodityCode", "Condition", "Currency", "Specification",
                            "Specification", "CommodityName", "Unit"));
    EXPECT_EQ(machine.text_at("CommodityName"), "立式加工中心");
    EXPECT_EQ(machine.text_at("Unit"), "001");
    // Yen have no minor units: 3001.5 and 0.4999 are rounded half up before they are summed up.
    EXPECT_EQ(machine.all("Specification")[0]->text_at("Amount"), "3002");
    EXPECT_EQ(machine.all("Specification")[0]->text_at("AmountUsd"), "20.17");
    EXPECT_EQ(machine.all("Specification")[1]->text_at("Amount"), "0");
    EXPECT_EQ(machine.all("Specification")[1]->text_at("AmountUsd"), "0.00");
    EXPECT_THAT(names(*filled.child("Totals")), ElementsAre("Quantity", "Amount", "AmountUsd"));
    EXPECT_EQ(filled.text_at("Totals/Quantity"), "4");
    EXPECT_EQ(filled.text_at("Totals/Amount"), "3002");
    EXPECT_EQ(filled.text_at("Totals/AmountUsd"), "20.17");
    const std::string machine_path = body + "/SingleMachine";
    EXPECT_THAT(judgement.defaults,
                ElementsAre(body + "/Importer", body + "/EndUser", body + "/TradeMode",
                            body + "/ForeignExchangeSource", body + "/GoodsUse",
                            machine_path + "/CommodityName", machine_path + "/Unit",
                            machine_path + "/Specification/Amount",
                            machine_path + "/Specification/AmountUsd",
                            machine_path + "/Specification[2]/Amount",
                            machine_path + "/Specification[2]/AmountUsd", body + "/Totals"));
}

TEST(Judge, TheImporterIsThatOfTheNewestApprovedApplicationElseOfTheRegistration) {
    validate::Facts facts = facts_on();
    facts.registration = registration("false");
    const auto importer = [&](const std::string& text) {
        const auto judgement = validate::judge(message_from(text), facts);
        EXPECT_THAT(codes(judgement), IsEmpty());
        const Element* found = judgement.body.child("Importer");
        return std::string(found->text_at("Code")) + " " + std::string(found->text_at("Name"));
    };
    EXPECT_EQ(importer(least), "9999MA0000015 registered");
    facts.importer = read_xml("<Importer><Code>1100MA0000015</Code><Name>newest</Name></Importer>");
    EXPECT_EQ(importer(least), "1100MA0000015 newest");
    facts.registration->child("Name")->text = "renamed";
    const auto given = [&](const char* code) {
        return changed(least, {{"<Handler>", std::string("<Importer><Code>") + code +
                                                 "</Code></Importer><Handler>"}});
    };
    EXPECT_EQ(importer(given("1100MA0000015")), "1100MA0000015 newest");
    EXPECT_EQ(importer(given("4403MA0000015")), "4403MA0000015 renamed");
    EXPECT_EQ(importer(given("4403717850504")), "4403717850504 ");
    facts.importer.reset();
    facts.registration = read_xml(
        "<Enterprise><Uscc>91110108MA0000015T</Uscc><OrganizationCode>MA0000015</OrganizationCode>"
        "<Name>r</Name><Region>310115</Region><TradingRight>1</TradingRight></Enterprise>");
    EXPECT_EQ(importer(least), "3101MA0000015 r");
}

TEST(Judge, AnEndUserWhoIsTheSenderIsCompleted) {
    validate::Facts facts = facts_on();
    facts.registration = registration();
    const auto end_user = [&](const char* uscc) {
        const std::string text = changed(
            least,
            {{"<Handler>", std::string("<EndUser><Uscc>") + uscc + "</Uscc></EndUser><Handler>"}});
        return validate::judge(message_from(text), facts);
    };
    const auto own = end_user("91110108MA0000015T");
    EXPECT_EQ(own.body.text_at("EndUser/Name"), "registered");
    EXPECT_THAT(own.defaults, testing::Contains(body + "/EndUser/Region"));
    EXPECT_EQ(end_user("91440300717850504F").body.child("EndUser")->children.size(), 1u);
}

TEST(Judge, AProjectGetsItsDollarsAndTotals) {
    const std::size_t from = application_text.find("<SingleMachine>");
    const std::size_t to = application_text.find("<Attachment");
    const std::string text =
        changed(application_text, {{application_text.substr(from, to - from), project_text}});
    const auto judgement = validate::judge(message_from(text), facts_on());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_EQ(judgement.body.text_at("Project/AmountUsd"), "1462500.00");
    EXPECT_EQ(judgement.body.child("Project")->children.back().name, "AmountUsd");
    EXPECT_THAT(names(*judgement.body.child("Totals")), ElementsAre("Amount", "AmountUsd"));
    EXPECT_EQ(judgement.body.text_at("Totals/Amount"), "1250000.00");
    EXPECT_THAT(judgement.defaults, ElementsAre(body + "/Project/AmountUsd", body + "/Totals"));
}

TEST(Judge, WhatTheSenderGaveStands) {
    const std::string text = changed(application_text, {{"<Amount>100.25", "<Amount>100.26"},
                                                        {"<Amount>200.50", "<Amount>200.51"},
                                                        {"<Amount>200.50", "<Amount>200.51"}});
    const auto judgement = validate::judge(message_from(text), facts_on());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_EQ(judgement.body.text_at("SingleMachine/Specification/Amount"), "100.26");
    EXPECT_EQ(judgement.body.text_at("Totals/Amount"), "200.51");
    EXPECT_THAT(judgement.defaults,
                ElementsAre(body + "/SingleMachine/CommodityName", body + "/SingleMachine/Unit"));
}

TEST(Judge, WhiteSpaceAndAliasesAreGone) {
    const auto judgement = validate::judge(
        message_from(changed(application_text, {{"<Currency>USD", "<Currency>\n RMB\t"},
                                                {"<Currency>USD", "<Currency>RMB"},
                                                {"<TradeMode>10", "<TradeMode> 10 "},
                                                {"<AmountUsd>100.25</AmountUsd>", ""},
                                                {"<AmountUsd>100.25</AmountUsd>", ""},
                                                {"<AmountUsd>200.50</AmountUsd>", ""}})),
        facts_on());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_EQ(judgement.body.text_at("SingleMachine/Currency"), "CNY");
    EXPECT_EQ(judgement.body.text_at("Contract/Currency"), "CNY");
    EXPECT_EQ(judgement.body.text_at("TradeMode"), "10");
    EXPECT_EQ(judgement.body.text_at("Totals/AmountUsd"), "28.32");
}

// Also after the filled-in body was kept, and whether or not it came from a file.
TEST(Judge, JudgingWhatWasJudgedChangesNothing) {
    validate::Facts facts = facts_on();
    facts.registration = registration();
    for (const std::string& text : {least, application_text}) {
        edi::Message message = message_from(text);
        const auto first = validate::judge(message, facts);
        message.body = first.body;
        const auto second = validate::judge(message, facts);
        EXPECT_EQ(second.body, first.body);
        EXPECT_EQ(second.defaults, first.defaults);
        EXPECT_EQ(second.findings, first.findings);
    }
}

void forget_positions(Element& element) {
    element.position = {};
    for (Element& each : element.children) forget_positions(each);
}

TEST(Judge, ABodyOfOurOwnMakingIsTakenAsItStands) {
    edi::Message message = message_from(application_text);
    forget_positions(message.body);
    const auto judgement = validate::judge(message, facts_on());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_EQ(judgement.body.text_at("Importer/Name"), "importer");
    message.body = judgement.body;
    EXPECT_EQ(validate::judge(message, facts_on()).body, judgement.body);
}

TEST(Judge, AStoredDraftIsFilledInAnewWithTheRatesOfTheDay) {
    validate::Facts facts = facts_on("2026-06-30T12:00:00+08:00");
    facts.registration = registration();
    edi::Message message = message_from(least);
    message.body = validate::judge(message, facts).body;
    EXPECT_EQ(message.body.text_at("Totals/AmountUsd"), "19.96");
    facts.now = *base::parse_time("2026-07-01T00:00:00+08:00");
    const auto later = validate::judge(message, facts);
    EXPECT_THAT(codes(later), IsEmpty());
    EXPECT_EQ(later.body.text_at("Totals/AmountUsd"), "20.17");
}

TEST(Judge, OnSaveRulesWarnButAttachmentsDoNotPass) {
    const std::vector<Change> wrong{{"function=\"submit\"", "function=\"save\""},
                                    {"<Year>2026", "<Year>2019"},
                                    {"<TradeMode>10", "<TradeMode>98"},
                                    {"<Totals><Quantity>4", "<Totals><Quantity>5"}};
    const auto saved = validate::judge(message_from(changed(application_text, wrong)), facts_on());
    EXPECT_THAT(codes(saved), ElementsAre("RULE-YEAR", "RULE-CODE-UNKNOWN", "RULE-TOTALS"));
    EXPECT_THAT(saved.findings, Each(Field(&base::Finding::severity, base::Severity::Warning)));
    EXPECT_TRUE(saved.acceptable());

    const auto named = validate::judge(
        message_from(changed(application_text, {wrong[0], {"contract.pdf", "(.pdf"}})), facts_on());
    EXPECT_THAT(codes(named), ElementsAre("RULE-ATTACHMENT-NAME"));
    EXPECT_FALSE(named.acceptable());

    std::vector<Change> submitted{wrong.begin() + 1, wrong.end()};
    EXPECT_FALSE(validate::judge(message_from(changed(application_text, submitted)), facts_on())
                     .acceptable());
}

TEST(Judge, FindingsStandInTheDocumentsOrderWithPlaceAndValue) {
    const std::string long_model(300, 'm');
    const auto judgement = validate::judge(
        message_from(changed(application_text, {{"<Year>2026", "<Year>2019"},
                                                {"<Condition>new", "<Condition>used"},
                                                {"VMC-2 2018", long_model},
                                                {"contract.pdf", "(.pdf"}})),
        facts_on());
    ASSERT_THAT(codes(judgement),
                ElementsAre("RULE-YEAR", "RULE-USED-YEAR", "RULE-ATTACHMENT-NAME"));
    EXPECT_EQ(judgement.findings[0].position, (base::Position{6, 7}));
    EXPECT_EQ(judgement.findings[1].value, long_model.substr(0, 200));
    EXPECT_EQ(judgement.findings[1].path, body + "/SingleMachine/Specification[2]/Model");
}

TEST(Judge, TellsAHundredFindingsAndNoErrorIsCrowdedOut) {
    std::string lines;
    for (int i = 0; i < 500; ++i)
        lines +=
            "<Specification><Model>A</Model><Quantity>1</Quantity><UnitPrice>0</UnitPrice>"
            "</Specification>";
    const std::vector<Change> changes{{"<Specification>", lines + "<Specification>"},
                                      {"contract.pdf", "(.pdf"}};
    const auto judgement =
        validate::judge(message_from(changed(application_text, changes)), facts_on());
    ASSERT_EQ(judgement.findings.size(), base::findings_max);
    EXPECT_THAT(codes(judgement), testing::Contains("RULE-TOTALS"));
    EXPECT_EQ(codes(judgement).back(), "RULE-ATTACHMENT-NAME");
}

TEST(Judge, NoCatalogueAndNoRatesAreNeverTheSendersFault) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("permitd-judge-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::copy(std::string(PERMITD_SOURCE) + "/config/codes", folder);
    std::filesystem::remove(folder / "commodities.csv");
    std::filesystem::remove(folder / "exchange-rates.csv");
    const auto lists = edi::Lists::load(folder.string());
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(lists) << lists.fault().text;
    const auto judgement = validate::judge(message_from(application_text),
                                           facts_on("2026-11-22T09:30:00+08:00", *lists));
    EXPECT_THAT(codes(judgement),
                testing::UnorderedElementsAre("RULE-COMMODITY-UNCHECKED", "RULE-RATE-MISSING"));
    EXPECT_TRUE(judgement.acceptable());
    EXPECT_EQ(judgement.body.at("SingleMachine/Unit"), nullptr);
    // What the sender gave is neither checked nor taken away.
    EXPECT_EQ(judgement.body.text_at("Totals/AmountUsd"), "200.50");
}

TEST(Judge, RegistrationsAndAddedAttachmentsAreJudgedToo) {
    const std::string text =
        R"(<Message>
<Header><MessageId>M</MessageId><Sender>91110108MA0000015T</Sender></Header>
<EnterpriseRegistration function="submit"><Enterprise><Uscc>91110108MA0000015U</Uscc>
<OrganizationCode>717850504</OrganizationCode>
<AuthorityLevel>7</AuthorityLevel><EntityType>3</EntityType>
<Region>110108</Region></Enterprise>
<LicensingAccount><LicensingOffice>110001</LicensingOffice></LicensingAccount>
</EnterpriseRegistration></Message>)";
    EXPECT_THAT(codes(validate::judge(message_from(text), facts_on())),
                ElementsAre("RULE-USCC-CHECK", "RULE-ORG-CODE-MISMATCH", "RULE-CODE-UNKNOWN",
                            "RULE-CODE-UNKNOWN"));
    const std::string added =
        R"(<Message>
<Header><MessageId>M</MessageId><Sender>91110108MA0000015T</Sender></Header>
<AttachmentAdd><ApplicationRef>A</ApplicationRef>
<Attachment name="(.pdf" mediaType="application/pdf">JVBERi0xLjQ=</Attachment>
</AttachmentAdd></Message>)";
    EXPECT_THAT(codes(validate::judge(message_from(added), facts_on())),
                ElementsAre("RULE-ATTACHMENT-NAME"));
    const std::string query =
        R"(<Message>
<Header><MessageId>M</MessageId><Sender>91110108MA0000015T</Sender></Header>
<ApplicationQuery><ApplicationRef>A</ApplicationRef></ApplicationQuery></Message>)";
    const auto judged = validate::judge(message_from(query), facts_on());
    EXPECT_THAT(codes(judged), IsEmpty());
    EXPECT_THAT(judged.defaults, IsEmpty());
}

// Any subset of an application's elements is judged without a crash: drafts of the schema's minimum
// and torn trees alike.
TEST(Judge, NoPartIsTakenForGranted) {
    const edi::Message whole = message_from(application_text);
    for (std::size_t i = 0; i < whole.body.children.size(); ++i) {
        edi::Message torn = whole;
        torn.body.children.erase(torn.body.children.begin() + static_cast<long>(i));
        (void)validate::judge(torn, facts_on());
        const std::size_t inner = whole.body.children[i].children.size();
        for (std::size_t j = 0; j < inner; ++j) {
            torn = whole;
            auto& parts = torn.body.children[i].children;
            parts.erase(parts.begin() + static_cast<long>(j));
            (void)validate::judge(torn, facts_on());
            if (whole.body.children[i].children[j].children.empty()) continue;
            torn = whole;
            torn.body.children[i].children[j].children.clear();
            (void)validate::judge(torn, facts_on());
        }
        torn = whole;
        torn.body.children[i].children.clear();
        torn.body.children[i].text = "\xff\xfe nonsense";
        (void)validate::judge(torn, facts_on());
    }
    edi::Message empty = whole;
    empty.body.children.clear();
    EXPECT_FALSE(validate::judge(empty, facts_on()).acceptable());
}

}  // namespace
