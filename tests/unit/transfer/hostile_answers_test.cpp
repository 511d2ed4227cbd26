// Promises: an answer without an end ends by the time or by the limits, in little memory; what
// stands on a connection behind an answer is nobody's answer; nothing is unpacked.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "authority.hpp"
#include "raw_server.hpp"
#include "run.hpp"

namespace {

using namespace std::chrono_literals;
using tests::make_transfers;
using transfer::Call;
using transfer::End;
using transfer::Ended;

Ended run(transfer::Transfers& transfers, const raw::Server& server, Call call = {}) {
    call.method = "POST";
    call.url = server.url();
    call.body = "<mepRequest/>";
    return tests::run(transfers, std::move(call));
}

Call within(std::chrono::milliseconds time) {
    Call call;
    call.time_max = time;
    return call;
}

constexpr std::size_t mebibyte = 1u << 20;

// Peak memory of this process, counted anew from now on. Sanitizers keep what was freed.
class Peak {
public:
    Peak() {
        std::ofstream{"/proc/self/clear_refs"} << "5";
        before_ = now();
    }
    std::size_t grown() const { return now() - before_; }

private:
    static std::size_t now() {
#ifdef PERMITD_SANITIZED
        return 0;
#endif
        std::ifstream status{"/proc/self/status"};
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) * 1024;
        return 0;
    }
    std::size_t before_ = 0;
};

// Something always moves, so that silence never ends it: the time does.
TEST(HostileAnswers, ADripEndsByTheTimeAndIsLost) {
    for (const std::string& begins :
         {std::string{}, std::string{"HTTP/1.1 202 Accepted\r\nX-Drip: "},
          std::string{"HTTP/1.1 202 Accepted\r\nContent-Length: 100000\r\n\r\n"},
          std::string{"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n"},
          std::string{"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5;x="}}) {
        std::atomic<bool> over = false;
        raw::Server server{[&](raw::Peer& peer, int) {
            if (!peer.read_request() || !peer.write(begins)) return;
            while (!over && peer.write("x")) std::this_thread::sleep_for(100ms);
        }};
        const auto began = std::chrono::steady_clock::now();
        Call call = within(1500ms);
        call.silence_max = 1s;
        const auto ended = run(*make_transfers(), server, call);
        over = true;
        EXPECT_EQ(ended.end, End::Lost) << begins;
        EXPECT_EQ(ended.status, 0);
        EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
    }
}

const std::string first =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/xml\r\nContent-Length: 8\r\n\r\n<first/>";
const std::string smuggled =
    "HTTP/1.1 422 X\r\nContent-Type: application/xml\r\nContent-Length: 11\r\n\r\n<smuggled/>";

// A second answer behind the first, in the same write.
TEST(HostileAnswers, WhatStandsBehindAnAnswerAnswersNothing) {
    raw::Server server{[&](raw::Peer& peer, int connection) {
        while (peer.read_request()) {
            if (connection == 1) {
                peer.write(first + smuggled);
            } else {
                peer.answer(202, "<second/>");
            }
        }
    }};
    const auto transfers = make_transfers();
    EXPECT_EQ(run(*transfers, server).body, "<first/>");
    const auto ended = run(*transfers, server);
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    EXPECT_EQ(ended.status, 202);
    EXPECT_EQ(ended.body, "<second/>");
}

// And one that comes while the connection is kept for the next request.
void expect_unasked_answers_nothing(const std::optional<raw::ServerTls>& tls,
                                    const transfer::Tls& ours) {
    std::atomic<bool> taken = false;
    std::atomic<bool> written = false;
    std::atomic<int> requests = 0;
    raw::Server server{[&](raw::Peer& peer, int connection) {
                           if (!peer.read_request()) return;
                           ++requests;
                           if (connection > 1) return peer.answer(202, "<second/>");
                           peer.write(first);
                           while (!taken) std::this_thread::yield();
                           peer.write(smuggled);
                           peer.wait_arrived();
                           written = true;
                           if (peer.read_request()) ++requests;
                       },
                       tls};
    const auto transfers = make_transfers(ours);
    EXPECT_EQ(run(*transfers, server).body, "<first/>");
    taken = true;
    while (!written) std::this_thread::yield();
    const auto ended = run(*transfers, server);
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    EXPECT_EQ(ended.status, 202);
    EXPECT_EQ(ended.body, "<second/>");
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(requests, 2) << "sent once, on the fresh connection";
}

TEST(HostileAnswers, WhatComesWhileNothingIsAskedAnswersNothing) {
    expect_unasked_answers_nothing({}, {});
    std::string directory = (std::filesystem::temp_directory_path() / "answers-XXXXXX").string();
    ASSERT_TRUE(::mkdtemp(directory.data()));
    {
        raw::Authority authority{directory, "ours"};
        const auto identity = authority.issue("server", "localhost", -60, 3600);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
            expect_unasked_answers_nothing(
                raw::ServerTls{identity.certificate_file, identity.key_file, "", version},
                {authority.file(), "", ""});
    }
    std::filesystem::remove_all(directory);
}

// Each is written until nobody listens any more.
TEST(HostileAnswers, AnswersWithoutAnEndEndInLittleMemory) {
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string block(mebibyte, 'x');
    std::string trailers;
    while (trailers.size() < mebibyte) trailers += "X-More: " + std::string(1000, 'y') + "\r\n";
    struct Row {
        const char* what;
        std::string begins;
        std::string goes_on;
    };
    for (const Row& row : {
             Row{"chunks", chunked, "100000\r\n" + block + "\r\n"},
             Row{"one chunk", chunked + "7fffffff\r\n", block},
             Row{"an extension", chunked + "5;x=", block},
             Row{"a size", chunked, std::string(mebibyte, '0')},
             Row{"trailers", chunked + "0\r\n", trailers},
             Row{"one trailer", chunked + "0\r\nX: ", block},
             Row{"headers", "HTTP/1.1 200 OK\r\n", trailers},
             Row{"one header", "HTTP/1.1 200 OK\r\nX: ", block},
             Row{"a status", "HTTP/1.1 200 ", block},
             Row{"interim answers", "", "HTTP/1.1 100 Continue\r\n\r\n"},
         }) {
        SCOPED_TRACE(row.what);
        raw::Server server{[&](raw::Peer& peer, int) {
            if (!peer.read_request() || !peer.write(row.begins)) return;
            while (peer.write(row.goes_on)) continue;
        }};
        const Peak peak;
        Call call = within(3s);
        call.answer_bytes_max = 4 * mebibyte;
        const auto ended = run(*make_transfers(), server, call);
        EXPECT_EQ(ended.end, End::Lost);
        EXPECT_EQ(ended.body, "");
        EXPECT_LT(peak.grown(), 32 * mebibyte);
    }
}

// Long, but with an end: what it says in passing changes nothing.
TEST(HostileAnswers, AChunkExtensionOfAMebibyteIsNoPartOfTheBody) {
    raw::Server server{[&](raw::Peer& peer, int) {
        if (!peer.read_request()) return;
        peer.write("HTTP/1.1 202 X\r\nTransfer-Encoding: chunked\r\n\r\n9;x=" +
                   std::string(mebibyte, 'y') + "\r\n<mepAck/>\r\n0\r\n\r\n");
    }};
    const auto ended = run(*make_transfers(), server);
    if (ended.end == End::Complete) {
        EXPECT_EQ(ended.body, "<mepAck/>");
    }
    EXPECT_NE(ended.end, End::NotSent);
}

// A bomb is 128 MiB of blanks in less than 2 MiB; it stays as small as it came, whether it says
// that it is packed or not.
TEST(HostileAnswers, AGzipBombStaysPacked) {
    FILE* const gzip = ::popen("head -c 134217728 /dev/zero | tr '\\0' ' ' | gzip -1", "r");
    ASSERT_TRUE(gzip);
    std::string bomb;
    char bytes[65536];
    for (std::size_t n = 0; (n = std::fread(bytes, 1, sizeof bytes, gzip)) > 0;)
        bomb.append(bytes, n);
    ASSERT_EQ(::pclose(gzip), 0);
    ASSERT_LT(bomb.size(), 2 * mebibyte);
    for (const char* claim :
         {"", "Content-Encoding: gzip\r\n", "Content-Encoding: gzip, gzip, deflate, br\r\n"}) {
        raw::Server server{[&](raw::Peer& peer, int) {
            if (peer.read_request()) peer.answer(202, bomb, claim);
        }};
        const Peak peak;
        const auto ended = run(*make_transfers(), server);
        EXPECT_EQ(ended.end, End::Complete) << ended.error;
        EXPECT_TRUE(ended.body == bomb) << claim;
        EXPECT_LT(peak.grown(), 16 * mebibyte);
    }
    // As a transfer coding it is framing, and framing that we do not speak.
    for (const char* coding : {"gzip, chunked", "gzip"}) {
        raw::Server server{[&](raw::Peer& peer, int) {
            if (!peer.read_request()) return;
            peer.write("HTTP/1.1 202 X\r\nTransfer-Encoding: " + std::string{coding} + "\r\n\r\n");
            peer.write(bomb);
        }};
        const Peak peak;
        EXPECT_EQ(run(*make_transfers(), server).end, End::Lost) << coding;
        EXPECT_LT(peak.grown(), 16 * mebibyte);
    }
}

}  // namespace
