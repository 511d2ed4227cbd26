// Promises: what breaks off is lost whatever was asked, and moves nothing; a page that is too long
// to be taken is asked for in smaller pieces, and stops nobody's submissions.
#include "gateway_fixture.hpp"

namespace {

using namespace std::chrono_literals;
using dispatch::Ask;
using dispatch::Reach;
using dispatch::Request;

constexpr std::size_t mebibyte = 1u << 20;

std::unique_ptr<dispatch::Gateway> gateway_of(const raw::Server& server, const base::Clock& clock) {
    dispatch::GatewayOptions options;
    options.url = server.url("/mep/v1");
    auto made = dispatch::make_curl_gateway(options, clock);
    if (!made) throw std::runtime_error(made.fault().text);
    return std::move(*made);
}

Request question(Ask ask) {
    Request request;
    request.ask = ask;
    request.key = "k";
    request.cursor = "7";
    request.year = 2026;
    if (ask == Ask::Submit || ask == Ask::Query) request.body = "<x/>";
    return request;
}

class HostileGateway : public GatewayTest {};

TEST_F(HostileGateway, AnAnswerCutAtEveryByteIsLostWhateverWasAsked) {
    const std::string whole =
        "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nETag: \"7\"\r\n"
        "Content-Length: 49\r\n\r\n<mepResults cursor=\"9\" more=\"false\"></mepResults>";
    for (const Ask ask : {Ask::Submit, Ask::ByKey, Ask::Results, Ask::Query, Ask::Catalogue})
        for (std::size_t n = 0; n <= whole.size(); ++n) {
            raw::Server server{[&](raw::Peer& peer, int) {
                if (!peer.read_request()) return;
                peer.write(std::string_view{whole}.substr(0, n));
                if (n % 2) peer.reset();
            }};
            const auto gateway = gateway_of(server, clock_);
            const auto answer = this->ask(*gateway, question(ask));
            if (n == whole.size() && n % 2 == 0) {
                EXPECT_EQ(answer.reach, Reach::Answered);
            } else if (n < whole.size()) {
                ASSERT_EQ(answer.reach, Reach::Lost) << n;
                EXPECT_EQ(answer.body, "");
                EXPECT_EQ(answer.http_status, 0);
                EXPECT_EQ(answer.content_type, "");
                EXPECT_EQ(answer.etag, "");
                EXPECT_EQ(dispatch::classify(answer, false, false), edi::AnswerClass::InDoubt);
            }
        }
}

// A server whose pages are longer than we take, as long as more than so many results are asked for.
class LongPages : public HostileGateway {
protected:
    unsigned fits_up_to_ = 0;
    std::mutex limits_mutex_;
    std::vector<unsigned> limits_;  // of the questions, in their order
    std::string long_page_ = std::string(dispatch_bytes(), ' ');
    raw::Server pages_{[this](raw::Peer& peer, int) {
        while (const auto request = peer.read_request()) {
            const auto at = request->find("&limit=");
            if (at == std::string::npos) {
                peer.write(head(202) + "Transfer-Encoding: chunked\r\n\r\n");
                for (std::size_t i = 0; i < 17; ++i)
                    if (!peer.write("100000\r\n" + std::string(mebibyte, ' ') + "\r\n")) return;
                return;
            }
            const auto limit = static_cast<unsigned>(std::stoul(request->substr(at + 7)));
            {
                const std::lock_guard lock{limits_mutex_};
                limits_.push_back(limit);
            }
            if (limit <= fits_up_to_)
                peer.answer(200, "<x/>", "Content-Type: application/xml\r\n");
            else
                peer.answer(200, long_page_, "Content-Type: application/xml\r\n");
        }
    }};
    std::unique_ptr<dispatch::Gateway> gateway_ = gateway_of(pages_, clock_);

    static std::size_t dispatch_bytes() { return 16 * mebibyte + 1; }
    static std::string head(int status) {
        return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/xml\r\n";
    }
    std::vector<unsigned> limits() {
        const std::lock_guard lock{limits_mutex_};
        return std::exchange(limits_, {});
    }
    // Time goes by until the question is answered, once.
    dispatch::Answer page() {
        gateway_->send(question(Ask::Results));
        for (int i = 0; i < 3000; ++i) {
            auto answers = gateway_->collect(clock_.tick() + 10ms);
            if (answers.size() == 1) return std::move(answers.front());
            EXPECT_TRUE(answers.empty());
            clock_.advance(1s);
        }
        throw std::runtime_error("no answer");
    }
};

TEST_F(LongPages, AreAskedForWithHalfAsManyUntilOneFits) {
    fits_up_to_ = 125;
    EXPECT_EQ(page().http_status, 200);
    EXPECT_EQ(limits(), (std::vector<unsigned>{500, 250, 125}));
    EXPECT_EQ(gateway_->condition(), "open");
    // A short page allows more again.
    EXPECT_EQ(page().http_status, 200);
    EXPECT_EQ(limits(), (std::vector<unsigned>{250, 125}));
    fits_up_to_ = 500;
    EXPECT_EQ(page().http_status, 200);
    EXPECT_EQ(page().http_status, 200);
    EXPECT_EQ(limits(), (std::vector<unsigned>{250, 500}));
    EXPECT_TRUE(events_.empty()) << events_.front();
}

TEST_F(LongPages, OfOneResultAreLostAndBreakNothing) {
    const auto answer = page();
    EXPECT_EQ(answer.reach, Reach::Lost);
    EXPECT_EQ(answer.body, "");
    EXPECT_NE(answer.attempt.error.find("longer than 16777216 bytes"), std::string::npos);
    EXPECT_EQ(limits(), (std::vector<unsigned>{500, 250, 125, 62, 31, 15, 7, 3, 1}));
    for (int i = 0; i < 6; ++i) EXPECT_EQ(page().reach, Reach::Lost);
    EXPECT_EQ(gateway_->condition(), "open") << "submissions go on";
}

TEST_F(LongPages, AnAnswerWithoutAnEndToASubmissionIsLostAndTheLineIsNotBroken) {
    for (int i = 0; i < 6; ++i) {
        const auto answer = ask(*gateway_, submit("k" + std::to_string(i)));
        EXPECT_EQ(answer.reach, Reach::Lost);
        EXPECT_EQ(answer.body, "");
        EXPECT_EQ(dispatch::classify(answer, false, false), edi::AnswerClass::InDoubt);
    }
    EXPECT_EQ(gateway_->condition(), "open");
}

}  // namespace
