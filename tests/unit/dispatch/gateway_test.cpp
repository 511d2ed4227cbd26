// Promises of CurlGateway: what stands on the wire; every request gets exactly one answer; nothing
// is sent through a line that is parked or broken; it opens again through a probe.
#include "gateway_fixture.hpp"

#include <filesystem>

#include "unit/transfer/authority.hpp"

namespace {

using namespace std::chrono_literals;
using dispatch::Ask;
using dispatch::Reach;
using dispatch::Request;

const std::string post = "POST /mep/v1/messages";
const std::string by_key = "GET /mep/v1/messages";
const std::string results = "GET /mep/v1/results";
const std::string status = "GET /mep/v1/status";
TEST_F(GatewayTest, ASubmissionBearsKeyDigestAndType) {
    set("POST /mep/v1", 202);
    const auto gateway = make();
    EXPECT_EQ(gateway->capacity(), 32u);
    const auto answer = ask(*gateway, submit("abc234"));
    EXPECT_EQ(answer.reach, Reach::Answered);
    EXPECT_EQ(answer.http_status, 202);
    EXPECT_EQ(answer.content_type, "application/xml");
    EXPECT_EQ(answer.body, "<x/>");
    EXPECT_EQ(answer.request.key, "abc234");
    EXPECT_EQ(answer.attempt.number, 3u);
    EXPECT_EQ(answer.attempt.what, "POST");
    EXPECT_EQ(answer.attempt.endpoint, server_.url("/mep/v1"));
    EXPECT_EQ(answer.attempt.request_sha256, base::sha256_hex("<mepRequest/>"));
    EXPECT_EQ(answer.attempt.answer_sha256, base::sha256_hex("<x/>"));
    EXPECT_EQ(answer.attempt.sent_at, clock_.now());
    const std::string request = requests().at(0);
    EXPECT_TRUE(request.starts_with(post + " HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("\r\nIdempotency-Key: \"abc234\"\r\n"), std::string::npos) << request;
    EXPECT_NE(request.find("\r\nContent-Type: application/xml\r\n"), std::string::npos);
    const auto digest = base::sha256("<mepRequest/>");
    const std::string base64 =
        base::base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
    EXPECT_NE(request.find("\r\nContent-Digest: sha-256=:" + base64 + ":\r\n"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\n<mepRequest/>"));
}

TEST_F(GatewayTest, QuestionsNameKeyCursorAndWait) {
    set("GET /mep/v1", 200);
    const auto gateway = make();
    EXPECT_EQ(ask(*gateway, {Ask::ByKey, "abc234", "", "", 1}).http_status, 200);
    EXPECT_EQ(ask(*gateway, {Ask::Results, "", "", "c/1&x=", 1}).http_status, 200);
    EXPECT_TRUE(requests().at(0).starts_with(by_key + "/abc234 HTTP/1.1\r\n"));
    EXPECT_TRUE(requests().at(1).starts_with(results +
                                             "?after=c%2f1%26x%3d&limit=500&wait=20 HTTP/1.1\r\n"))
        << requests().at(1);
}

TEST_F(GatewayTest, RetryAfterIsReadFromTheAnswer) {
    set("POST /mep/v1", 503);
    more_ = "Retry-After: 90\r\n";
    EXPECT_EQ(ask(*make(), submit("k")).retry_after, 90s);
}

// "401, 403, 407, redirect: the endpoint is parked, no message burns an attempt".
TEST_F(GatewayTest, AParkedLineSendsNothingAndOpensSlowlyThroughItsProbe) {
    for (const int refused : {401, 403, 407, 302}) {
        events_.clear();
        set("POST /mep/v1", refused);
        set("GET /mep/v1", 503);
        const auto gateway = make();
        const auto answer = ask(*gateway, submit("k1"));
        EXPECT_EQ(answer.reach, Reach::Configuration);
        EXPECT_EQ(answer.http_status, refused);
        EXPECT_EQ(gateway->capacity(), 0u);
        EXPECT_TRUE(gateway->condition().starts_with("parked: ")) << gateway->condition();
        const auto posts = count(post);
        EXPECT_EQ(ask(*gateway, submit("k2")).reach, Reach::Configuration);
        EXPECT_EQ(count(post), posts);
        const auto probes = count(status);
        clock_.advance(59s);
        (void)gateway->collect(clock_.tick() + 20ms);
        EXPECT_EQ(count(status), probes);
        clock_.advance(1s);
        for (int i = 0; i < 500 && count(status) == probes; ++i)
            (void)gateway->collect(clock_.tick() + 10ms);
        (void)gateway->collect(clock_.tick() + 50ms);  // 503: still parked
        EXPECT_TRUE(gateway->condition().starts_with("parked"));
        set("GET /mep/v1", 200);
        set("POST /mep/v1", 202);
        clock_.advance(120s);
        until(*gateway, "open");
        EXPECT_EQ(gateway->capacity(), 1u);
        EXPECT_EQ(ask(*gateway, submit("k3")).http_status, 202);
        EXPECT_EQ(gateway->capacity(), 2u);
        EXPECT_EQ(events_, (std::vector<std::string>{"endpoint-parked", "endpoint-open"}));
    }
}

TEST_F(GatewayTest, FiveFailuresBreakTheLineUntilTheProbeSucceeds) {
    set("POST /mep/v1", 0);  // closes without an answer
    set("GET /mep/v1", 200);
    const auto gateway = make();
    for (int i = 0; i < 5; ++i) {
        EXPECT_GT(gateway->capacity(), 0u);
        EXPECT_EQ(ask(*gateway, submit("k" + std::to_string(i))).reach, Reach::Lost);
    }
    EXPECT_EQ(gateway->capacity(), 0u);
    EXPECT_EQ(gateway->condition(), "broken until 2026-11-22T09:31:00.000+08:00");
    EXPECT_EQ(ask(*gateway, submit("k9")).reach, Reach::Configuration);
    EXPECT_EQ(count(post), 5u);
    clock_.advance(60s);
    until(*gateway, "open");
    EXPECT_EQ(gateway->capacity(), 1u);
    EXPECT_EQ(events_, (std::vector<std::string>{"endpoint-broken", "endpoint-open"}));
}

TEST_F(GatewayTest, FiveSubmissionsWithoutAVerdictPark) {
    set("POST /mep/v1", 418);
    const auto gateway = make();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(gateway->condition(), "open");
        const std::string key = "k" + std::to_string(i);
        EXPECT_EQ(ask(*gateway, submit(key)).reach, Reach::Answered);
        gateway->learn(key, edi::AnswerClass::InDoubt);
        gateway->learn(key, edi::AnswerClass::InDoubt);  // one answer counts once
    }
    EXPECT_TRUE(gateway->condition().starts_with("parked"));
}

TEST_F(GatewayTest, InDoubtForOtherReasonsDoesNotPark) {
    set("POST /mep/v1", 500);
    const auto gateway = make();
    for (int i = 0; i < 8; ++i) {
        const std::string key = "k" + std::to_string(i);
        (void)ask(*gateway, submit(key));
        gateway->learn(key, edi::AnswerClass::InDoubt);
    }
    EXPECT_EQ(gateway->condition(), "open");
}

TEST_F(GatewayTest, NeverMoreThanInFlightMax) {
    std::atomic<int> here = 0;
    std::atomic<int> most = 0;
    std::atomic<bool> go = false;
    raw::Server slow{[&](raw::Peer& peer, int) {
        while (peer.read_request()) {
            most = std::max<int>(most, ++here);
            while (!go) std::this_thread::yield();
            --here;
            peer.answer(202, "<x/>");
        }
    }};
    dispatch::GatewayOptions options;
    options.url = slow.url("/mep/v1");
    options.in_flight_max = 3;
    const auto gateway = std::move(*dispatch::make_curl_gateway(options, clock_));
    for (int i = 0; i < 8; ++i) gateway->send(submit("k" + std::to_string(i)));
    EXPECT_EQ(gateway->capacity(), 0u);
    while (here < 3) (void)gateway->collect(clock_.tick() + 10ms);
    go = true;
    std::map<std::string, int> answered;
    for (int i = 0; i < 500 && answered.size() < 8; ++i)
        for (const auto& each : gateway->collect(clock_.tick() + 20ms))
            ++answered[each.request.key];
    EXPECT_EQ(answered.size(), 8u);
    for (const auto& [key, times] : answered) EXPECT_EQ(times, 1) << key;
    EXPECT_LE(most, 3);
    EXPECT_EQ(gateway->capacity(), 3u);
}

// Asking for results backs off by itself, and stands beside the submissions.
TEST_F(GatewayTest, ResultsThatFailAreAskedForAtGrowingIntervals) {
    set("GET /mep/v1", 503);
    const auto gateway = make(1);
    EXPECT_EQ(ask(*gateway, {Ask::Results, "", "", "c", 1}).http_status, 503);
    gateway->send({Ask::Results, "", "", "c", 2});
    EXPECT_EQ(gateway->capacity(), 1u);
    EXPECT_TRUE(gateway->collect(clock_.tick() + 30ms).empty());
    EXPECT_EQ(count(results), 1u);
    set("GET /mep/v1", 200);
    clock_.advance(1s);
    std::vector<dispatch::Answer> answers;
    for (int i = 0; i < 200 && answers.empty(); ++i)
        answers = gateway->collect(clock_.tick() + 20ms);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].http_status, 200);
    EXPECT_EQ(events_, (std::vector<std::string>{"results-failing", "results-collected-again"}));
}

// Certificates that do not do are the operator's matter too: parked before a byte leaves.
TEST_F(GatewayTest, AnUnknownAuthorityParks) {
    std::string directory = (std::filesystem::temp_directory_path() / "gateway-XXXXXX").string();
    ASSERT_TRUE(::mkdtemp(directory.data()));
    raw::Authority ours{directory, "ours"};
    raw::Authority others{directory, "others"};
    const auto identity = ours.issue("server", "localhost", -60, 3600);
    std::atomic<int> posts = 0;
    raw::Server server{
        [&](raw::Peer& peer, int) { posts += peer.read_request().has_value(); },
        raw::ServerTls{identity.certificate_file, identity.key_file, "", TLS1_3_VERSION}};
    dispatch::GatewayOptions options;
    options.url = server.url("/mep/v1");
    options.tls.ca_file = others.file();
    const auto gateway = std::move(*dispatch::make_curl_gateway(options, clock_));
    EXPECT_EQ(ask(*gateway, submit("k")).reach, Reach::Configuration);
    EXPECT_TRUE(gateway->condition().starts_with("parked: ")) << gateway->condition();
    EXPECT_EQ(posts, 0);
    std::filesystem::remove_all(directory);
}

TEST_F(GatewayTest, OptionsThatCannotBeRightAreAFault) {
    for (const char* url : {"http://gateway.example/mep/v1", "https://gateway.example/mep/v1/",
                            "https://gateway.example/?x", "gateway", "ftp://localhost/x"}) {
        dispatch::GatewayOptions options;
        options.url = url;
        EXPECT_FALSE(dispatch::make_curl_gateway(options, clock_)) << url;
    }
}

}  // namespace
