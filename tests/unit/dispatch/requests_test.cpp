// Requests: what stands on the wire, and how the end of a transfer reads as an answer.
#include "dispatch/requests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace {

using dispatch::Ask;
using dispatch::Reach;
using dispatch::Request;
using testing::Contains;
using testing::ElementsAre;

dispatch::GatewayOptions options() {
    dispatch::GatewayOptions out;
    out.url = "https://gateway.example/mep/v1";
    return out;
}

std::string digest(const std::string& body) {
    const auto bytes = base::sha256(body);
    return "Content-Digest: sha-256=:" +
           base::base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) + ":";
}

Request catalogue(int year, const std::string& etag = "") {
    Request request;
    request.ask = Ask::Catalogue;
    request.year = year;
    request.etag = etag;
    return request;
}

dispatch::Answer ended(Request request, int status, std::vector<std::string> headers = {},
                       const std::string& body = "") {
    transfer::Ended end;
    end.end = transfer::End::Complete;
    end.status = status;
    end.headers = std::move(headers);
    end.body = body;
    const base::Time now = *base::parse_time("2026-11-22T01:30:00Z");
    return dispatch::answer_of(std::move(request), std::move(end), options(), now, now);
}

TEST(Requests, AQueryIsPostedWithoutAKeyOfItsOwn) {
    const transfer::Call call =
        dispatch::call_of({Ask::Query, "q1", "<mepQuery/>", "", 1}, options(), 500);
    EXPECT_EQ(call.method, "POST");
    EXPECT_EQ(call.url, "https://gateway.example/mep/v1/queries");
    EXPECT_EQ(call.body, "<mepQuery/>");
    EXPECT_THAT(call.headers, ElementsAre("Accept: application/xml",
                                          "Content-Type: application/xml", digest("<mepQuery/>")));
}

TEST(Requests, ACatalogueIsAskedForByYearAndByWhatIsKnown) {
    const transfer::Call first = dispatch::call_of(catalogue(2026), options(), 500);
    EXPECT_EQ(first.method, "GET");
    EXPECT_EQ(first.url, "https://gateway.example/mep/v1/catalogue/2026");
    EXPECT_EQ(first.body, "");
    EXPECT_THAT(first.headers, ElementsAre("Accept: application/xml"));
    EXPECT_EQ(first.answer_bytes_max, 16u << 20);
    const transfer::Call again = dispatch::call_of(catalogue(2026, "W/\"7\""), options(), 500);
    EXPECT_THAT(again.headers, Contains("If-None-Match: W/\"7\""));
}

TEST(Requests, ACatalogueBringsItsEntityTag) {
    const auto tag = [](std::vector<std::string> headers) {
        return ended(catalogue(2026), 200, std::move(headers)).etag;
    };
    EXPECT_EQ(tag({"ETag: \"abc\""}), "\"abc\"");
    EXPECT_EQ(tag({"etag:  W/\"a/1\" "}), "W/\"a/1\"");
    EXPECT_EQ(tag({"ETag: \"\""}), "\"\"");
    // What is none would not be understood when it goes back.
    EXPECT_EQ(tag({}), "");
    for (const std::string& bad :
         {std::string("abc"), std::string("\""), std::string("\"a b\""), std::string("\"a\"b\""),
          std::string("w/\"a\""), std::string("\"a\r\""), '"' + std::string(300, 'a') + '"'})
        EXPECT_EQ(tag({"ETag: " + bad}), "") << bad;
    EXPECT_EQ(tag({"ETag: \"a\"", "ETag: \"b\""}), "");
    EXPECT_EQ(ended({Ask::Query, "q", "<q/>", "", 1}, 200, {"ETag: \"a\""}).etag, "");
}

TEST(Requests, AnUnchangedCatalogueIsAnAnswerAndNoRedirect) {
    EXPECT_EQ(ended(catalogue(2026, "\"a\""), 304).reach, Reach::Answered);
    EXPECT_EQ(ended(catalogue(2026, "\"a\""), 302).reach, Reach::Configuration);
    EXPECT_EQ(ended({Ask::Query, "q", "<q/>", "", 1}, 304).reach, Reach::Configuration);
    EXPECT_EQ(ended({Ask::Submit, "k", "<r/>", "", 1}, 304).reach, Reach::Configuration);
}

TEST(Requests, AnAttemptSaysHowItAsked) {
    EXPECT_EQ(ended({Ask::Submit, "k", "<r/>", "", 1}, 202).attempt.what, "POST");
    EXPECT_EQ(ended({Ask::Query, "q", "<q/>", "", 1}, 200).attempt.what, "POST");
    EXPECT_EQ(ended({Ask::ByKey, "k", "", "", 1}, 200).attempt.what, "GET");
    EXPECT_EQ(ended(catalogue(2026), 200).attempt.what, "GET");
}

// A digest of a body that holds a password would let it be guessed: that of the blanked body
// counts.
TEST(Requests, AnAttemptHasTheDigestThatItWasGiven) {
    const auto digest_of = [](Ask ask, const std::string& body, const std::string& given) {
        Request request{ask, "k", body, "", 1};
        request.request_sha256 = given;
        return ended(std::move(request), 200).attempt.request_sha256;
    };
    EXPECT_EQ(digest_of(Ask::Submit, "<r/>", "blanked"), "blanked");
    EXPECT_EQ(digest_of(Ask::Submit, "<r/>", ""), base::sha256_hex("<r/>"));
    EXPECT_EQ(digest_of(Ask::Query, "<q/>", "given"), "given");
    EXPECT_EQ(digest_of(Ask::Query, "<q/>", ""), base::sha256_hex("<q/>"));
    EXPECT_EQ(digest_of(Ask::ByKey, "", ""), "");
    EXPECT_EQ(ended(catalogue(2026), 200).attempt.request_sha256, "");
}

TEST(Requests, TheBodyDoesNotComeBack) {
    const auto answer = ended({Ask::Submit, "k", "<accountPwd>secret</accountPwd>", "", 1}, 202);
    EXPECT_EQ(answer.request.body, "");
    EXPECT_EQ(answer.request.key, "k");
}

TEST(Requests, WhatIsPuzzling) {
    const auto puzzling = [](Ask ask, int status) {
        return dispatch::is_puzzling(ended({ask, "k", "", "", 1}, status));
    };
    for (const int status : {408, 409, 425, 429, 200, 500, 503})
        for (const Ask ask : {Ask::Submit, Ask::ByKey, Ask::Query, Ask::Results, Ask::Catalogue})
            EXPECT_FALSE(puzzling(ask, status)) << status;
    EXPECT_TRUE(puzzling(Ask::Submit, 404));
    EXPECT_FALSE(puzzling(Ask::ByKey, 404));
    EXPECT_FALSE(puzzling(Ask::Query, 404));
    EXPECT_FALSE(puzzling(Ask::Catalogue, 404));
    for (const Ask ask : {Ask::Submit, Ask::ByKey, Ask::Query}) EXPECT_TRUE(puzzling(ask, 418));
    for (const Ask ask : {Ask::Results, Ask::Catalogue}) EXPECT_FALSE(puzzling(ask, 418));
}

// Two types are none: a proxy that adds its own must not turn a page of HTML into an answer.
TEST(Requests, ATypeCountsWhenItIsTheOnlyOne) {
    const auto type = [](std::vector<std::string> headers) {
        return ended({Ask::Submit, "k", "", "", 1}, 202, std::move(headers)).content_type;
    };
    EXPECT_EQ(type({"X: y", "content-type:  text/xml; charset=utf-8 "}), "text/xml; charset=utf-8");
    EXPECT_EQ(type({}), "");
    EXPECT_EQ(type({"Content-Type: application/xml", "Content-Type: text/html"}), "");
}

TEST(Requests, APageIsAskedForWithTheLimitOfTheMoment) {
    const auto call = dispatch::call_of({Ask::Results, "", "", "7", 1}, options(), 31);
    EXPECT_EQ(call.url, "https://gateway.example/mep/v1/results?after=7&limit=31&wait=20");
}

}  // namespace
