// Mapper::request: gateway.md, "Shapes", body application.
#include "fixture.hpp"

namespace {

using fixture::mapper;
using small_xml::read;
using small_xml::shown;
using testing::AllOf;
using testing::HasSubstr;

const base::Time at = *base::parse_time("2026-11-22T09:30:00Z");

const std::string common = R"(<LicenceApplication function="submit">
  <ApplicationRef> PO-1 </ApplicationRef><Year>2026</Year>
  <Importer><Code>1101MA0000015</Code><Uscc>91110108MA0000015T</Uscc><Name>进 口  商</Name></Importer>
  <EndUser><Uscc>91440300717850504F</Uscc><Name>用户</Name><Region>440300</Region></EndUser>
  <Handler><Name>张三</Name><Mobile>13800138000</Mobile><Phone>010-12345678</Phone></Handler>
  <TradeMode>10</TradeMode><ForeignExchangeSource>01</ForeignExchangeSource><GoodsUse>02</GoodsUse>
  <CustomsOffice>2200</CustomsOffice><CustomsOffice>5200</CustomsOffice>
  <TradingCountry>KOR</TradingCountry><TradingCountry>JPN</TradingCountry>
  <OriginCountry>DEU</OriginCountry><OriginCountry>USA</OriginCountry>)";

const std::string goods = common + R"(
  <UsageMode>single-batch</UsageMode>
  <SingleMachine><CommodityCode>8457101000</CommodityCode><CommodityName>加工中心</CommodityName>
    <Unit>001</Unit><Condition>used</Condition><Currency>EUR</Currency>
    <Specification><Model>A</Model><Quantity>3</Quantity><UnitPrice>2.50</UnitPrice>
      <Amount>7.50</Amount><AmountUsd>8.10</AmountUsd></Specification>
    <Specification><Model>B</Model><Quantity>1</Quantity><UnitPrice>1</UnitPrice>
      <Amount>1.00</Amount></Specification>
  </SingleMachine>
  <Totals><Quantity>4</Quantity><Amount>8.50</Amount><AmountUsd>9.18</AmountUsd></Totals>
  <Contract><Number>HT-1</Number><SignedOn>2026-10-08</SignedOn>
    <ForeignTrader><NameZh>商</NameZh><NameEn>Trader</NameEn><Country>KOR</Country></ForeignTrader>
    <ForeignManufacturer><NameZh>造</NameZh><NameEn>Maker</NameEn><Country>DEU</Country>
    </ForeignManufacturer>
    <Quantity>4</Quantity><Amount>8.50</Amount><Currency>USD</Currency>
    <ExpectedArrivalOn>2026-12-20</ExpectedArrivalOn><Brand>BR</Brand><Model>M1</Model>
    <SpecificationDetail>detail</SpecificationDetail></Contract>
  <Attachment name="a.pdf" mediaType="application/pdf">JVBE
    Ri0=</Attachment>
  <Attachment name="b.png" mediaType="image/png">iVBORw==</Attachment>
  <Remarks>备注</Remarks></LicenceApplication>)";

const std::string goods_request = "<mepRequest type=\"application\" key=\"" + fixture::key + R"("
    at="2026-11-22T17:30:00.000+08:00"><application>
  <corpCde>1101MA0000015</corpCde><corpCna>进 口 商</corpCna>
  <tradeScCode>91110108MA0000015T</tradeScCode>
  <corpTradeScCode>91440300717850504F</corpTradeScCode><jkUser>用户</jkUser><area>440300</area>
  <operName>张三</operName><mobile>13800138000</mobile><tel>010-12345678</tel>
  <trdCde>10</trdCde><currOrCde>01</currOrCde><cdUseCde>02</cdUseCde>
  <bg1>2200</bg1><bg2>5200</bg2><my1>KR</my1><my2>JP</my2><yc1>DE</yc1><yc2>US</yc2>
  <oneMk>0</oneMk>
  <businessCode>8457101000</businessCode><businessName>加工中心</businessName>
  <goodsState>1</goodsState>
  <currCde>300</currCde>
  <infoList>
    <info><spec>A</spec><qty>3</qty><unit>001</unit><price>2.50</price><amount>7.50</amount>
      <amountUsd>8.10</amountUsd></info>
    <info><spec>B</spec><qty>1</qty><unit>001</unit><price>1</price><amount>1.00</amount></info>
  </infoList>
  <qtySum>4</qtySum><amountSum>8.50</amountSum><amountUsdSum>9.18</amountUsdSum>
  <note>备注</note><year>2026</year>
  <contract><econtNo>HT-1</econtNo><econtSignDte>2026-10-08</econtSignDte><traderNa>商</traderNa>
    <traderEnNa>Trader</traderEnNa><eCnyNa>KR</eCnyNa><makerNa>造</makerNa>
    <makerEnNa>Maker</makerEnNa><eOrCnyNa>DE</eOrCnyNa><econtQty>4</econtQty>
    <econtAmt>8.50</econtAmt><ecoutCurr>502</ecoutCurr><eContPodDte>2026-12-20</eContPodDte>
    <brandName>BR</brandName><brandNum>M1</brandNum><specDetail>detail</specDetail></contract>
  <attachList>
    <attach><name>a.pdf</name><type>application/pdf</type><size>5</size>
      <content>JVBERi0=</content></attach>
    <attach><name>b.png</name><type>image/png</type><size>4</size>
      <content>iVBORw==</content></attach>
  </attachList>
  <clientRef>PO-1</clientRef></application></mepRequest>)";

const std::string project = common + R"(
  <UsageMode>multi-batch</UsageMode>
  <Project><Name>改造</Name><Type>2</Type><Industry>C</Industry><Currency>CHF</Currency>
    <Amount>1250000.00</Amount><AmountUsd>1462500.00</AmountUsd></Project>
  <Totals><Amount>1250000.00</Amount><AmountUsd>1462500.00</AmountUsd></Totals>
  </LicenceApplication>)";

base::Result<base::Element> requested(const base::Element& application) {
    return mapper().request(fixture::key, at, application, fixture::day);
}

std::string fault_of(const std::string& piece, const std::string& by) {
    std::string text = goods;
    text.replace(text.find(piece), piece.size(), by);
    const base::Result<base::Element> made = requested(read(text));
    return made ? "no fault" : made.fault().text;
}

TEST(ApplicationRequest, MapsEveryLeafOfAnApplicationForGoodsInTheOrderOfTheSchema) {
    const base::Result<base::Element> made = requested(read(goods));
    ASSERT_TRUE(made) << made.fault().text;
    EXPECT_EQ(shown(*made), shown(read(goods_request)));
}

TEST(ApplicationRequest, MapsAProject) {
    const base::Result<base::Element> made = requested(read(project));
    ASSERT_TRUE(made) << made.fault().text;
    const base::Element* body = made->child("application");
    ASSERT_TRUE(body);
    EXPECT_EQ(
        shown(*body->child("project")),
        shown(read("<project><name>改造</name><type>2</type><industry>C</industry>"
                   "<amount>1250000.00</amount><amountUsd>1462500.00</amountUsd></project>")));
    EXPECT_EQ(body->text_at("currCde"), "331");
    EXPECT_EQ(body->text_at("oneMk"), "1");
    EXPECT_EQ(body->text_at("amountSum"), "1250000.00");
    EXPECT_EQ(body->text_at("amountUsdSum"), "1462500.00");
    for (const char* absent :
         {"qtySum", "infoList", "businessCode", "goodsState", "contract", "attachList", "note"})
        EXPECT_FALSE(body->child(absent)) << absent;
}

// "The same bytes on every attempt" (gateway.md): the same input, the same output.
TEST(ApplicationRequest, IsTheSameEveryTimeAndFromTablesLoadedAgain) {
    const base::Element application = read(goods);
    const base::Result<mapping::Mapper> again =
        mapping::Mapper::load(fixture::source + "/mapping", fixture::lists());
    ASSERT_TRUE(again);
    const auto first = requested(application);
    const auto second = again->request(fixture::key, at, application, fixture::day);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second);
}

TEST(ApplicationRequest, LeavesOutWhatIsNotThere) {
    std::string text = goods;
    const auto cut = [&](const std::string& name) {
        const std::size_t from = text.find("<" + name + ">");
        const std::string end = "</" + name + ">";
        text.erase(from, text.find(end) + end.size() - from);
    };
    for (const char* name : {"Contract", "Remarks", "Phone", "CommodityName", "Unit"}) cut(name);
    const base::Result<base::Element> made = requested(read(text));
    ASSERT_TRUE(made) << made.fault().text;
    const base::Element* body = made->child("application");
    for (const char* absent : {"contract", "note", "tel", "businessName"})
        EXPECT_FALSE(body->child(absent)) << absent;
    EXPECT_FALSE(body->at("infoList/info/unit"));
}

TEST(ApplicationRequest, ACodeThatIsInNoListIsAFaultThatNamesCodeAndList) {
    EXPECT_THAT(fault_of(">KOR<", ">QQQ<"),
                AllOf(HasSubstr("'QQQ'"), HasSubstr("countries"), HasSubstr("alpha2"),
                      HasSubstr("TradingCountry[1]"), HasSubstr("2026-11-22")));
    EXPECT_THAT(fault_of(">EUR<", ">EUX<"), AllOf(HasSubstr("'EUX'"), HasSubstr("currencies")));
    EXPECT_THAT(fault_of(">USD<", ">usd<"), AllOf(HasSubstr("'usd'"), HasSubstr("currencies")));
    EXPECT_THAT(fault_of(">used<", ">worn<"), AllOf(HasSubstr("'worn'"), HasSubstr("Condition")));
    EXPECT_THAT(fault_of(">iVBORw==<", ">iVBORw=<"), HasSubstr("base64"));
    EXPECT_THAT(fault_of(">2026-10-08<", ">2026-13-08<"), HasSubstr("is not a date"));
    EXPECT_EQ(fault_of(">备注<", ">x<"), "no fault");
}

TEST(ApplicationRequest, SeveralTroublesAreToldAtOnce) {
    std::string text = goods;
    text.replace(text.find(">KOR<"), 5, ">QQQ<");
    text.replace(text.find(">EUR<"), 5, ">EUX<");
    const base::Result<base::Element> made = requested(read(text));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.fault().remedy, base::Remedy::AskOperator);
    EXPECT_THAT(made.fault().text, AllOf(HasSubstr("QQQ"), HasSubstr("EUX")));
    EXPECT_EQ(made.fault().text.find('\n'), std::string::npos);
}

TEST(ApplicationRequest, WhatTheGatewayRequiresAndIsNotThereIsAFault) {
    EXPECT_THAT(fault_of("<Code>1101MA0000015</Code>", ""), HasSubstr("corpCde is missing"));
    EXPECT_THAT(fault_of("<Year>2026</Year>", "<Year> </Year>"), HasSubstr("year is missing"));
}

TEST(ApplicationRequest, KnowsTheNamespaceOfTheGateway) {
    EXPECT_EQ(mapper().namespace_uri(), "urn:mep:gateway:1");
}

}  // namespace
