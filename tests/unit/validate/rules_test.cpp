// Holds messages.md 6: every rule both ways, at the place it names.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/hash.hpp"
#include "fixture.hpp"
#include "validate/rules.hpp"

namespace {

using namespace testing_xml;
using base::Severity;
using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
    std::vector<Change> changes;
    const char* code;  // of the one finding; empty = none
    const char* path = "";
    const char* value = "";
    const char* variant = "";
    const char* now = "2026-11-22T09:30:00+08:00";
};

const std::string used = "<Condition>used<";
const std::string pdf = R"(<Attachment name="contract.pdf" mediaType="application/pdf">)";
const std::string pdf_whole = pdf + "JVBERi0xLjQKMSAwIG9iag==</Attachment>";
const std::string body = "/Message/LicenceApplication";

Change named(const std::string& name) {
    return {"name=\"contract.pdf\"", "name=\"" + name + "\""};
}
Change file(const std::string& name, const std::string& media_type, std::string_view bytes) {
    return {pdf_whole, "<Attachment name=\"" + name + "\" mediaType=\"" + media_type + "\">" +
                           base::base64(bytes) + "</Attachment>"};
}

void expect(const Case& each) {
    const std::string text = changed(application_text, each.changes);
    const auto judgement = validate::judge(message_from(text), facts_on(each.now));
    const std::string about = each.changes.empty() ? "unchanged" : each.changes.front().to;
    if (*each.code == '\0') {
        EXPECT_THAT(codes(judgement), IsEmpty()) << about;
        return;
    }
    ASSERT_THAT(codes(judgement), ElementsAre(each.code)) << about;
    const base::Finding& finding = judgement.findings.front();
    EXPECT_EQ(finding.path, body + each.path) << about;
    EXPECT_EQ(finding.value, each.value) << about;
    EXPECT_EQ(finding.variant, each.variant) << about;
    EXPECT_GT(finding.position.line, 0u) << about;
    const auto rules = validate::rules();
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const validate::Rule& row) {
        return row.code == std::string_view(each.code);
    });
    ASSERT_NE(rule, rules.end());
    EXPECT_EQ(finding.severity, rule->severity);
}

TEST(Rules, AGoodApplicationHasNoFindings) { expect({{}, ""}); }

TEST(Rules, Enterprise) {
    const Change no_uscc{"<Uscc>91110108MA0000015T</Uscc>", ""};
    const Case cases[] = {
        {{{"<Uscc>91110108MA0000015T", "<Uscc>91110108MA0000015U"}}, "RULE-USCC-CHECK",
         "/Importer/Uscc", "91110108MA0000015U", "check"},
        {{{"<Uscc>91440300717850504F", "<Uscc>91310115MA1H8R7C6D"}}, "RULE-USCC-CHECK",
         "/EndUser/Uscc", "91310115MA1H8R7C6D", "check"},
        // Its own check character is right, that of the organisation code inside is not.
        {{{"<Uscc>91440300717850504F", "<Uscc>91310115MA1H8R7C67"}}, "RULE-USCC-CHECK",
         "/EndUser/Uscc", "91310115MA1H8R7C67", "organisation"},
        {{{"<Code>1101MA0000015", "<Code>1101717850504"}}, "RULE-ORG-CODE-MISMATCH",
         "/Importer/Code", "1101717850504"},
        {{{"<Code>1101MA0000015", "<Code>9999MA0000015"}}, ""},
        {{{"<Code>1101MA0000015", "<Code>0000000000001"}}, ""},
        {{no_uscc}, ""},
        {{no_uscc, {"<Code>1101MA0000015", "<Code>1101MA0000016"}}, "RULE-ORG-CODE-MISMATCH",
         "/Importer/Code", "1101MA0000016", "check"},
        {{no_uscc, {"<Code>1101MA0000015", "<Code>0000000000001"}}, ""},
        {{{"<Importer><Code>1101MA0000015</Code><Uscc>91110108MA0000015T</Uscc><Name>importer"
           "</Name></Importer>",
           ""}},
         "RULE-NO-REGISTRATION", "/Importer"},
        {{{"<EndUser><Uscc>91440300717850504F</Uscc><Name>user</Name><Region>440300</Region>"
           "</EndUser>",
           ""}},
         "RULE-NO-REGISTRATION", "/EndUser"},
    };
    for (const Case& each : cases) expect(each);
}

// One line of that price in that currency, nothing given by the sender, no contract.
std::vector<Change> priced(const std::string& currency, const std::string& price) {
    const std::string amounts = "<Amount>100.25</Amount><AmountUsd>100.25</AmountUsd>";
    const std::string second = "<Specification><Model>VMC-2 2018</Model><Quantity>2</Quantity>"
                               "<UnitPrice>50.125</UnitPrice>" + amounts + "</Specification>\n";
    const std::string& text = application_text;
    const std::size_t from = text.find("<Totals>");
    const std::size_t to = text.find("<Attachment");
    return {{"<Currency>USD", "<Currency>" + currency},
            {second, ""},
            {amounts, ""},
            {"<Quantity>2<", "<Quantity>1<"},
            {"50.125", price},
            {text.substr(from, to - from), ""}};
}

TEST(Rules, EndUserAboveTwoMillionYuan) {
    const Change same{"<Uscc>91440300717850504F", "<Uscc>91110108MA0000015T"};
    const auto with = [&](std::vector<Change> changes, bool same_enterprise) {
        if (same_enterprise) changes.push_back(same);
        return changes;
    };
    const char* code = "RULE-END-USER";
    const char* place = "/EndUser/Uscc";
    const char* value = "91110108MA0000015T";
    const Case cases[] = {
        {with(priced("CNY", "2000000.01"), true), code, place, value},
        {with(priced("RMB", "2000000.01"), true), code, place, value},
        {with(priced("CNY", "2000000.00"), true), ""},
        {with(priced("CNY", "2000000.01"), false), ""},
        // 2,000,000 x 0.1412 = 282,400 dollars
        {with(priced("USD", "282400.01"), true), code, place, value},
        {with(priced("USD", "282400.00"), true), ""},
    };
    for (const Case& each : cases) expect(each);
    // By the enterprise code, where no USCC is given.
    auto changes = with(priced("CNY", "2000000.01"), true);
    changes.insert(changes.begin(), {"<Uscc>91110108MA0000015T</Uscc>", ""});
    expect({changes, code, place, value});
}

TEST(Rules, Codes) {
    const Case cases[] = {
        {{{"<TradeMode>10", "<TradeMode>98"}}, "RULE-CODE-UNKNOWN", "/TradeMode", "98"},
        {{{"<ForeignExchangeSource>01", "<ForeignExchangeSource>1"}}, "RULE-CODE-UNKNOWN",
         "/ForeignExchangeSource", "1"},
        {{{"<GoodsUse>01", "<GoodsUse>98"}}, "RULE-CODE-UNKNOWN", "/GoodsUse", "98"},
        {{{"</CustomsOffice>", "</CustomsOffice><CustomsOffice>9999</CustomsOffice>"}},
         "RULE-CODE-UNKNOWN", "/CustomsOffice[2]", "9999"},
        {{{"</CustomsOffice>", "</CustomsOffice><CustomsOffice>5200</CustomsOffice>"}}, ""},
        {{{"<TradingCountry>KOR", "<TradingCountry>XXX"}}, "RULE-CODE-UNKNOWN", "/TradingCountry",
         "XXX"},
        {{{"<OriginCountry>JPN", "<OriginCountry>jpn"}}, "RULE-CODE-UNKNOWN", "/OriginCountry",
         "jpn"},
        {{{"<Region>440300", "<Region>990300"}}, "RULE-CODE-UNKNOWN", "/EndUser/Region", "990300"},
        {{{"<Region>440300", "<Region>449999"}}, ""},
        {{{"<Currency>USD</Currency><Exp", "<Currency>XXX</Currency><Exp"}}, "RULE-CODE-UNKNOWN",
         "/Contract/Currency", "XXX"},
        {{{"<Country>KOR", "<Country>XXX"}}, "RULE-CODE-UNKNOWN",
         "/Contract/ForeignTrader/Country", "XXX"},
        {{{"<Country>JPN", "<Country>XXX"}}, "RULE-CODE-UNKNOWN",
         "/Contract/ForeignManufacturer/Country", "XXX"},
        {{{"</CustomsOffice>", "</CustomsOffice><CustomsOffice>2200</CustomsOffice>"}},
         "RULE-REPEATED", "/CustomsOffice[2]", "2200"},
        {{{"</TradingCountry>", "</TradingCountry><TradingCountry> KOR </TradingCountry>"}},
         "RULE-REPEATED", "/TradingCountry[2]", "KOR"},
        {{{"</OriginCountry>", "</OriginCountry><OriginCountry>JPN</OriginCountry>"}},
         "RULE-REPEATED", "/OriginCountry[2]", "JPN"},
        {{{"</OriginCountry>", "</OriginCountry><OriginCountry>KOR</OriginCountry>"}}, ""},
    };
    for (const Case& each : cases) expect(each);
    expect({priced("XXX", "1"), "RULE-CODE-UNKNOWN", "/SingleMachine/Currency", "XXX"});
}

TEST(Rules, ProjectCodes) {
    const std::size_t from = application_text.find("<SingleMachine>");
    const std::size_t to = application_text.find("<Attachment");
    const Change to_project{application_text.substr(from, to - from), project_text};
    const Case cases[] = {
        {{to_project}, ""},
        {{to_project, {"<Type>2", "<Type>8"}}, "RULE-CODE-UNKNOWN", "/Project/Type", "8"},
        {{to_project, {"<Industry>C", "<Industry>Z"}}, "RULE-CODE-UNKNOWN", "/Project/Industry",
         "Z"},
        {{to_project, {"CHF", "XXX"}}, "RULE-CODE-UNKNOWN", "/Project/Currency", "XXX"},
        // 1,250,000 x 1.17
        {{to_project, {"</Amount>", "</Amount><AmountUsd>1462500.01</AmountUsd>"}}, ""},
        {{to_project, {"</Amount>", "</Amount><AmountUsd>1462500.02</AmountUsd>"}}, "RULE-TOTALS",
         "/Project/AmountUsd", "1462500.02"},
        {{to_project, {"</Project>", "</Project><Totals><Amount>1250000</Amount></Totals>"}}, ""},
        {{to_project, {"</Project>", "</Project><Totals><Amount>1249999</Amount></Totals>"}},
         "RULE-TOTALS", "/Totals/Amount", "1249999"},
    };
    for (const Case& each : cases) expect(each);
}

TEST(Rules, Commodity) {
    const auto commodity = [](const char* code) { return Change{"8457101000", code}; };
    const char* place = "/SingleMachine/CommodityCode";
    const Case cases[] = {
        {{commodity("9999999999")}, "RULE-COMMODITY-UNKNOWN", place, "9999999999"},
        {{commodity("8430100000")}, "RULE-COMMODITY-NOT-LICENSED", place, "8430100000"},
        {{commodity("8703801090")}, ""},
        // In December next year's catalogue counts for next year's applications; none is loaded.
        {{{"<Year>2026", "<Year>2027"}}, "RULE-COMMODITY-UNCHECKED", place, "8457101000", "",
         "2026-12-01T00:00:00+08:00"},
        {{}, "", "", "", "", "2026-12-31T23:59:59+08:00"},
        {{commodity("8703801090"), {"<Condition>new<", used}}, "RULE-USED-FORBIDDEN",
         "/SingleMachine/Condition", "used"},
        {{{"<Condition>new<", used}}, ""},
        {{{"<Condition>new<", used}, {"VMC-2 2018", "VMC-2"}}, "RULE-USED-YEAR",
         "/SingleMachine/Specification[2]/Model", "VMC-2"},
        {{{"VMC-2 2018", "VMC-2"}}, ""},
        {{{"<Quantity>2<", "<Quantity>2.5<"},
          {"50.125", "40.1"},
          {"<Totals><Quantity>4", "<Totals><Quantity>4.5"},
          {"<Quantity>4<", "<Quantity>4.5<"}},
         "RULE-QUANTITY-WHOLE", "/SingleMachine/Specification/Quantity", "2.5"},
        {{{"<Quantity>2<", "<Quantity>2.0<"}}, ""},
        // Kilograms are not counted.
        {{commodity("8805290000"),
          {"<Quantity>2<", "<Quantity>2.5<"},
          {"50.125", "40.1"},
          {"<Totals><Quantity>4", "<Totals><Quantity>4.5"},
          {"<Quantity>4<", "<Quantity>4.5<"}},
         ""},
    };
    for (const Case& each : cases) expect(each);
}

TEST(Rules, TheYearOfManufactureIsAYear) {
    const std::pair<const char*, bool> models[] = {
        {"2018年制造", true}, {"made 1999", true},  {"X2026", true},   {"X2027", false},
        {"12018", false},    {"20180", false},     {"1899", false},   {"1900", true},
        {"18", false},       {"2018-05-01", true}, {"none", false},   {"9999999999999 2020", true},
        {"２０１８", false}};
    for (const auto& [model, is_year] : models) {
        const std::vector<Change> changes{{"<Condition>new<", used}, {"VMC-2 2018", model}};
        expect({changes, is_year ? "" : "RULE-USED-YEAR", "/SingleMachine/Specification[2]/Model",
                model});
    }
}

TEST(Rules, TotalsMayDifferByOneMinorUnitALine) {
    const char* line = "/SingleMachine/Specification[2]";
    const std::string second = "<Amount>100.25</Amount><AmountUsd>100.25</AmountUsd>"
                               "</Specification>\n</SingleMachine>";
    const auto given = [&](const char* amount, const char* usd) {
        return Change{second, std::string("<Amount>") + amount + "</Amount><AmountUsd>" + usd +
                                  "</AmountUsd></Specification>\n</SingleMachine>"};
    };
    const std::string amount = std::string(line) + "/Amount";
    const std::string usd = std::string(line) + "/AmountUsd";
    const Case cases[] = {
        {{given("100.26", "100.25")}, ""},
        {{given("100.24", "100.25")}, ""},
        {{given("100.27", "100.25")}, "RULE-TOTALS", amount.c_str(), "100.27"},
        {{given("100.25", "100.27")}, "RULE-TOTALS", usd.c_str(), "100.27"},
        {{{"<Totals><Quantity>4", "<Totals><Quantity>5"}}, "RULE-TOTALS", "/Totals/Quantity", "5"},
        {{{"200.50</Amount><AmountUsd>", "200.52</Amount><AmountUsd>"},
          {"<Amount>200.50", "<Amount>200.52"}},
         ""},
        {{{"200.50</Amount><AmountUsd>", "200.53</Amount><AmountUsd>"},
          {"<Amount>200.50", "<Amount>200.53"}},
         "RULE-TOTALS", "/Totals/Amount", "200.53"},
        {{{"<AmountUsd>200.50", "<AmountUsd>200.53"}}, "RULE-TOTALS", "/Totals/AmountUsd",
         "200.53"},
        {{{"<AmountUsd>200.50", "<AmountUsd>200.48"}}, ""},
    };
    for (const Case& each : cases) expect(each);
    auto large = priced("USD", "99999999999999.9999");
    large[3].to = "<Quantity>2<";
    expect({large, "RULE-TOTALS", "/SingleMachine/Specification", "", "too-large"});
}

TEST(Rules, Money) {
    expect({priced("PLN", "5"), "RULE-CODE-UNKNOWN", "/SingleMachine/Currency", "PLN"});
    // Iran's rial is in the list of currencies, but has no rate.
    expect({priced("IRR", "5"), "RULE-RATE-MISSING", "/SingleMachine/Currency", "IRR"});
    expect({priced("USD", "0"), "RULE-PRICE-ZERO", "/SingleMachine/Specification/UnitPrice", "0"});
    expect({priced("USD", "0.00"), "RULE-PRICE-ZERO", "/SingleMachine/Specification/UnitPrice",
            "0.00"});
    auto unpaid = priced("USD", "0");
    unpaid.push_back({"<ForeignExchangeSource>01", "<ForeignExchangeSource>10"});
    expect({unpaid, ""});
    const Case cases[] = {
        {{{"</ForeignManufacturer><Quantity>4", "</ForeignManufacturer><Quantity>5"}},
         "RULE-CONTRACT-TOTALS", "/Contract/Quantity", "5", "quantity"},
        {{{"<Amount>200.50</Amount><Currency>", "<Amount>200.51</Amount><Currency>"}},
         "RULE-CONTRACT-TOTALS", "/Contract/Amount", "200.51", "amount"},
        {{{"<Amount>200.50</Amount><Currency>USD", "<Amount>7</Amount><Currency>EUR"}}, ""},
    };
    for (const Case& each : cases) expect(each);
}

TEST(Rules, Dates) {
    const Case cases[] = {
        {{{"<Year>2026", "<Year>2019"}}, "RULE-YEAR", "/Year", "2019"},
        {{{"<Year>2026", "<Year>2027"}}, "RULE-YEAR", "/Year", "2027", "",
         "2026-11-30T23:59:59+08:00"},
        {{{"<Year>2026", "<Year>2028"}}, "RULE-YEAR", "/Year", "2028", "",
         "2026-12-01T00:00:00+08:00"},
        {{{"2026-10-08", "2026-11-23"}}, "RULE-CONTRACT-DATES", "/Contract/SignedOn", "2026-11-23",
         "signed"},
        {{{"2026-10-08", "2026-11-22"}}, ""},
        // Still the 22nd in London, but the 23rd in China.
        {{{"2026-10-08", "2026-11-23"}}, "", "", "", "", "2026-11-22T16:00:00Z"},
        {{{"2026-12-20", "2026-10-07"}}, "RULE-CONTRACT-DATES", "/Contract/ExpectedArrivalOn",
         "2026-10-07", "arrival"},
        {{{"2026-12-20", "2026-10-08"}}, ""},
        {{{"2026-10-08", "12026-10-08"}}, "RULE-CONTRACT-DATES", "/Contract/SignedOn",
         "12026-10-08", "signed"},
    };
    for (const Case& each : cases) expect(each);
}

TEST(Rules, AttachmentNames) {
    const char* refused[] = {"a(1).pdf",   "a)1.pdf",      "a（1.pdf",     "a）.pdf", "a{.pdf",
                             "a}.pdf",     "a/b.pdf",      "a\\b.pdf",     ".a.pdf",
                             "a\u202eb.pdf", "a\u202ab.pdf", "a\u2066b.pdf", "a\u2069b.pdf",
                             "a\x01.pdf",  "a\x7f.pdf",    "a\u0085.pdf",  "../a.pdf"};
    for (const char* name : refused) {
        const auto judgement =
            validate::judge(message_from(changed(application_text, {named(name)})), facts_on());
        ASSERT_THAT(codes(judgement), ElementsAre("RULE-ATTACHMENT-NAME")) << name;
        EXPECT_EQ(judgement.findings[0].path, body + "/Attachment");
        EXPECT_EQ(judgement.findings[0].value, name);
    }
    // A trailing dot or space is no file type either.
    for (const char* name : {"a.pdf.", "a.pdf "}) {
        const auto judgement =
            validate::judge(message_from(changed(application_text, {named(name)})), facts_on());
        EXPECT_THAT(codes(judgement),
                    testing::UnorderedElementsAre("RULE-ATTACHMENT-NAME", "RULE-ATTACHMENT-TYPE"))
            << name;
    }
    expect({{named(std::string(146, 'a') + ".pdf")}, ""});
    const std::string long_name = std::string(147, 'a') + ".pdf";
    expect({{named(long_name)}, "RULE-ATTACHMENT-NAME", "/Attachment", long_name.c_str(), "long"});
    for (const char* name : {"合同.pdf", "a b.pdf", "a..b.pdf", "a.PDF", "a'b&amp;.pdf"})
        expect({{named(name)}, ""});
}

TEST(Rules, AttachmentTypes) {
    using namespace std::string_view_literals;
    const std::string word =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const std::string sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const std::string compound = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more";
    const Change good[] = {file("a.jpg", "image/jpeg", "\xff\xd8\xff\xe0 and more"),
                           file("a.png", "image/png", "\x89PNG\r\n\x1a\n and more"),
                           file("a.tif", "image/tiff", "II*\0 and more"sv),
                           file("a.tif", "image/tiff", "MM\0* and more"sv),
                           file("a.doc", "application/msword", compound),
                           file("a.xls", "application/vnd.ms-excel", compound),
                           file("a.docx", word, "PK\x03\x04 and more"),
                           file("a.xlsx", sheet, "PK\x03\x04 and more"),
                           file("a.pdf", "Application/PDF", "%PDF-1.7")};
    for (const Change& each : good) expect({{each}, ""});
    struct Refused {
        Change change;
        const char* name;
        const char* variant;
    };
    const Refused refused[] = {
        {file("a.exe", "application/pdf", "%PDF-1.7"), "a.exe", "extension"},
        {file("pdf", "application/pdf", "%PDF-1.7"), "pdf", "extension"},
        {file("a.pdf.exe", "application/pdf", "%PDF-1.7"), "a.pdf.exe", "extension"},
        {file("a.pdf", "application/pdf", "MZ not a pdf"), "a.pdf", "content"},
        {file("a.pdf", "application/pdf", " %PDF-1.7"), "a.pdf", "content"},
        {file("a.pdf", "application/pdf", ""), "a.pdf", "content"},
        {file("a.pdf", "application/pdf", "%P"), "a.pdf", "content"},
        {file("a.docx", word, compound), "a.docx", "content"},
        {file("a.pdf", "image/png", "%PDF-1.7"), "a.pdf", "media-type"},
        {file("a.pdf", "", "%PDF-1.7"), "a.pdf", "media-type"},
        {file("a.pdf", "application/pdf; x=y", "%PDF-1.7"), "a.pdf", "media-type"},
    };
    for (const Refused& each : refused)
        expect({{each.change}, "RULE-ATTACHMENT-TYPE", "/Attachment", each.name, each.variant});
    // base64 in lines, as mail programs write it
    expect({{{"JVBERi0xLjQKMSAwIG9iag==", "\n JV\tBE\nRi0xLjQKMSAwIG9iag==\n"}}, ""});
}

TEST(Rules, AttachmentSizesAndNamesTwice) {
    const auto sized = [](std::size_t bytes, const std::string& name) {
        std::string content = "%PDF-";
        content.resize(bytes, 'x');
        return "<Attachment name=\"" + name + "\" mediaType=\"application/pdf\">" +
               base::base64(content) + "</Attachment>";
    };
    expect({{{pdf_whole, sized(1'048'576, "a.pdf")}}, ""});
    expect({{{pdf_whole, sized(1'048'577, "a.pdf")}}, "RULE-ATTACHMENT-SIZE", "/Attachment", "a.pdf"});
    std::string twelve;
    for (int i = 0; i < 12; ++i) twelve += sized(1'048'576, std::to_string(i) + ".pdf");
    expect({{{pdf_whole, twelve}}, ""});
    expect({{{pdf_whole, twelve + sized(5, "more.pdf")}}, "RULE-ATTACHMENT-SIZE",
            "/Attachment[13]", "more.pdf", "together"});
    expect({{{pdf_whole, pdf_whole + pdf_whole}}, "RULE-ATTACHMENT-TWICE", "/Attachment[2]",
            "contract.pdf"});
}

TEST(Rules, EachRuleStandsInTheTableOnce) {
    std::vector<std::string> all;
    for (const validate::Rule& rule : validate::rules()) {
        all.push_back(rule.code);
        EXPECT_NE(std::string(rule.source), "") << rule.code;
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    EXPECT_EQ(all.size(), 22u);
}

}  // namespace
