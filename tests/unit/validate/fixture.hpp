// What every test of rules begins with: the shipped lists, a day, a good application, and a way to
// change one thing about it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reader.hpp"
#include "validate/judge.hpp"

namespace testing_xml {

inline const edi::Lists& shipped_lists() {
    static const edi::Lists lists = [] {
        auto loaded = edi::Lists::load(std::string(PERMITD_SOURCE) + "/config/codes");
        if (!loaded) throw std::runtime_error(loaded.fault().text);
        return *loaded;
    }();
    return lists;
}

// On Sunday the 22nd of November 2026 two identical lines come to USD 200.50.
inline const std::string application_text = R"(<Message xmlns="urn:permitd:mep:1">
<Header><MessageId>M-1</MessageId>
<Sender>91110108MA0000015T</Sender><CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt></Header>
<LicenceApplication function="submit">
<ApplicationRef>PO-1</ApplicationRef>
<Year>2026</Year>
<Importer><Code>1101MA0000015</Code><Uscc>91110108MA0000015T</Uscc><Name>importer</Name></Importer>
<EndUser><Uscc>91440300717850504F</Uscc><Name>user</Name><Region>440300</Region></EndUser>
<Handler><Name>name</Name><Mobile>13800138000</Mobile></Handler>
<TradeMode>10</TradeMode>
<ForeignExchangeSource>01</ForeignExchangeSource>
<GoodsUse>01</GoodsUse>
<CustomsOffice>2200</CustomsOffice>
<TradingCountry>KOR</TradingCountry>
<OriginCountry>JPN</OriginCountry>
<UsageMode>single-batch</UsageMode>
<SingleMachine><CommodityCode>8457101000</CommodityCode>
<Condition>new</Condition><Currency>USD</Currency>
<Specification><Model>VMC-1 2018</Model><Quantity>2</Quantity><UnitPrice>50.125</UnitPrice>
<Amount>100.25</Amount><AmountUsd>100.25</AmountUsd></Specification>
<Specification><Model>VMC-2 2018</Model><Quantity>2</Quantity><UnitPrice>50.125</UnitPrice>
<Amount>100.25</Amount><AmountUsd>100.25</AmountUsd></Specification>
</SingleMachine>
<Totals><Quantity>4</Quantity><Amount>200.50</Amount><AmountUsd>200.50</AmountUsd></Totals>
<Contract><Number>HT-1</Number><SignedOn>2026-10-08</SignedOn>
<ForeignTrader><NameEn>Trader</NameEn><Country>KOR</Country></ForeignTrader>
<ForeignManufacturer><NameEn>Maker</NameEn>
<Country>JPN</Country></ForeignManufacturer><Quantity>4</Quantity>
<Amount>200.50</Amount><Currency>USD</Currency><ExpectedArrivalOn>2026-12-20</ExpectedArrivalOn>
</Contract>
<Attachment name="contract.pdf" mediaType="application/pdf">JVBERi0xLjQKMSAwIG9iag==</Attachment>
<Remarks>none</Remarks>
</LicenceApplication>
</Message>
)";

inline const std::string project_text =
    "<Project><Name>p</Name><Type>2</Type><Industry>C</Industry><Currency>CHF</Currency>"
    "<Amount>1250000.00</Amount></Project>";

inline edi::Message message_from(const base::Element& root) {
    edi::Message message;
    message.message_id = root.text_at("Header/MessageId");
    message.sender = root.text_at("Header/Sender");
    message.path = "/Message";
    message.body = root.children.back();
    message.type = message.body.name;
    message.function = message.body.attribute("function");
    return message;
}

inline edi::Message message_from(std::string_view text) { return message_from(read_xml(text)); }

struct Change {
    std::string from;
    std::string to;
};
// The first occurrence of each replaced.
inline std::string changed(std::string text, const std::vector<Change>& changes) {
    for (const Change& each : changes) {
        const std::size_t at = text.find(each.from);
        if (at == std::string::npos) throw std::runtime_error("no `" + each.from + "` to change");
        text.replace(at, each.from.size(), each.to);
    }
    return text;
}

inline validate::Facts facts_on(const char* time = "2026-11-22T09:30:00+08:00",
                                const edi::Lists& lists = shipped_lists()) {
    return {*base::parse_time(time), &lists, {}, {}};
}

inline std::vector<std::string> codes(const validate::Judgement& judgement) {
    std::vector<std::string> out;
    for (const base::Finding& each : judgement.findings) out.push_back(each.code);
    return out;
}

}  // namespace testing_xml
