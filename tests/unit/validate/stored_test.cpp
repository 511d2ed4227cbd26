// Holds messages.md 3.2: what is stored is judged anew when it is submitted or gets attachments.
#include "base/hash.hpp"
#include "case.hpp"

namespace {

using namespace testing_xml;
using base::Element;
using base::Finding;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string reference_path = "/Message/ApplicationSubmit/ApplicationRef[2]";
const base::Position reference_at{5, 40};
const std::string saved_text =
    changed(application_text, {{"function=\"submit\"", "function=\"save\""}});

// The draft that a save on that day left behind.
Element draft(const std::string& text, const validate::Facts& facts = facts_on()) {
    return validate::judge(message_from(text), facts).body;
}

validate::Judgement submitted(const Element& stored, const validate::Facts& facts = facts_on()) {
    return validate::judge_stored(stored, reference_path, reference_at, facts);
}

std::string argument(const Finding& finding, std::string_view name) {
    for (const base::Argument& each : finding.arguments)
        if (each.name == name) return each.value;
    return "(none)";
}

TEST(Stored, AGoodDraftIsAcceptedAsIfItWereSubmitted) {
    const auto judgement = submitted(draft(saved_text));
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_TRUE(judgement.acceptable());
    EXPECT_EQ(judgement.body.attribute("function"), "submit");
    EXPECT_EQ(judgement.body.children, draft(application_text).children);
    EXPECT_THAT(judgement.defaults,
                ElementsAre("SingleMachine/CommodityName", "SingleMachine/Unit"));
}

TEST(Stored, WhatASaveOnlyWarnedOfIsAnError) {
    const std::string text = changed(saved_text, {{"<TradeMode>10", "<TradeMode>98"}});
    const auto saved = validate::judge(message_from(text), facts_on());
    ASSERT_THAT(codes(saved), ElementsAre("RULE-CODE-UNKNOWN"));
    EXPECT_TRUE(saved.acceptable());
    const auto judgement = submitted(saved.body);
    ASSERT_THAT(codes(judgement), ElementsAre("RULE-CODE-UNKNOWN"));
    EXPECT_FALSE(judgement.acceptable());
}

// Lines and columns of the file that brought the draft would mislead who reads the receipt.
TEST(Stored, FindingsStandWhereTheMessageNamesTheApplication) {
    const auto judgement = submitted(
        draft(changed(saved_text, {{"<Year>2026", "<Year>2019"},
                                   {"<Condition>new", "<Condition>used"},
                                   {"VMC-2 2018", "VMC-2"},
                                   {"<EndUser><Uscc>91440300717850504F</Uscc><Name>user</Name>"
                                    "<Region>440300</Region></EndUser>",
                                    ""}})));
    ASSERT_THAT(codes(judgement),
                ElementsAre("RULE-NO-REGISTRATION", "RULE-YEAR", "RULE-USED-YEAR"));
    for (const Finding& each : judgement.findings) {
        EXPECT_EQ(each.path, reference_path);
        EXPECT_EQ(each.position, reference_at);
    }
    EXPECT_EQ(argument(judgement.findings[0], "place"), "EndUser");
    EXPECT_EQ(judgement.findings[0].value, "EndUser");
    EXPECT_EQ(argument(judgement.findings[1], "place"), "Year");
    EXPECT_EQ(judgement.findings[1].value, "Year: 2019");
    // The texts speak of the value alone.
    EXPECT_EQ(argument(judgement.findings[1], "value"), "2019");
    EXPECT_EQ(judgement.findings[2].value, "SingleMachine/Specification[2]/Model: VMC-2");
}

TEST(Stored, ALongValueIsCutBehindItsPlace) {
    const auto judgement =
        submitted(draft(changed(saved_text, {{"<Condition>new", "<Condition>used"},
                                             {"VMC-1 2018", std::string(255, 'm')}})));
    ASSERT_THAT(codes(judgement), ElementsAre("RULE-USED-YEAR"));
    EXPECT_EQ(judgement.findings[0].value.size(), 200U);
    EXPECT_THAT(judgement.findings[0].value,
                testing::StartsWith("SingleMachine/Specification/Model: mmm"));
}

Element registration(const char* region = "110108", const char* trading_right = "true") {
    return read_xml(std::string("<Enterprise><Uscc>91110108MA0000015T</Uscc><Name>registered</Name>"
                                "<Region>") +
                    region + "</Region><TradingRight>" + trading_right +
                    "</TradingRight></Enterprise>");
}

// Nothing given but what must be; USD and importer are permitd's own.
const std::string least =
    R"(<Message>
<Header><MessageId>M-1</MessageId><Sender>91110108MA0000015T</Sender></Header>
<LicenceApplication function="save"><ApplicationRef>PO-1</ApplicationRef><Year>2026</Year>
<Handler><Mobile>13800138000</Mobile></Handler><CustomsOffice>2200</CustomsOffice>
<TradingCountry>KOR</TradingCountry><OriginCountry>KOR</OriginCountry>
<UsageMode>multi-batch</UsageMode>
<SingleMachine><CommodityCode>8457101000</CommodityCode>
<Condition>new</Condition><Currency>JPY</Currency>
<Specification><Model>A</Model><Quantity>3</Quantity><UnitPrice>1000.5</UnitPrice></Specification>
</SingleMachine></LicenceApplication></Message>)";

validate::Facts in_june() {
    validate::Facts facts = facts_on("2026-06-30T12:00:00+08:00");
    facts.registration = registration();
    return facts;
}
validate::Facts in_july() {
    validate::Facts facts = facts_on("2026-07-01T00:00:00+08:00");
    facts.registration = registration("310115", "false");
    return facts;
}

void expect_filled_in_anew(const Element& stored) {
    const auto judgement = submitted(stored, in_july());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_EQ(judgement.body.text_at("Totals/AmountUsd"), "20.17");
    EXPECT_EQ(judgement.body.text_at("Importer/Code"), "9999MA0000015");
    EXPECT_EQ(judgement.body.text_at("EndUser/Region"), "310115");
    EXPECT_THAT(judgement.defaults,
                testing::IsSupersetOf({"Importer", "EndUser", "TradeMode",
                                       "SingleMachine/Specification/AmountUsd", "Totals"}));
    const auto again = submitted(judgement.body, in_july());
    EXPECT_EQ(again.body, judgement.body);
    EXPECT_EQ(again.defaults, judgement.defaults);
}

TEST(Stored, IsFilledInAnewWithTheListsAndTheRegistrationOfTheDay) {
    const Element stored = draft(least, in_june());
    ASSERT_EQ(stored.text_at("Totals/AmountUsd"), "19.96");
    ASSERT_EQ(stored.text_at("Importer/Code"), "1101MA0000015");
    expect_filled_in_anew(stored);
}

TEST(Stored, SoIsACopyUnderAnotherReference) {
    Element copy = draft(least, in_june());
    *copy.child("ApplicationRef") = {"ApplicationRef", "PO-2"};
    ASSERT_EQ(copy.child("ApplicationRef")->position.line, 0U);
    expect_filled_in_anew(copy);
    EXPECT_EQ(submitted(copy, in_july()).body.text_at("ApplicationRef"), "PO-2");
}

TEST(Stored, SoIsOneWithAttachmentsAddedWhereverTheyCameFrom) {
    Element stored = draft(least, in_june());
    const Element sent = *message_from(application_text).body.child("Attachment");
    Element made = sent;
    made.position = {};
    made.attributes[0].value = "made.pdf";
    stored.children.push_back(sent);
    stored.children.push_back(made);
    expect_filled_in_anew(stored);
    EXPECT_EQ(submitted(stored, in_july()).body.all("Attachment").size(), 2U);
}

TEST(Stored, WhatTheSenderGaveStays) {
    const Element stored = draft(
        changed(least,
                {{"<Handler>",
                  "<Importer><Code>1101MA0000015</Code></Importer><EndUser>"
                  "<Uscc>91440300717850504F</Uscc></EndUser><Handler>"},
                 {"</UnitPrice>", "</UnitPrice><Amount>3001</Amount>"},
                 {"</SingleMachine>", "</SingleMachine><Totals><Amount>3001</Amount></Totals>"},
                 {"<CustomsOffice>", "<TradeMode>39</TradeMode><CustomsOffice>"}}),
        in_june());
    ASSERT_EQ(stored.text_at("Importer/Name"), "registered");
    const auto judgement = submitted(stored, in_july());
    EXPECT_THAT(codes(judgement), IsEmpty());
    EXPECT_EQ(judgement.body.text_at("Importer/Code"), "1101MA0000015");
    EXPECT_EQ(judgement.body.child("EndUser")->children.size(), 1U);
    EXPECT_EQ(judgement.body.text_at("SingleMachine/Specification/Amount"), "3001");
    EXPECT_EQ(judgement.body.text_at("Totals/Amount"), "3001");
    EXPECT_EQ(judgement.body.text_at("Totals/AmountUsd"), "20.17");
    EXPECT_EQ(judgement.body.text_at("TradeMode"), "39");
    EXPECT_THAT(judgement.defaults,
                testing::IsSupersetOf({"Importer/Uscc", "Importer/Name", "Totals/AmountUsd"}));
    EXPECT_THAT(judgement.defaults, testing::Not(testing::Contains("TradeMode")));
}

TEST(Stored, APartLeftToARegistrationThatIsNotThereIsMissing) {
    const Element stored = draft(least);
    EXPECT_THAT(codes(submitted(stored)),
                ElementsAre("RULE-NO-REGISTRATION", "RULE-NO-REGISTRATION"));
    validate::Facts facts = facts_on();
    facts.registration = registration();
    EXPECT_THAT(codes(submitted(stored, facts)), IsEmpty());
    // The importer of an approved application fills in one of the two.
    facts = facts_on();
    facts.importer =
        read_xml("<Importer><Code>1100MA0000015</Code><Uscc>91110108MA0000015T</Uscc></Importer>");
    const auto judgement = submitted(stored, facts);
    ASSERT_THAT(codes(judgement), ElementsAre("RULE-NO-REGISTRATION"));
    EXPECT_EQ(argument(judgement.findings[0], "place"), "EndUser");
    EXPECT_EQ(judgement.body.text_at("Importer/Code"), "1100MA0000015");
}

TEST(Stored, ADraftOfTheOldYearIsTooLateInTheNew) {
    const auto judgement = submitted(draft(saved_text), facts_on("2027-01-01T00:00:00+08:00"));
    EXPECT_THAT(codes(judgement), testing::Contains("RULE-YEAR"));
    EXPECT_FALSE(judgement.acceptable());
}

std::string file(const std::string& name, std::size_t bytes) {
    std::string content = "%PDF-";
    content.resize(bytes, 'x');
    return "<Attachment name=\"" + name + "\" mediaType=\"application/pdf\">" +
           base::base64(content) + "</Attachment>";
}

edi::Message adding(const std::string& files) {
    return message_from(
        "<Message>\n<Header><MessageId>M</MessageId><Sender>91110108MA0000015T</Sender></Header>\n"
        "<AttachmentAdd><ApplicationRef>PO-1</ApplicationRef>" +
        files + "</AttachmentAdd></Message>");
}

Element application_with(const std::string& files) {
    return read_xml("<LicenceApplication function=\"save\"><ApplicationRef>PO-1</ApplicationRef>" +
                    files + "</LicenceApplication>");
}

const std::string add_path = "/Message/AttachmentAdd";

TEST(Attachments, ANameThatTheApplicationHasAlreadyIsThereTwice) {
    const Element stored = application_with(file("a.pdf", 9) + file("b.pdf", 9));
    const auto good = validate::judge_attachments(adding(file("c.pdf", 9)), stored);
    EXPECT_THAT(codes(good), IsEmpty());
    EXPECT_EQ(good.body.name, "AttachmentAdd");
    const auto twice =
        validate::judge_attachments(adding(file("c.pdf", 9) + file("b.pdf", 9)), stored);
    ASSERT_THAT(codes(twice), ElementsAre("RULE-ATTACHMENT-TWICE"));
    EXPECT_FALSE(twice.acceptable());
    EXPECT_EQ(twice.findings[0].path, add_path + "/Attachment[2]");
    EXPECT_EQ(twice.findings[0].value, "b.pdf");
    EXPECT_EQ(twice.findings[0].position.line, 3U);
    EXPECT_EQ(argument(twice.findings[0], "name"), "b.pdf");
    EXPECT_THAT(codes(validate::judge(adding(file("c.pdf", 9) + file("b.pdf", 9)), facts_on())),
                IsEmpty());
}

TEST(Attachments, TogetherTheyHaveTwelveMebibytesAtMost) {
    std::string eleven;
    for (int i = 0; i < 11; ++i) eleven += file(std::to_string(i) + ".pdf", 1'048'576);
    const Element stored = application_with(eleven);
    const auto full = validate::judge_attachments(adding(file("a.pdf", 1'048'576)), stored);
    EXPECT_THAT(codes(full), IsEmpty());
    const auto beyond = validate::judge_attachments(
        adding(file("a.pdf", 1'048'576) + file("b.pdf", 5) + file("c.pdf", 5)), stored);
    ASSERT_THAT(codes(beyond), ElementsAre("RULE-ATTACHMENT-SIZE"));
    EXPECT_EQ(beyond.findings[0].variant, "together");
    EXPECT_EQ(beyond.findings[0].path, add_path + "/Attachment[2]");
    EXPECT_EQ(argument(beyond.findings[0], "bytes"), "12582917");
}

TEST(Attachments, WhatIsWrongWithTheMessageAloneIsToldToo) {
    const auto judgement = validate::judge_attachments(
        adding(file("(.pdf", 9) + file("a.pdf", 9) + file("a.pdf", 9)), application_with(""));
    EXPECT_THAT(codes(judgement), ElementsAre("RULE-ATTACHMENT-NAME", "RULE-ATTACHMENT-TWICE"));
    EXPECT_EQ(judgement.findings[1].path, add_path + "/Attachment[3]");
}

// One that was stored when other rules held is not the new ones' fault.
TEST(Attachments, WhatIsStoredIsNotToldAgain) {
    const Element stored = application_with(file("(.pdf", 9) + file("(.pdf", 9));
    EXPECT_THAT(codes(validate::judge_attachments(adding(file("a.pdf", 9)), stored)), IsEmpty());
}

}  // namespace
