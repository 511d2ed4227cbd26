// Contract: gateway.md, "What permitd does with an answer": a verdict is complete, of the right
// type, readable and of our key; whatever else comes back with a 2xx is in doubt, and only the key
// is asked. Each answer comes as bytes.
#include <cstdio>

#include "talk.hpp"

namespace desk {
namespace {

using dispatch::Ask;

class ForeignAnswer : public Talk {
protected:
    ForeignAnswer() {
        desk_.submit(key_a);
        desk_.put(MessageState::Waiting, key_a);
    }
    // In doubt, nothing told, and the next question is for the key, not a second declaration.
    void expect_doubt() {
        EXPECT_EQ(submission().state, MessageState::InDoubt);
        EXPECT_FALSE(submission().request.empty());
        EXPECT_FALSE(submission().last_error.empty());
        EXPECT_TRUE(is_untouched());
        step();
        EXPECT_FALSE(asked(Ask::Submit));
        const auto question = asked(Ask::ByKey);
        ASSERT_TRUE(question);
        EXPECT_EQ(question->key, key_a);
        line_.sent.push_back(*question);
    }
    void expect_acknowledged(const std::string& key = key_a) {
        EXPECT_EQ(submission(key).state, MessageState::Settled);
        EXPECT_EQ(desk_.application().state, edi::ApplicationState::UnderReview);
        EXPECT_EQ(desk_.application().application_no, number);
    }
};

TEST_F(ForeignAnswer, AnAcknowledgementOfAnotherKeySettlesNothing) {
    hear(Ask::Submit, {.status = 202, .body = ack(key_b)});
    EXPECT_EQ(submission().last_error, "the answer speaks of another key");
    expect_doubt();
    hear(Ask::ByKey, {.body = ack(key_b)});
    EXPECT_EQ(submission().state, MessageState::InDoubt);
    EXPECT_TRUE(is_untouched());
    clock_.advance(hours{1});
    hear(Ask::ByKey, {.body = ack(key_a)});
    expect_acknowledged();
}

// The other key may be one of ours too: it is not the one that was asked about.
TEST_F(ForeignAnswer, CrossedAcknowledgementsSettleNeither) {
    edi::Change change;
    edi::Submission other = submission();
    other.key = key_b;
    other.message_id = "M-2";
    other.subject = "PO-2";
    change.submissions.push_back(other);
    desk_.store->commit(std::span{&change, 1});
    step();
    for (int i = 0; i < 2; ++i) {
        auto request = asked(Ask::Submit);
        ASSERT_TRUE(request);
        const std::string crossed = request->key == key_a ? key_b : key_a;
        answer(std::move(*request), {.status = 202, .body = ack(crossed)});
    }
    for (const std::string& key : {key_a, key_b}) {
        EXPECT_EQ(submission(key).state, MessageState::InDoubt);
        EXPECT_FALSE(submission(key).request.empty());
    }
    EXPECT_TRUE(is_untouched());
}

// A page of a proxy or a portal, under whatever status and whatever it calls itself.
TEST_F(ForeignAnswer, HtmlIsNeverAVerdict) {
    for (const char* type : {"text/html", "application/xml", ""})
        for (const int status : {200, 202, 400, 404, 409, 422, 500}) {
            SCOPED_TRACE(std::to_string(status) + " " + type);
            desk_.submit(key_a);
            desk_.put(MessageState::Waiting, key_a);
            line_.sent.clear();
            hear(Ask::Submit, {.status = status, .body = html, .type = type});
            expect_doubt();
            hear(Ask::ByKey, {.reach = dispatch::Reach::NotSent});
        }
    for (const int status : {200, 202, 400, 422, 500}) {
        SCOPED_TRACE(status);
        clock_.advance(hours{1});
        hear(Ask::ByKey, {.status = status, .body = html, .type = "text/html"});
        EXPECT_EQ(submission().state, MessageState::InDoubt);
        EXPECT_TRUE(is_untouched());
    }
}

TEST_F(ForeignAnswer, TheRightWordsOfTheWrongTypeAreInDoubt) {
    const std::vector<std::pair<int, std::string>> verdicts{
        {200, ack(key_a)}, {202, ack(key_a)}, {400, fault}, {422, fault}};
    for (const char* type :
         {"", "text/html", "text/plain", "application/json", "application/octet-stream",
          "application/xhtml+xml", "application/xml, text/html", "xml", "text/xmlish"})
        for (const auto& [status, body] : verdicts) {
            SCOPED_TRACE(std::to_string(status) + " " + type);
            desk_.submit(key_a);
            desk_.put(MessageState::Waiting, key_a);
            line_.sent.clear();
            hear(Ask::Submit, {.status = status, .body = body, .type = type});
            expect_doubt();
            hear(Ask::ByKey, {.body = body, .type = type});
            EXPECT_EQ(submission().state, MessageState::InDoubt);
            EXPECT_TRUE(is_untouched());
        }
}

TEST_F(ForeignAnswer, XmlIsKnownByEitherName) {
    for (const char* type : {"application/xml", "text/xml", "text/xml; charset=utf-8",
                             "Application/XML ;charset=\"UTF-8\"", "TEXT/XML\t; x=y"}) {
        SCOPED_TRACE(type);
        desk_.submit(key_a);
        desk_.put(MessageState::Waiting, key_a);
        hear(Ask::Submit, {.status = 202, .body = ack(key_a), .type = type});
        expect_acknowledged();
    }
}

// Readable and of our namespace, but no answer to what was asked.
TEST_F(ForeignAnswer, AnotherElementIsInDoubt) {
    hear(Ask::Submit, {.status = 202, .body = page("9", approval())});
    EXPECT_EQ(submission().last_error, "the answer says something else than was asked");
    expect_doubt();
    EXPECT_EQ(desk_.store->cursor(), "") << "a page counts only as the answer to its question";
    hear(Ask::ByKey, {.body = page("9", approval())});
    EXPECT_EQ(submission().state, MessageState::InDoubt);
    EXPECT_TRUE(is_untouched());
}

// Whole by its framing, torn all the same.
TEST_F(ForeignAnswer, AnAcknowledgementCutAtEveryByteIsInDoubt) {
    const std::string whole = ack(key_a);
    hear(Ask::Submit, {.status = 202, .body = "<"});
    expect_doubt();
    for (std::size_t n = 0; n < whole.size(); ++n) {
        clock_.advance(hours{1});
        hear(Ask::ByKey, {.body = whole.substr(0, n)});
        ASSERT_EQ(submission().state, MessageState::InDoubt) << n;
    }
    EXPECT_TRUE(is_untouched());
    clock_.advance(hours{1});
    hear(Ask::ByKey, {.body = whole});
    expect_acknowledged();
}

// What would be 128 MiB of white space and an acknowledgement of ours. Nothing here unpacks.
TEST_F(ForeignAnswer, AGzipBombIsNoAnswer) {
    const std::string made =
        "(head -c 134217728 /dev/zero | tr '\\0' ' '; printf '%s' '" + ack(key_a) + "') | gzip -1";
    FILE* const gzip = ::popen(made.c_str(), "r");
    ASSERT_TRUE(gzip);
    std::string bomb;
    char bytes[65536];
    for (std::size_t n = 0; (n = std::fread(bytes, 1, sizeof bytes, gzip)) > 0;)
        bomb.append(bytes, n);
    ASSERT_EQ(::pclose(gzip), 0);
    ASSERT_LT(bomb.size(), 2u << 20);
    hear(Ask::Submit, {.status = 202, .body = bomb});
    expect_doubt();
    hear(Ask::ByKey, {.body = bomb});
    EXPECT_EQ(submission().state, MessageState::InDoubt);
    hear(Ask::Results, {.body = bomb});
    EXPECT_EQ(desk_.store->cursor(), "");
    EXPECT_TRUE(is_untouched());
}

}  // namespace
}  // namespace desk
