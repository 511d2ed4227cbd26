// MinistryTest: a ministry under a clock that stands still, and requests as permitd sends them.
#pragma once

#include <gmock/gmock.h>

#include "base/hash.hpp"
#include "sandbox/ministry.hpp"
#include "xml/parser.hpp"

inline xml::Parser& shared_parser() {
    static xml::Parser parser = [] {
        xml::initialise();
        auto loaded = xml::Parser::load(std::string(PERMITD_SOURCE) + "/xsd", {});
        if (!loaded) throw std::runtime_error(loaded.fault().text);
        return std::move(*loaded);
    }();
    return parser;
}

// Key number n.
inline std::string key(int n) { return base::base32(base::sha256("key" + std::to_string(n))); }

struct Draft {
    std::string ref = "PO-1";
    std::string note = {};
    std::string quantity = "9";
    std::string usd = "1800";
    bool multi_batch = false;
    bool project = false;
};

inline std::string request_xml(const std::string& type, const std::string& its_key,
                               const std::string& body) {
    return "<mepRequest xmlns=\"urn:mep:gateway:1\" type=\"" + type + "\" key=\"" + its_key +
           "\" at=\"2026-11-22T09:30:00.000+08:00\"><" + type + ">" + body + "</" + type +
           "></mepRequest>";
}

inline std::string goods_xml(const Draft& draft) {
    if (draft.project)
        return "<currCde>502</currCde><amountSum>1800</amountSum><amountUsdSum>" + draft.usd +
               "</amountUsdSum><project><name>生产线</name><type>1</type><industry>C</industry>"
               "<amount>1800</amount></project>";
    return "<businessCode>8406811000</businessCode><businessName>汽轮机</businessName>"
           "<goodsState>0</goodsState><currCde>502</currCde><infoList><info><spec>T1</spec><qty>" +
           draft.quantity +
           "</qty><unit>001</unit><price>200</price><amount>1800</amount></info>"
           "</infoList><qtySum>" +
           draft.quantity +
           "</qtySum><amountSum>1800</amountSum>"
           "<amountUsdSum>" +
           draft.usd + "</amountUsdSum>";
}

inline std::string application(const std::string& its_key, const Draft& draft = {}) {
    return request_xml(
        "application", its_key,
        "<corpCde>1100MA0000015</corpCde><tradeScCode>91110108MA0000015T</tradeScCode>"
        "<corpTradeScCode>91110108MA0000015T</corpTradeScCode><mobile>13800138000</mobile>"
        "<trdCde>10</trdCde><currOrCde>01</currOrCde><cdUseCde>01</cdUseCde><bg1>2200</bg1>"
        "<my1>DE</my1><yc1>DE</yc1><oneMk>" +
            std::string(draft.multi_batch ? "1" : "0") + "</oneMk>" + goods_xml(draft) +
            (draft.note.empty() ? "" : "<note>" + draft.note + "</note>") +
            "<year>2026</year><clientRef>" + draft.ref + "</clientRef>");
}

inline http::Request post(const std::string& its_key, const std::string& body) {
    http::Request request;
    request.method = "POST";
    request.target = request.path = "/mep/v1/messages";
    const base::Digest sum = base::sha256(body);
    request.headers["idempotency-key"] = "\"" + its_key + "\"";
    request.headers["content-digest"] =
        "sha-256=:" + base::base64({reinterpret_cast<const char*>(sum.data()), sum.size()}) + ":";
    request.body = body;
    return request;
}

struct Registrant {
    std::string uscc = "91110108MA0000015T";
    std::string name = "北京某某国际贸易有限公司";
    std::string address = "示例路1号";
    std::string office = "110000";
    std::string password = "S3cret-pass!";
};

inline std::string registration(const std::string& its_key, const Registrant& who = {}) {
    return request_xml(
        "registration", its_key,
        "<enterprise><uscc>" + who.uscc + "</uscc><name>" + who.name +
            "</name><authorityLevel>2</authorityLevel><entityType>3</entityType>"
            "<region>110108</region><address>" +
            who.address +
            "</address><registeredOn>2026-11-20</registeredOn><tradingRight>true</tradingRight>"
            "</enterprise><licensingAccount><accountPwd>" +
            who.password +
            "</accountPwd><contactName>李四</contactName><mobile>13900139000</mobile>"
            "<licensingOffice>" +
            who.office + "</licensingOffice></licensingAccount>");
}

inline std::string binding(const std::string& its_key, const std::string& account,
                           const std::string& password = "S3cret-pass!") {
    return request_xml(
        "binding", its_key,
        "<account>" + account + "</account><accountPwd>" + password + "</accountPwd>");
}

inline std::string withdrawal(const std::string& its_key, const std::string& application_no,
                              const std::string& ref = "PO-1") {
    return request_xml(
        "withdrawal", its_key,
        "<applicationNo>" + application_no + "</applicationNo><clientRef>" + ref + "</clientRef>");
}

inline http::Request query(const std::string& about, const std::string& by,
                           const std::string& number) {
    http::Request request;
    request.method = "POST";
    request.target = request.path = "/mep/v1/queries";
    request.body = "<mepQuery xmlns=\"urn:mep:gateway:1\"><" + about + "><" + by + ">" + number +
                   "</" + by + "></" + about + "></mepQuery>";
    return request;
}

inline http::Request ask(const std::string& path, std::map<std::string, std::string> query = {}) {
    http::Request request;
    request.method = "GET";
    request.target = request.path = path;
    request.query = std::move(query);
    return request;
}

class MinistryTest : public testing::Test {
protected:
    // A scenario file (.yaml), or the text of one without its name.
    void open(const std::string& scenario = {}, const sandbox::FaultRates& faults = {},
              const std::string& state = {}) {
        ministry_.reset();
        sandbox::Setting setting;
        if (scenario.find(".yaml") != std::string::npos) {
            auto read = sandbox::read_scenario(scenario);
            ASSERT_TRUE(read) << read.fault().text;
            setting.scenario = *read;
        } else if (!scenario.empty()) {
            auto parsed = sandbox::parse_scenario("scenario: test\n" + scenario, "test.yaml");
            ASSERT_TRUE(parsed) << parsed.fault().text;
            setting.scenario = *parsed;
        }
        auto catalogue =
            sandbox::Catalogue::read(std::string(PERMITD_SOURCE) + "/config/codes/commodities.csv");
        ASSERT_TRUE(catalogue) << catalogue.fault().text;
        setting.catalogue = *catalogue;
        setting.faults = faults;
        ministry_.emplace(std::move(setting), clock_, shared_parser());
        if (state.empty()) return;
        const auto kept = ministry_->keep_state(state);
        ASSERT_TRUE(kept) << kept.fault().text;
    }

    // The answer, which must be a document of the gateway's schema.
    base::Element parsed(const http::Response& response) {
        const xml::Parsed document = shared_parser().parse(response.body);
        EXPECT_TRUE(document.findings.empty())
            << response.body << "\n"
            << document.findings.front().path << " " << document.findings.front().variant;
        return document.root.value_or(base::Element{"none", ""});
    }
    http::Response send(int number, const Draft& draft = {}) {
        return ministry_->handle(post(key(number), application(key(number), draft))).response;
    }
    http::Response say(int number, const std::string& body) {
        return ministry_->handle(post(key(number), body)).response;
    }
    http::Response answer(const std::string& about, const std::string& by,
                          const std::string& number) {
        return ministry_->handle(query(about, by, number)).response;
    }
    // An answer that must be one, without its status and balance.
    std::vector<base::Element> answered(const std::string& about, const std::string& by,
                                        const std::string& number) {
        const http::Response response = answer(about, by, number);
        EXPECT_EQ(response.status, 200) << about;
        const base::Element root = parsed(response);
        EXPECT_EQ(root.attribute("about"), about);
        EXPECT_EQ(root.attribute("at"), base::iso(clock_.now()));
        std::vector<base::Element> results;
        for (const base::Element* each : root.all("result")) results.push_back(*each);
        return results;
    }
    std::string state_of(const std::string& about, const std::string& by,
                         const std::string& number) {
        return std::string(parsed(answer(about, by, number)).text_at("status/state"));
    }
    // All results behind the cursor, which moves on.
    std::vector<base::Element> results() {
        const auto answer =
            ministry_->handle(ask("/mep/v1/results", {{"after", cursor_}, {"limit", "500"}}));
        const base::Element page = parsed(answer.response);
        cursor_ = std::string(page.attribute("cursor"));
        return page.children;
    }
    // What happened, such as "review:approved" or "clearance:3".
    std::vector<std::string> story(const std::vector<base::Element>& results) {
        std::vector<std::string> told;
        for (const base::Element& result : results) {
            const base::Element& body = result.children.front();
            std::string what(body.text_at("decision"));
            if (what.empty()) what = body.text_at("state");
            if (what.empty()) what = body.text_at("item/qty");
            if (what.empty()) what = body.text_at("name");
            told.push_back(body.name + ":" + what);
        }
        return told;
    }

    base::ManualClock clock_{*base::parse_time("2026-11-22T09:30:00+08:00")};
    std::optional<sandbox::Ministry> ministry_;
    std::string cursor_ = "0";
};
