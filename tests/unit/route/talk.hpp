// Talk: a Route before a gateway that says what the test wants, in bytes: they are parsed and
// validated as the workers do, and go through the encoding of a worker's reply.
#pragma once

#include "base/hash.hpp"
#include "base/log.hpp"
#include "fixture.hpp"
#include "mapping/mapper.hpp"
#include "route/route.hpp"
#include "xml/parser.hpp"

namespace desk {

inline const std::string key_a(52, 'a');
inline const std::string key_b(52, 'b');

// What the gateway says, as a whole HTTP answer or as none.
struct Said {
    int status = 200;
    std::string body = {};
    std::string type = "application/xml; charset=utf-8";
    std::optional<seconds> retry_after = {};
    dispatch::Reach reach = dispatch::Reach::Answered;
};

inline std::string ack(const std::string& key) {
    return "<mepAck xmlns=\"urn:mep:gateway:1\"><key>" + key + "</key><applicationNo>" + number +
           "</applicationNo><status>received</status>"
           "<receivedAt>2026-11-22T09:30:00+08:00</receivedAt></mepAck>";
}
inline const std::string fault =
    "<mepFault xmlns=\"urn:mep:gateway:1\"><fault><code>E-7</code><text>no</text></fault>"
    "</mepFault>";
inline std::string page(const std::string& cursor, const std::string& results = "") {
    return "<mepResults xmlns=\"urn:mep:gateway:1\" cursor=\"" + cursor + "\" more=\"false\">" +
           results + "</mepResults>";
}
inline std::string approval(const std::string& id = "R-1", const std::string& key = key_a) {
    return "<result id=\"" + id + "\" seq=\"1\" at=\"2026-11-22T10:00:00+08:00\" key=\"" + key +
           "\" applicationNo=\"" + number +
           "\"><review><decision>approved</decision><licenceNo>26-AB-000009</licenceNo>"
           "<validFrom>2026-11-22</validFrom><expiry>2026-12-31</expiry></review></result>";
}
// As a proxy, a portal or a server that is being mended answers.
inline const std::string html =
    "<!DOCTYPE html>\n<html><head><title>502</title></head><body><p>系统维护中<br>Sorry"
    "</body></html>\n";

class Line final : public dispatch::Gateway {
public:
    std::size_t capacity() const override { return 32; }
    void send(dispatch::Request request) override { sent.push_back(std::move(request)); }
    std::vector<dispatch::Answer> collect(base::Tick) override { return {}; }
    void learn(const std::string&, edi::AnswerClass answer) override { learnt.push_back(answer); }
    void probe_now() override { ++probes; }
    std::string condition() const override { return "open"; }

    std::vector<dispatch::Request> sent;
    std::vector<edi::AnswerClass> learnt;
    std::size_t probes = 0;
};

class Talk : public testing::Test {
protected:
    Talk() {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
    }
    ~Talk() override { base::set_log_sink({}); }

    // Loaded once for all tests.
    struct Tables {
        xml::Parser parser;
        edi::Lists lists;
        mapping::Mapper mapper;
    };
    static Tables& tables() {
        static const std::string source = PERMITD_SOURCE;
        static const bool once = (xml::initialise(), true);
        (void)once;
        static edi::Lists lists = std::move(*edi::Lists::load(source + "/config/codes"));
        static Tables all{std::move(*xml::Parser::load(source + "/xsd", xml::Limits{})), lists,
                          std::move(*mapping::Mapper::load(source + "/mapping", lists))};
        return all;
    }

    // Nothing but time.
    void step() { route_.step({}); }
    // The newest request of that kind that was not answered yet; taken out.
    std::optional<dispatch::Request> asked(dispatch::Ask ask) {
        for (std::size_t i = line_.sent.size(); i-- > 0;)
            if (line_.sent[i].ask == ask) {
                dispatch::Request out = std::move(line_.sent[i]);
                line_.sent.erase(line_.sent.begin() + static_cast<std::ptrdiff_t>(i));
                return out;
            }
        return std::nullopt;
    }
    route::Answered answered(dispatch::Request request, const Said& said) {
        route::Answered answered;
        dispatch::Answer& out = answered.answer;
        out.reach = said.reach;
        out.http_status = said.reach == dispatch::Reach::Answered ? said.status : 0;
        out.content_type = said.type;
        out.retry_after = said.retry_after;
        out.attempt.number = request.attempt;
        out.attempt.http_status = out.http_status;
        out.attempt.sent_at = out.attempt.answered_at = clock_.now();
        out.attempt.answer_sha256 = base::sha256_hex(said.body);
        out.request = std::move(request);
        if (!said.body.empty())
            answered.parsed = *xml::decode(xml::encode(tables().parser.parse(said.body)));
        return answered;
    }
    void answer(dispatch::Request request, const Said& said) {
        route::Inputs inputs;
        inputs.answered.push_back(answered(std::move(request), said));
        route_.step(std::move(inputs));
    }
    // Lets it ask, and answers; a test that expects a question fails where none comes.
    void hear(dispatch::Ask ask, const Said& said) {
        step();
        auto request = asked(ask);
        ASSERT_TRUE(request) << "nothing was asked";
        answer(std::move(*request), said);
    }
    edi::Submission submission(const std::string& key = key_a) const {
        return *desk_.store->submission(key);
    }
    // No verdict was told, and none was drawn.
    bool is_untouched() const {
        for (const edi::Delivery& each : desk_.store->deliveries(0, 100))
            if (each.name.find("_delayed_") == std::string::npos) return false;
        return desk_.application().state == edi::ApplicationState::Submitted;
    }

    Desk desk_;
    Line line_;
    base::ManualClock clock_{start};
    base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    route::Route route_{
        {*desk_.store, line_, tables().mapper, tables().lists, catalogue(), seal_, clock_},
        {.senders = {{"acme", {sender}}},
         .patience = {},
         .jitter_seed = 7,
         .deliveries_come = [this](std::size_t count) { come_ += count; }}};
    std::size_t come_ = 0;  // receipts that were told of before their commit
    std::string log_;
};

}  // namespace desk
