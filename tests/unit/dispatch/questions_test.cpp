// Promises of CurlGateway about queries and catalogues: the first take places, the second stand
// beside them; neither parks the line by what it is answered.
#include "gateway_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using dispatch::Ask;
using dispatch::Reach;
using dispatch::Request;

const std::string queries = "POST /mep/v1/queries";
const std::string catalogues = "GET /mep/v1/catalogue";

Request catalogue(int year) {
    Request request;
    request.ask = Ask::Catalogue;
    request.year = year;
    request.etag = "\"old\"";
    return request;
}

// A query takes a place as a submission does, and bears no idempotency key.
TEST_F(GatewayTest, AQueryIsAnsweredAndNotFoundIsNoRiddle) {
    set("POST /mep/v1", 404);
    const auto gateway = make();
    for (int i = 0; i < 6; ++i) {
        const std::string key = "q" + std::to_string(i);
        const auto answer = ask(*gateway, {Ask::Query, key, "<mepQuery/>", "", 1});
        EXPECT_EQ(answer.http_status, 404);
        EXPECT_EQ(answer.request.key, key);
        EXPECT_EQ(answer.attempt.request_sha256, base::sha256_hex("<mepQuery/>"));
        gateway->learn(key, edi::AnswerClass::InDoubt);
    }
    EXPECT_EQ(gateway->condition(), "open");
    const std::string request = requests().at(0);
    EXPECT_TRUE(request.starts_with(queries + " HTTP/1.1\r\n")) << request;
    EXPECT_EQ(request.find("Idempotency-Key"), std::string::npos);
    EXPECT_NE(request.find("\r\nContent-Digest: sha-256=:"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\n<mepQuery/>"));
    gateway->send({Ask::Query, "q", "<mepQuery/>", "", 1});
    EXPECT_EQ(gateway->capacity(), 31u);
}

TEST_F(GatewayTest, ACatalogueBringsItsTagAndStandsBesideTheOthers) {
    more_ = "ETag: \"new\"\r\n";
    set("GET /mep/v1", 200);
    const auto gateway = make(1);
    gateway->send(catalogue(2026));
    EXPECT_EQ(gateway->capacity(), 1u);
    std::vector<dispatch::Answer> answers;
    for (int i = 0; i < 200 && answers.empty(); ++i)
        answers = gateway->collect(clock_.tick() + 20ms);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].etag, "\"new\"");
    EXPECT_EQ(answers[0].body, "<x/>");
    EXPECT_EQ(answers[0].request.year, 2026);
    const std::string request = requests().at(0);
    EXPECT_TRUE(request.starts_with(catalogues + "/2026 HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("\r\nIf-None-Match: \"old\"\r\n"), std::string::npos) << request;
}

TEST_F(GatewayTest, ACatalogueThatIsUnchangedUnknownOrOddParksNothing) {
    const auto gateway = make();
    for (const int each : {304, 404, 418, 418, 418, 418, 418, 418}) {
        set("GET /mep/v1", each);
        const auto answer = ask(*gateway, catalogue(2026));
        EXPECT_EQ(answer.reach, Reach::Answered);
        EXPECT_EQ(answer.http_status, each);
        gateway->learn("", edi::AnswerClass::InDoubt);
        EXPECT_EQ(gateway->condition(), "open");
    }
}

// A year's goods are a long document, up to 16 MiB.
TEST_F(GatewayTest, ACatalogueMayBeLong) {
    const std::string body(16u << 20, 'x');
    raw::Server server{[&](raw::Peer& peer, int) {
        while (const auto request = peer.read_request())
            peer.answer(200, request->find("/2027 ") == std::string::npos ? body : body + "x");
    }};
    dispatch::GatewayOptions options;
    options.url = server.url("/mep/v1");
    const auto gateway = std::move(*dispatch::make_curl_gateway(options, clock_));
    EXPECT_EQ(ask(*gateway, catalogue(2026)).body.size(), body.size());
    EXPECT_EQ(ask(*gateway, catalogue(2027)).reach, Reach::Lost);
}

// While the line is closed a catalogue waits inside; it costs nobody anything.
TEST_F(GatewayTest, ACatalogueWaitsWhileTheLineIsParked) {
    set("POST /mep/v1", 401);
    set("GET /mep/v1", 200);
    const auto gateway = make();
    EXPECT_EQ(ask(*gateway, submit("k")).reach, Reach::Configuration);
    gateway->send(catalogue(2026));
    EXPECT_TRUE(gateway->collect(clock_.tick() + 20ms).empty());
    EXPECT_EQ(count(catalogues), 0u);
    clock_.advance(60s);
    std::vector<dispatch::Answer> answers;
    for (int i = 0; i < 500 && answers.empty(); ++i)
        answers = gateway->collect(clock_.tick() + 20ms);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].http_status, 200);
    EXPECT_EQ(count(catalogues), 1u);
}

// What holds a password comes back without it, sent or not, and no line of the log has it.
TEST_F(GatewayTest, BodiesDoNotComeBackAndAreNotLogged) {
    std::string log;
    base::set_log_sink([&](std::string_view line) { log += line; });
    set("POST /mep/v1", 403);
    const auto gateway = make();
    for (const char* key : {"k1", "k2"}) {  // the second finds the line parked
        Request request{Ask::Submit, key, "<accountPwd>s3cret</accountPwd>", "", 1};
        request.request_sha256 = "blanked";
        const auto answer = ask(*gateway, std::move(request));
        EXPECT_EQ(answer.request.body, "");
        EXPECT_EQ(answer.attempt.request_sha256, "blanked");
    }
    EXPECT_NE(log.find("endpoint-parked"), std::string::npos);
    EXPECT_EQ(log.find("s3cret"), std::string::npos);
}

}  // namespace
