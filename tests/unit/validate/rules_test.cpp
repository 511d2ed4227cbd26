// Holds messages.md 6: every rule both ways, at the place it names (attachments apart).
#include "case.hpp"

namespace {

using namespace testing_xml;

const std::string used = "<Condition>used<";

TEST(Rules, AGoodApplicationHasNoFindings) { expect({{}, ""}); }

TEST(Rules, Enterprise) {
    const Change no_uscc{"<Uscc>91110108MA0000015T</Uscc>", ""};
    const Case cases[] = {
        {{{"<Uscc>91110108MA0000015T", "<Uscc>91110108MA0000015U"}},
         "RULE-USCC-CHECK",
         "/Importer/Uscc",
         "91110108MA0000015U",
         "check"},
        {{{"<Uscc>91440300717850504F", "<Uscc>91310115MA1H8R7C6D"}},
         "RULE-USCC-CHECK",
         "/EndUser/Uscc",
         "91310115MA1H8R7C6D",
         "check"},
        // Its own check character is right, that of the organisation code inside is not.
        {{{"<Uscc>91440300717850504F", "<Uscc>91310115MA1H8R7C67"}},
         "RULE-USCC-CHECK",
         "/EndUser/Uscc",
         "91310115MA1H8R7C67",
         "organisation"},
        {{{"<Code>1101MA0000015", "<Code>1101717850504"}},
         "RULE-ORG-CODE-MISMATCH",
         "/Importer/Code",
         "1101717850504"},
        {{{"<Code>1101MA0000015", "<Code>9999MA0000015"}}, ""},
        {{{"<Code>1101MA0000015", "<Code>0000000000001"}}, ""},
        {{no_uscc}, ""},
        {{no_uscc, {"<Code>1101MA0000015", "<Code>1101MA0000016"}},
         "RULE-ORG-CODE-MISMATCH",
         "/Importer/Code",
         "1101MA0000016",
         "check"},
        {{no_uscc, {"<Code>1101MA0000015", "<Code>0000000000001"}}, ""},
        {{{"<Importer><Code>1101MA0000015</Code><Uscc>91110108MA0000015T</Uscc><Name>importer"
           "</Name></Importer>",
           ""}},
         "RULE-NO-REGISTRATION",
         "/Importer"},
        {{{"<EndUser><Uscc>91440300717850504F</Uscc><Name>user</Name><Region>440300</Region>"
           "</EndUser>",
           ""}},
         "RULE-NO-REGISTRATION",
         "/EndUser"},
    };
    for (const Case& each : cases) expect(each);
}

// One line of that price in that currency, nothing given by the sender, no contract.
std::vector<Change> priced(const std::string& currency, const std::string& price) {
    const std::string amounts = "<Amount>100.25</Amount><AmountUsd>100.25</AmountUsd>";
    const std::string second =
        "<Specification><Model>VMC-2 2018</Model><Quantity>2</Quantity>"
        "<UnitPrice>50.125</UnitPrice>\n" +
        amounts + "</Specification>\n";
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
        {{{"<ForeignExchangeSource>01", "<ForeignExchangeSource>1"}},
         "RULE-CODE-UNKNOWN",
         "/ForeignExchangeSource",
         "1"},
        {{{"<GoodsUse>01", "<GoodsUse>98"}}, "RULE-CODE-UNKNOWN", "/GoodsUse", "98"},
        {{{"</CustomsOffice>", "</CustomsOffice><CustomsOffice>9999</CustomsOffice>"}},
         "RULE-CODE-UNKNOWN",
         "/CustomsOffice[2]",
         "9999"},
        {{{"</CustomsOffice>", "</CustomsOffice><CustomsOffice>5200</CustomsOffice>"}}, ""},
        {{{"<TradingCountry>KOR", "<TradingCountry>XXX"}},
         "RULE-CODE-UNKNOWN",
         "/TradingCountry",
         "XXX"},
        {{{"<OriginCountry>JPN", "<OriginCountry>jpn"}},
         "RULE-CODE-UNKNOWN",
         "/OriginCountry",
         "jpn"},
        {{{"<Region>440300", "<Region>990300"}}, "RULE-CODE-UNKNOWN", "/EndUser/Region", "990300"},
        {{{"<Region>440300", "<Region>449999"}}, ""},
        {{{"<Currency>USD</Currency><Exp", "<Currency>XXX</Currency><Exp"}},
         "RULE-CODE-UNKNOWN",
         "/Contract/Currency",
         "XXX"},
        {{{"<Country>KOR", "<Country>XXX"}},
         "RULE-CODE-UNKNOWN",
         "/Contract/ForeignTrader/Country",
         "XXX"},
        {{{"<Country>JPN", "<Country>XXX"}},
         "RULE-CODE-UNKNOWN",
         "/Contract/ForeignManufacturer/Country",
         "XXX"},
        {{{"</CustomsOffice>", "</CustomsOffice><CustomsOffice>2200</CustomsOffice>"}},
         "RULE-REPEATED",
         "/CustomsOffice[2]",
         "2200"},
        {{{"</TradingCountry>", "</TradingCountry><TradingCountry> KOR </TradingCountry>"}},
         "RULE-REPEATED",
         "/TradingCountry[2]",
         "KOR"},
        {{{"</OriginCountry>", "</OriginCountry><OriginCountry>JPN</OriginCountry>"}},
         "RULE-REPEATED",
         "/OriginCountry[2]",
         "JPN"},
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
        {{to_project, {"<Industry>C", "<Industry>Z"}},
         "RULE-CODE-UNKNOWN",
         "/Project/Industry",
         "Z"},
        {{to_project, {"CHF", "XXX"}}, "RULE-CODE-UNKNOWN", "/Project/Currency", "XXX"},
        // 1,250,000 x 1.17
        {{to_project, {"</Amount>", "</Amount><AmountUsd>1462500.01</AmountUsd>"}}, ""},
        {{to_project, {"</Amount>", "</Amount><AmountUsd>1462500.02</AmountUsd>"}},
         "RULE-TOTALS",
         "/Project/AmountUsd",
         "1462500.02"},
        {{to_project, {"</Project>", "</Project><Totals><Amount>1250000</Amount></Totals>"}}, ""},
        {{to_project, {"</Project>", "</Project><Totals><Amount>1249999</Amount></Totals>"}},
         "RULE-TOTALS",
         "/Totals/Amount",
         "1249999"},
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
        {{{"<Year>2026", "<Year>2027"}},
         "RULE-COMMODITY-UNCHECKED",
         place,
         "8457101000",
         "",
         "2026-12-01T00:00:00+08:00"},
        {{}, "", "", "", "", "2026-12-31T23:59:59+08:00"},
        {{commodity("8703801090"), {"<Condition>new<", used}},
         "RULE-USED-FORBIDDEN",
         "/SingleMachine/Condition",
         "used"},
        {{{"<Condition>new<", used}}, ""},
        {{{"<Condition>new<", used}, {"VMC-2 2018", "VMC-2"}},
         "RULE-USED-YEAR",
         "/SingleMachine/Specification[2]/Model",
         "VMC-2"},
        {{{"VMC-2 2018", "VMC-2"}}, ""},
        {{{"<Quantity>2<", "<Quantity>2.5<"},
          {"50.125", "40.1"},
          {"<Totals><Quantity>4", "<Totals><Quantity>4.5"},
          {"<Quantity>4<", "<Quantity>4.5<"}},
         "RULE-QUANTITY-WHOLE",
         "/SingleMachine/Specification/Quantity",
         "2.5"},
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

// For an application for the next year its 1 January counts, whatever is in force in December; for
// a year that cannot be applied for, this year's catalogue.
TEST(Rules, TheCatalogueIsThatOfTheYear) {
    edi::CommodityCatalogue next;
    next.year = 2027;
    const auto row = [](const char* supervision, const char* from, const char* to) {
        return edi::CommodityRow{"8457101000", "n", "001", supervision, "local", from, to};
    };
    next.rows = {row("A", "2027-01-01", "2027-01-31"), row("AO", "2027-02-01", "2027-12-31")};
    const edi::Lists lists = shipped_lists().with(next);
    const auto told = [&](const char* year, const char* code, const char* now) {
        const std::string text = changed(
            application_text, {{"<Year>2026", std::string("<Year>") + year}, {"8457101000", code}});
        return codes(validate::judge(message_from(text), facts_on(now, lists)));
    };
    const char* december = "2026-12-15T12:00:00+08:00";
    using testing::ElementsAre;
    EXPECT_THAT(told("2026", "8457101000", december), testing::IsEmpty());
    EXPECT_THAT(told("2027", "8457101000", december), ElementsAre("RULE-COMMODITY-NOT-LICENSED"));
    EXPECT_THAT(told("2027", "8703801090", december), ElementsAre("RULE-COMMODITY-UNKNOWN"));
    EXPECT_THAT(told("2028", "8457101000", december), ElementsAre("RULE-YEAR"));
    EXPECT_THAT(told("2028", "9999999999", december),
                ElementsAre("RULE-YEAR", "RULE-COMMODITY-UNKNOWN"));
    next.rows = {row("AO", "2027-01-01", "2027-12-31")};
    const edi::Lists licensed = shipped_lists().with(next);
    const std::string text = changed(application_text, {{"<Year>2026", "<Year>2027"}});
    EXPECT_THAT(codes(validate::judge(message_from(text), facts_on(december, licensed))),
                testing::IsEmpty());
}

TEST(Rules, TheYearOfManufactureIsAYear) {
    const std::pair<const char*, bool> models[] = {
        {"2018年制造", true}, {"made 1999", true},  {"X2026", true}, {"X2027", false},
        {"12018", false},     {"20180", false},     {"1899", false}, {"1900", true},
        {"18", false},        {"2018-05-01", true}, {"none", false}, {"9999999999999 2020", true},
        {"２０１８", false}};
    for (const auto& [model, is_year] : models) {
        const std::vector<Change> changes{{"<Condition>new<", used}, {"VMC-2 2018", model}};
        expect({changes, is_year ? "" : "RULE-USED-YEAR", "/SingleMachine/Specification[2]/Model",
                model});
    }
}

TEST(Rules, TotalsMayDifferByOneMinorUnitALine) {
    const char* line = "/SingleMachine/Specification[2]";
    const std::string second =
        "<Amount>100.25</Amount><AmountUsd>100.25</AmountUsd>"
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
         "RULE-TOTALS",
         "/Totals/Amount",
         "200.53"},
        {{{"<AmountUsd>200.50", "<AmountUsd>200.53"}},
         "RULE-TOTALS",
         "/Totals/AmountUsd",
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
         "RULE-CONTRACT-TOTALS",
         "/Contract/Quantity",
         "5",
         "quantity"},
        {{{"<Amount>200.50</Amount><Currency>", "<Amount>200.51</Amount><Currency>"}},
         "RULE-CONTRACT-TOTALS",
         "/Contract/Amount",
         "200.51",
         "amount"},
        {{{"<Amount>200.50</Amount><Currency>USD", "<Amount>7</Amount><Currency>EUR"}}, ""},
    };
    for (const Case& each : cases) expect(each);
}

TEST(Rules, Dates) {
    const Case cases[] = {
        {{{"<Year>2026", "<Year>2019"}}, "RULE-YEAR", "/Year", "2019"},
        {{{"<Year>2026", "<Year>2027"}},
         "RULE-YEAR",
         "/Year",
         "2027",
         "",
         "2026-11-30T23:59:59+08:00"},
        {{{"<Year>2026", "<Year>2028"}},
         "RULE-YEAR",
         "/Year",
         "2028",
         "",
         "2026-12-01T00:00:00+08:00"},
        {{{"2026-10-08", "2026-11-23"}},
         "RULE-CONTRACT-DATES",
         "/Contract/SignedOn",
         "2026-11-23",
         "signed"},
        {{{"2026-10-08", "2026-11-22"}}, ""},
        // Still the 22nd in London, but the 23rd in China.
        {{{"2026-10-08", "2026-11-23"}}, "", "", "", "", "2026-11-22T16:00:00Z"},
        {{{"2026-12-20", "2026-10-07"}},
         "RULE-CONTRACT-DATES",
         "/Contract/ExpectedArrivalOn",
         "2026-10-07",
         "arrival"},
        {{{"2026-12-20", "2026-10-08"}}, ""},
        {{{"2026-10-08", "12026-10-08"}},
         "RULE-CONTRACT-DATES",
         "/Contract/SignedOn",
         "12026-10-08",
         "signed"},
    };
    for (const Case& each : cases) expect(each);
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
