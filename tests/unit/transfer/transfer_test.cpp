// Promises: what an end is called (not sent, lost, complete) is what happened; no POST leaves
// twice; limits hold; nothing is followed, unpacked or sent where it must not go.
#include "transfer/transfer.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "raw_server.hpp"
#include "run.hpp"

namespace {

using namespace std::chrono_literals;
using tests::make_transfers;
using tests::run;
using transfer::Call;
using transfer::End;
using transfer::Ended;

Call call(const std::string& url, const std::string& method = "POST") {
    Call each;
    each.id = 7;
    each.method = method;
    each.url = url;
    if (method == "POST") {
        each.headers = {"Content-Type: application/xml"};
        each.body = "<mepRequest/>";
    }
    each.time_max = 20s;
    return each;
}

Ended run(Call each) { return run(*make_transfers(), std::move(each)); }

// Serves these bytes to every request and closes.
raw::Server::Serve serve(std::string bytes) {
    return [bytes = std::move(bytes)](raw::Peer& peer, int) {
        if (peer.read_request()) peer.write(bytes);
    };
}

TEST(Transfer, ACompleteAnswerComesWithStatusHeadersAndBody) {
    std::string request;
    raw::Server server{[&](raw::Peer& peer, int) {
        request = peer.read_request().value_or("");
        peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
        peer.answer(202, "<mepAck/>", "Content-Type: application/xml\r\n");
        peer.wait_closed();
    }};
    const auto ended = run(call(server.url("/mep/v1/messages")));
    EXPECT_EQ(ended.id, 7u);
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    EXPECT_EQ(ended.status, 202);
    EXPECT_EQ(ended.body, "<mepAck/>");
    EXPECT_EQ(ended.headers,
              (std::vector<std::string>{"Content-Length: 9", "Content-Type: application/xml"}));
    EXPECT_TRUE(request.starts_with("POST /mep/v1/messages HTTP/1.1\r\n")) << request;
    EXPECT_TRUE(request.ends_with("\r\n\r\n<mepRequest/>"));
    for (const char* never : {"Expect:", "Accept-Encoding:", "x-www-form"})
        EXPECT_EQ(request.find(never), std::string::npos) << request;
}

TEST(Transfer, ARefusedConnectionIsNotSent) {
    int port = 0;
    {
        port = raw::Server{[](raw::Peer&, int) {}}.port();
    }
    const auto ended = run(call("http://127.0.0.1:" + std::to_string(port) + "/"));
    EXPECT_EQ(ended.end, End::NotSent);
    EXPECT_NE(ended.error, "");
}

TEST(Transfer, PlainHttpGoesToLoopbackOnlyAndOtherSchemesNowhere) {
    for (const char* url :
         {"http://192.0.2.1/", "http://example.com/", "http://127.0.0.1.example/",
          "ftp://127.0.0.1/", "file:///etc/hostname", "https://u:p@localhost/", "no url", ""}) {
        EXPECT_FALSE(transfer::check_url(url)) << url;
        EXPECT_EQ(run(call(url)).end, End::Certificate) << url;
    }
    for (const char* url : {"https://gateway.example/mep/v1", "http://127.0.0.1:8080/x",
                            "http://localhost/", "http://[::1]/"})
        EXPECT_TRUE(transfer::check_url(url)) << url;
}

const std::string whole =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/xml\r\nContent-Length: 9\r\n\r\n<mepAck/>";

class Cut : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(FinAndReset, Cut, testing::Bool(),
                         [](const auto& each) { return each.param ? "Reset" : "Fin"; });

// An answer that breaks off anywhere is lost: the request may have arrived.
TEST_P(Cut, AnAnswerCutAtEveryByteIsLost) {
    const auto transfers = make_transfers();
    for (std::size_t n = 0; n < whole.size(); ++n) {
        std::atomic<int> posts = 0;
        raw::Server server{[&](raw::Peer& peer, int) {
            if (!peer.read_request()) return;
            ++posts;
            peer.write(std::string_view{whole}.substr(0, n));
            if (GetParam()) peer.reset();
        }};
        const auto ended = run(*transfers, call(server.url()));
        EXPECT_EQ(ended.end, End::Lost) << n << ended.error;
        EXPECT_EQ(ended.status, 0);
        EXPECT_EQ(posts, 1);
    }
}

TEST(Transfer, AServerThatClosesWhileTheBodyComesInIsLost) {
    raw::Server server{[](raw::Peer& peer, int) {
        peer.read_some();
        peer.reset();
    }};
    auto large = call(server.url());
    large.body.assign(8u << 20, 'x');
    EXPECT_EQ(run(large).end, End::Lost);
}

TEST(Transfer, SilenceEndsByTheTimeAndIsLost) {
    raw::Server server{[](raw::Peer& peer, int) {
        if (peer.read_request()) peer.write(std::string_view{whole}.substr(0, 40));
        peer.wait_closed();
    }};
    auto slow = call(server.url());
    slow.time_max = 300ms;
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(run(slow).end, End::Lost);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
    slow.time_max = 60s;
    slow.silence_max = 1s;
    EXPECT_EQ(run(slow).end, End::Lost);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 15s);
}

TEST(Transfer, AnswersWhoseEndIsNotKnownAreLost) {
    const std::string status = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = status + "Transfer-Encoding: chunked\r\n\r\n";
    for (const std::string& bytes : {
             status + "Content-Length: 10\r\n\r\n<mepAck/>",  // too long a length
             status + "Content-Length: x\r\n\r\n<mepAck/>",
             status + "Content-Length: 9\r\nContent-Length: 8\r\n\r\n<mepAck/>",
             status + "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "9\r\n<mepAck/>\r\n0\r\n\r\n",
             status + "\r\n<mepAck/>",                                // until the connection ends
             chunked + "zz\r\n<mepAck/>\r\n0\r\n\r\n",                // no size
             chunked + "9\r\n<mepAck/>\r\n",                          // no last chunk
             chunked + "8000000000000000\r\n<mepAck/>\r\n0\r\n\r\n",  // 2^63
             std::string{"<mepAck/>"},                                // HTTP/0.9
             std::string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
             std::string{},
         }) {
        raw::Server server{serve(bytes)};
        EXPECT_EQ(run(call(server.url())).end, End::Lost) << bytes;
    }
    raw::Server server{serve(chunked + "4\r\n<mep\r\n5\r\nAck/>\r\n0\r\n\r\n")};
    const auto ended = run(call(server.url()));
    EXPECT_EQ(ended.end, End::Complete);
    EXPECT_EQ(ended.body, "<mepAck/>");
}

TEST(Transfer, HeadersHaveLimits) {
    std::string interim;
    for (int i = 0; i < 11; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 10'000; ++i) many += "X: y\r\n";
    for (const std::string& bytes :
         {interim + whole, many + "Content-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'y') + "\r\nContent-Length: 0\r\n\r\n"}) {
        raw::Server server{serve(bytes)};
        EXPECT_EQ(run(call(server.url())).end, End::Lost);
    }
}

TEST(Transfer, AnEndlessAnswerIsCutAtItsLimit) {
    std::size_t written = 0;
    {
        raw::Server server{[&](raw::Peer& peer, int) {
            if (!peer.read_request()) return;
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n");
            const std::string block(1u << 20, 'x');
            while (written < 209'715'200 && peer.write(block)) written += block.size();
        }};
        auto limited = call(server.url(), "GET");
        limited.answer_bytes_max = 1u << 20;
        const auto ended = run(limited);
        EXPECT_EQ(ended.end, End::Lost);
        EXPECT_EQ(ended.body, "");
        EXPECT_NE(ended.error.find("longer than"), std::string::npos) << ended.error;
    }
    EXPECT_LT(written, 100u << 20);
    for (const std::size_t more : {0u, 1u}) {
        const std::string answer((1u << 16) + more, 'x');
        raw::Server server{[&](raw::Peer& peer, int) {
            if (peer.read_request()) peer.answer(200, answer);
        }};
        auto limited = call(server.url(), "GET");
        limited.answer_bytes_max = 1u << 16;
        EXPECT_EQ(run(limited).end, more == 0 ? End::Complete : End::Lost) << more;
    }
}

TEST(Transfer, RedirectsAreReportedNotFollowed) {
    std::atomic<int> reached = 0;
    raw::Server elsewhere{[&](raw::Peer& peer, int) {
        ++reached;
        peer.answer(200, "");
    }};
    for (const int status : {301, 302, 303, 307, 308}) {
        raw::Server server{[&](raw::Peer& peer, int) {
            if (peer.read_request())
                peer.answer(status, "", "Location: " + elsewhere.url() + "\r\n");
        }};
        const auto ended = run(call(server.url()));
        EXPECT_EQ(ended.end, End::Complete);
        EXPECT_EQ(ended.status, status);
    }
    EXPECT_EQ(reached, 0);
}

TEST(Transfer, WhatIsPackedStaysPacked) {
    const std::string packed{"\x1f\x8b\x08\0\0rubbish", 13};
    raw::Server server{[&](raw::Peer& peer, int) {
        if (peer.read_request()) peer.answer(200, packed, "Content-Encoding: gzip\r\n");
    }};
    const auto ended = run(call(server.url()));
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    EXPECT_EQ(ended.body, packed);
}

// The proxy of the environment would see everything; this one would get it all.
TEST(Transfer, TheEnvironmentNamesNoProxy) {
    std::atomic<int> reached = 0;
    raw::Server proxy{[&](raw::Peer&, int) { ++reached; }};
    ::setenv("http_proxy", proxy.url().c_str(), 1);
    ::setenv("ALL_PROXY", proxy.url().c_str(), 1);
    raw::Server server{serve(whole)};
    EXPECT_EQ(run(call(server.url())).end, End::Complete);
    ::unsetenv("http_proxy");
    ::unsetenv("ALL_PROXY");
    EXPECT_EQ(reached, 0);
}

TEST(Transfer, AConnectionIsUsedAgain) {
    raw::Server server{[](raw::Peer& peer, int) {
        while (peer.read_request()) peer.answer(202, "<mepAck/>");
    }};
    const auto transfers = make_transfers();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(run(*transfers, call(server.url())).status, 202);
    EXPECT_EQ(server.connections(), 1);
}

// A kept connection that dies once the next request is on it: libcurl alone would send it again.
TEST(Transfer, APostNeverLeavesTwiceWhenAKeptConnectionDies) {
    for (const bool with_reset : {false, true}) {
        std::atomic<int> posts = 0;
        raw::Server server{[&](raw::Peer& peer, int) {
            if (!peer.read_request()) return;
            ++posts;
            peer.answer(202, "<mepAck/>");
            if (peer.read_request()) ++posts;
            if (with_reset) peer.reset();
        }};
        const auto transfers = make_transfers();
        EXPECT_EQ(run(*transfers, call(server.url())).end, End::Complete);
        EXPECT_EQ(run(*transfers, call(server.url())).end, End::Lost);
        EXPECT_EQ(posts, 2);
        EXPECT_EQ(run(*transfers, call(server.url())).end, End::Complete);
        EXPECT_EQ(posts, 3);
    }
}

TEST(Transfer, AnEmptyPostNeverLeavesTwiceEither) {
    std::atomic<int> posts = 0;
    raw::Server server{[&](raw::Peer& peer, int) {
        if (!peer.read_request()) return;
        ++posts;
        peer.answer(202, "<mepAck/>");
        if (peer.read_request()) ++posts;
    }};
    const auto transfers = make_transfers();
    auto empty = call(server.url());
    empty.body.clear();
    EXPECT_EQ(run(*transfers, empty).end, End::Complete);
    EXPECT_EQ(run(*transfers, empty).end, End::Lost);
    EXPECT_EQ(posts, 2);
}

// Closed between two requests: the second goes over a new connection, once.
TEST(Transfer, AConnectionClosedWhileItWasIdleCostsNothing) {
    std::atomic<int> posts = 0;
    std::atomic<int> closed = 0;
    raw::Server server{[&](raw::Peer& peer, int) {
        if (!peer.read_request()) return;
        ++posts;
        peer.answer(202, "<mepAck/>");
        ++closed;
    }};
    const auto transfers = make_transfers();
    for (int i = 1; i <= 20; ++i) {
        const auto ended = run(*transfers, call(server.url()));
        EXPECT_TRUE(ended.end == End::Complete || ended.end == End::Lost) << ended.error;
        EXPECT_LE(posts, i);
        while (closed < posts) std::this_thread::yield();
    }
}

TEST(Transfer, ManyAreUnderWayAtOnce) {
    std::atomic<int> here = 0;
    raw::Server server{[&](raw::Peer& peer, int) {
        if (!peer.read_request()) return;
        ++here;
        while (here < 20) std::this_thread::yield();  // nobody is answered before all are here
        peer.answer(202, "<mepAck/>");
    }};
    const auto transfers = make_transfers();
    for (std::uint64_t id = 0; id < 20; ++id) {
        auto each = call(server.url());
        each.id = id;
        transfers->start(each);
    }
    EXPECT_EQ(transfers->under_way(), 20u);
    std::vector<std::uint64_t> ids;
    while (ids.size() < 20)
        for (const auto& each : transfers->wait(1000ms)) {
            EXPECT_EQ(each.end, End::Complete) << each.error;
            ids.push_back(each.id);
        }
    EXPECT_EQ(transfers->under_way(), 0u);
}

TEST(Transfer, WaitEndsWhenWokenAndWhenTheTimeIsOver) {
    const auto transfers = make_transfers();
    EXPECT_TRUE(transfers->wait(1ms).empty());
    std::thread waker{[&] { transfers->wake(); }};
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(transfers->wait(60s).empty());
    EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
    waker.join();
}

}  // namespace
