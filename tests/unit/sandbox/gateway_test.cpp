// The table of the gateway: each path, its answers, and that a key has at most one effect.
#include "unit/sandbox/ministry_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

class Gateway : public MinistryTest {};

TEST_F(Gateway, AMessageIsAcknowledgedOnceAndRepeatsGetTheSameAnswer) {
    open();
    const http::Response first = send(1);
    EXPECT_EQ(first.status, 202);
    const base::Element ack = parsed(first);
    EXPECT_EQ(ack.name, "mepAck");
    EXPECT_EQ(ack.text_at("key"), key(1));
    EXPECT_EQ(ack.text_at("clientRef"), "PO-1");
    EXPECT_EQ(ack.text_at("applicationNo").substr(0, 6), "202611");
    EXPECT_EQ(ack.text_at("applicationNo").size(), 16u);
    clock_.advance(1h);
    EXPECT_EQ(send(1).body, first.body);
    const auto known = ministry_->handle(ask("/mep/v1/messages/" + key(1))).response;
    EXPECT_EQ(known.status, 200);
    EXPECT_EQ(known.body, first.body);
    EXPECT_EQ(ministry_->counters().declared, 1u);
    EXPECT_EQ(ministry_->counters().repeats, 1u);
    EXPECT_EQ(ministry_->counters().references_declared_twice, 0u);
}

TEST_F(Gateway, AKnownKeyWithAnotherBodyIsAConflict) {
    open();
    send(1);
    const http::Response other = send(1, {.ref = "PO-2"});
    EXPECT_EQ(other.status, 409);
    EXPECT_EQ(parsed(other).name, "mepFault");
    EXPECT_EQ(ministry_->counters().conflicts, 1u);
    EXPECT_EQ(ministry_->counters().declared, 1u);
}

TEST_F(Gateway, AnUnknownKeyIsNotFound) {
    open();
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(9))).response.status, 404);
    EXPECT_EQ(ministry_->counters().key_questions_unknown, 1u);
}

TEST_F(Gateway, WhatIsWrongIsAFaultAndHasNoEffect) {
    open();
    const std::string good = application(key(1));
    auto with = [&](auto change) {
        http::Request request = post(key(1), good);
        change(request);
        return request;
    };
    const std::pair<http::Request, int> table[] = {
        {with([](auto& r) { r.headers.erase("idempotency-key"); }), 400},
        {with([](auto& r) { r.headers["idempotency-key"] = key(1); }), 400},
        {with([](auto& r) { r.headers["idempotency-key"] = "\"short\""; }), 400},
        {with([](auto& r) { r.headers.erase("content-digest"); }), 400},
        {with([](auto& r) { r.body += " "; }), 400},
        {post(key(1), application(key(2))), 400},
        {post(key(1), "not XML"), 400},
        {post(key(1), "<!DOCTYPE a><a/>"), 400},
        {post(key(1), good.substr(0, good.size() / 2)), 400},
        {post(key(1), std::string((24u << 20) + 1, ' ')), 413}};
    int row = 0;
    for (const auto& [request, status] : table) {
        const http::Response response = ministry_->handle(request).response;
        EXPECT_EQ(response.status, status) << row;
        EXPECT_EQ(parsed(response).name, "mepFault") << row++;
    }
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(1))).response.status, 404);
    EXPECT_EQ(send(1).status, 202);
}

TEST_F(Gateway, AnInvalidDocumentIsAVerdictThatIsRemembered) {
    open();
    const std::string invalid = request_xml("application", key(1), "<corpCde>x</corpCde>");
    const http::Response first = ministry_->handle(post(key(1), invalid)).response;
    EXPECT_EQ(first.status, 422);
    EXPECT_EQ(parsed(first).name, "mepFault");
    EXPECT_EQ(ministry_->handle(post(key(1), invalid)).response.status, 422);
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(1))).response.body, first.body);
    EXPECT_EQ(ministry_->counters().refused, 1u);
    EXPECT_EQ(ministry_->counters().declared, 0u);
}

TEST_F(Gateway, AskingWithACursorConfirmsAllBeforeIt) {
    open();
    for (int i = 1; i <= 5; ++i) send(i, {.ref = "PO-" + std::to_string(i)});
    const auto page = parsed(
        ministry_->handle(ask("/mep/v1/results", {{"after", "0"}, {"limit", "4"}})).response);
    EXPECT_THAT(page.children, SizeIs(4));
    EXPECT_EQ(page.attribute("more"), "true");
    // The same again: nothing was confirmed yet.
    EXPECT_THAT(results(), SizeIs(15));
    EXPECT_THAT(results(), SizeIs(0));
    EXPECT_EQ(ministry_->counters().results_confirmed, 15u);
    // Confirmed is forgotten, whatever is asked.
    cursor_ = "0";
    EXPECT_THAT(results(), SizeIs(0));
}

TEST_F(Gateway, ALongPollWaitsUntilThereIsSomething) {
    open("otherwise: {delay: 10s}\n");
    send(1);
    const auto now = ministry_->handle(ask("/mep/v1/results", {{"after", "0"}})).response;
    EXPECT_THAT(parsed(now).children, SizeIs(0));
    const auto answer = ministry_->handle(ask("/mep/v1/results", {{"wait", "20"}}));
    ASSERT_TRUE(answer.poll);
    EXPECT_EQ(answer.poll->wait, 20s);
    EXPECT_FALSE(ministry_->has_results(*answer.poll));
    ASSERT_TRUE(ministry_->next_event());
    EXPECT_EQ(*ministry_->next_event() - clock_.now(), 10s);
    clock_.advance(10s);
    ministry_->advance();
    EXPECT_TRUE(ministry_->has_results(*answer.poll));
    EXPECT_THAT(parsed(ministry_->results(*answer.poll)).children, SizeIs(3));
}

TEST_F(Gateway, QuestionsOutOfRangeAreFaults) {
    open();
    using Query = std::map<std::string, std::string>;
    for (const Query& query :
         {Query{{"limit", "0"}}, Query{{"limit", "501"}}, Query{{"wait", "31"}},
          Query{{"after", "x"}}, Query{{"after", "-1"}}, Query{{"after", "99999999999999999999"}}})
        EXPECT_EQ(ministry_->handle(ask("/mep/v1/results", query)).response.status, 400)
            << query.begin()->second;
}

TEST_F(Gateway, TheCatalogueHasATag) {
    open();
    const http::Response whole = ministry_->handle(ask("/mep/v1/catalogue/2026")).response;
    EXPECT_EQ(whole.status, 200);
    EXPECT_GT(parsed(whole).children.size(), 50u);
    http::Request again = ask("/mep/v1/catalogue/2026");
    again.headers["if-none-match"] = whole.headers.at("ETag");
    EXPECT_EQ(ministry_->handle(again).response.status, 304);
    for (const char* year : {"1999", "26", "abcd", "20266"})
        EXPECT_EQ(ministry_->handle(ask(std::string("/mep/v1/catalogue/") + year)).response.status,
                  404);
}

TEST_F(Gateway, StatusCountersMessagesAndClear) {
    open();
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/status")).response.status, 200);
    EXPECT_EQ(ministry_->handle(ask("/nowhere")).response.status, 404);
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages")).response.status, 404);
    http::Request put = ask("/mep/v1/status");
    put.method = "PUT";
    EXPECT_EQ(ministry_->handle(put).response.status, 405);
    send(1);
    const std::string counters = ministry_->handle(ask("/sandbox/counters")).response.body;
    EXPECT_THAT(counters, HasSubstr("\"declared\": 1"));
    EXPECT_THAT(counters, HasSubstr("\"POST /mep/v1/messages\": 1"));
    EXPECT_THAT(ministry_->handle(ask("/sandbox/messages")).response.body,
                HasSubstr("\"clientRef\": \"PO-1\""));
    http::Request clear = ask("/sandbox/clear");
    clear.method = "POST";
    EXPECT_EQ(ministry_->handle(clear).response.status, 200);
    EXPECT_EQ(ministry_->counters().declared, 0u);
    EXPECT_EQ(ministry_->handle(ask("/mep/v1/messages/" + key(1))).response.status, 404);
}

TEST_F(Gateway, TheCatalogueHasAllRowsAndTheirDays) {
    open();
    const auto rows = [&](const std::string& year) {
        return parsed(ministry_->handle(ask("/mep/v1/catalogue/" + year)).response).children;
    };
    const std::string head =
        "code,name_zh,unit,supervision,issuing_tier,valid_from,valid_to\n"
        "8406811000,汽轮机,001,O,local,2026-01-01,2026-12-31\n"
        "8407101000,\"引擎,航空\",001,,,2026-01-01,2026-12-31\n";
    const auto publish = [&](const std::string& more) {
        const auto catalogue = sandbox::Catalogue::parse(head + more, "c.csv");
        ASSERT_TRUE(catalogue);
        ministry_->publish(*catalogue);
    };
    publish("8457101000,加工中心,001,O,local,2026-01-01,2026-06-30\n");
    EXPECT_THAT(rows("2026"), SizeIs(3));
    EXPECT_EQ(rows("2026")[1].text_at("supervision"), "");
    EXPECT_EQ(rows("2026")[1].text_at("name"), "引擎,航空");
    EXPECT_EQ(rows("2026")[2].text_at("validTo"), "2026-06-30");
    http::Request again = ask("/mep/v1/catalogue/2026");
    again.headers["if-none-match"] = ministry_->handle(again).response.headers.at("ETag");
    EXPECT_EQ(ministry_->handle(again).response.status, 304);
    publish(
        "8457101000,加工中心,001,O,local,2026-01-01,2026-06-30\n"
        "8457101000,加工中心,001,6AO,local,2026-07-01,2027-06-30\n");
    EXPECT_EQ(ministry_->handle(again).response.status, 200);
    EXPECT_THAT(rows("2026"), SizeIs(4));
    EXPECT_THAT(rows("2027"), SizeIs(1));
}

TEST_F(Gateway, ASecondRegistrationUnderReviewShowsInTheCounters) {
    open("registrations: {otherwise: {delay: 1h}}\n");
    say(1, registration(key(1)));
    say(2, registration(key(2), {.uscc = "91440300717850504F"}));
    EXPECT_EQ(ministry_->counters().registrations_declared_twice_while_open, 0u);
    say(3, registration(key(3)));
    EXPECT_EQ(ministry_->counters().registrations_declared_twice_while_open, 1u);
}

TEST_F(Gateway, TwoKeysForOneOpenReferenceShowInTheCounters) {
    open();
    send(1);
    EXPECT_EQ(send(2).status, 202);
    EXPECT_EQ(ministry_->counters().references_declared_twice_while_open, 1u);
    EXPECT_EQ(ministry_->counters().applications, 2u);
}

}  // namespace
