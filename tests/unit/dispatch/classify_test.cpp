// Contract: the table "What permitd does with an answer", every row.
#include <gtest/gtest.h>

#include "dispatch/gateway.hpp"

namespace {

using dispatch::Answer;
using dispatch::Ask;
using dispatch::classify;
using dispatch::Reach;
using edi::AnswerClass;
using enum AnswerClass;

Answer answer(Ask ask, Reach reach, int status) {
    Answer each;
    each.request.ask = ask;
    each.reach = reach;
    each.http_status = status;
    return each;
}

struct Row {
    int status;
    AnswerClass submit;  // readable, our key
    AnswerClass submit_unreadable;
    AnswerClass by_key;
    AnswerClass by_key_unreadable;
};

const std::vector<Row> rows{
    {200, Verdict, InDoubt, Verdict, InDoubt},
    {202, Verdict, InDoubt, InDoubt, InDoubt},
    {201, InDoubt, InDoubt, InDoubt, InDoubt},
    {204, InDoubt, InDoubt, InDoubt, InDoubt},
    {206, InDoubt, InDoubt, InDoubt, InDoubt},
    {422, Document, InDoubt, InDoubt, InDoubt},
    {413, Document, Document, InDoubt, InDoubt},
    {400, Document, InDoubt, InDoubt, InDoubt},
    {409, InDoubt, InDoubt, InDoubt, InDoubt},
    {408, NotProcessed, NotProcessed, NotProcessed, NotProcessed},
    {425, NotProcessed, NotProcessed, NotProcessed, NotProcessed},
    {429, NotProcessed, NotProcessed, NotProcessed, NotProcessed},
    {503, NotProcessed, NotProcessed, NotProcessed, NotProcessed},
    {500, InDoubt, InDoubt, InDoubt, InDoubt},
    {502, InDoubt, InDoubt, InDoubt, InDoubt},
    {504, InDoubt, InDoubt, InDoubt, InDoubt},
    {507, InDoubt, InDoubt, InDoubt, InDoubt},
    {520, InDoubt, InDoubt, InDoubt, InDoubt},
    {999, InDoubt, InDoubt, InDoubt, InDoubt},
    {404, InDoubt, InDoubt, NotFound, NotFound},
    {405, InDoubt, InDoubt, InDoubt, InDoubt},
    {410, InDoubt, InDoubt, InDoubt, InDoubt},
    {411, InDoubt, InDoubt, InDoubt, InDoubt},
    {415, InDoubt, InDoubt, InDoubt, InDoubt},
    {417, InDoubt, InDoubt, InDoubt, InDoubt},
    {421, InDoubt, InDoubt, InDoubt, InDoubt},
    {431, InDoubt, InDoubt, InDoubt, InDoubt},
    {401, Configuration, Configuration, Configuration, Configuration},
    {403, Configuration, Configuration, Configuration, Configuration},
    {407, Configuration, Configuration, Configuration, Configuration},
    {301, Configuration, Configuration, Configuration, Configuration},
    {302, Configuration, Configuration, Configuration, Configuration},
    {307, Configuration, Configuration, Configuration, Configuration},
    {308, Configuration, Configuration, Configuration, Configuration},
};

TEST(Classify, EveryStatusHasItsRow) {
    for (const Row& row : rows) {
        const auto submit = answer(Ask::Submit, Reach::Answered, row.status);
        const auto by_key = answer(Ask::ByKey, Reach::Answered, row.status);
        EXPECT_EQ(classify(submit, true, true), row.submit) << row.status;
        EXPECT_EQ(classify(submit, false, true), row.submit_unreadable) << row.status;
        EXPECT_EQ(classify(by_key, true, true), row.by_key) << row.status;
        EXPECT_EQ(classify(by_key, false, true), row.by_key_unreadable) << row.status;
    }
}

TEST(Classify, AVerdictAboutAnotherKeyIsInDoubt) {
    for (const int status : {200, 202}) {
        EXPECT_EQ(classify(answer(Ask::Submit, Reach::Answered, status), true, false), InDoubt);
        EXPECT_EQ(classify(answer(Ask::ByKey, Reach::Answered, status), true, false), InDoubt);
    }
}

TEST(Classify, WithoutAnAnswerTheReachDecides) {
    for (const Ask ask : {Ask::Submit, Ask::ByKey, Ask::Results, Ask::Query, Ask::Catalogue}) {
        EXPECT_EQ(classify(answer(ask, Reach::NotSent, 0), false, false), NotSent);
        EXPECT_EQ(classify(answer(ask, Reach::Lost, 0), false, false), InDoubt);
        EXPECT_EQ(classify(answer(ask, Reach::Configuration, 0), false, false), Configuration);
        EXPECT_EQ(classify(answer(ask, Reach::Configuration, 401), true, true), Configuration);
    }
}

// A question that is in doubt is asked again: nothing came of it.
TEST(Classify, QuestionsAndCataloguesAreAnsweredOrAskedAgain) {
    for (const Ask ask : {Ask::Query, Ask::Catalogue}) {
        const auto answered = [&](int status, bool readable) {
            return classify(answer(ask, Reach::Answered, status), readable, true);
        };
        EXPECT_EQ(answered(200, true), Verdict);
        EXPECT_EQ(answered(200, false), InDoubt);
        EXPECT_EQ(answered(404, true), NotFound);
        EXPECT_EQ(answered(404, false), NotFound);
        for (const int status : {408, 425, 429, 503})
            EXPECT_EQ(answered(status, true), NotProcessed);
        for (const int status : {401, 403, 407, 301, 302, 303, 307, 308})
            EXPECT_EQ(answered(status, true), Configuration) << status;
        for (const int status : {201, 202, 204, 206, 400, 405, 409, 413, 415, 422, 500, 502, 504})
            EXPECT_EQ(answered(status, true), InDoubt) << status;
    }
}

TEST(Classify, OnlyACatalogueMayBeUnchanged) {
    EXPECT_EQ(classify(answer(Ask::Catalogue, Reach::Answered, 304), false, true), Verdict);
    for (const Ask ask : {Ask::Submit, Ask::ByKey, Ask::Results, Ask::Query})
        EXPECT_EQ(classify(answer(ask, Reach::Answered, 304), true, true), Configuration);
}

TEST(Classify, ResultsAreAPageOrNothing) {
    EXPECT_EQ(classify(answer(Ask::Results, Reach::Answered, 200), true, true), Verdict);
    EXPECT_EQ(classify(answer(Ask::Results, Reach::Answered, 200), false, true), InDoubt);
    EXPECT_EQ(classify(answer(Ask::Results, Reach::Answered, 404), true, true), InDoubt);
    EXPECT_EQ(classify(answer(Ask::Results, Reach::Answered, 503), false, true), NotProcessed);
}

}  // namespace
