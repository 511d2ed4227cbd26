// The promises of http/server.hpp, over real sockets.
#include "http/server.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <future>
#include <mutex>

#include "http/client.hpp"
#include "running_server.hpp"
#include "unit/http/wire_client.hpp"

namespace {

using namespace std::chrono_literals;
using namespace wire_client;
using http::Mischief;
using testing::HasSubstr;

void echo(const http::Request& request, const http::Reply& reply) {
    std::string body = request.method + " " + request.path + " " + request.body;
    for (const auto& [name, value] : request.query) body += " " + name + "=" + value;
    if (request.headers.contains("x-a")) body += " x-a=" + request.headers.at("x-a");
    reply({200, {{"Content-Type", "text/plain"}}, body}, Mischief::None);
}

http::Listen on(const std::string& address) {
    http::Listen listen;
    listen.address = address;
    return listen;
}

TEST(Server, AnswersSeveralRequestsOnOneConnection) {
    RunningServer server(on("127.0.0.1:0"), echo);
    WireClient client(server.address());
    EXPECT_THAT(client.ask(get("/a?b=c")), HasSubstr("GET /a  b=c"));
    const std::string post =
        "POST /x HTTP/1.1\r\nHost: t\r\nX-A: 1\r\nx-a: 2\r\n"
        "Content-Length: 5\r\n\r\nhello";
    EXPECT_EQ(body_of(client.ask(post)), "POST /x hello x-a=1, 2");
    // Two at once: answered in order.
    client.send(get("/1") + get("/2"));
    EXPECT_EQ(body_of(client.receive()), "GET /1 ");
    EXPECT_EQ(body_of(client.receive()), "GET /2 ");
}

TEST(Server, ChunkedBodiesAndExpectContinue) {
    RunningServer server(on("127.0.0.1:0"), echo);
    WireClient client(server.address());
    EXPECT_EQ(body_of(client.ask("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")),
              "POST / abcde");
    client.send("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(status_of(client.receive()), 100);
    EXPECT_EQ(body_of(client.ask("hi")), "POST / hi");
}

TEST(Server, ConnectionCloseAndHttp10AreHonoured) {
    RunningServer server(on("127.0.0.1:0"), echo);
    WireClient one(server.address());
    EXPECT_EQ(status_of(one.ask("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")), 200);
    EXPECT_TRUE(one.closed());
    WireClient two(server.address());
    EXPECT_EQ(status_of(two.ask("GET / HTTP/1.0\r\n\r\n")), 200);
    EXPECT_TRUE(two.closed());
}

TEST(Server, HeadAndStatusesWithoutBodyBearNone) {
    RunningServer server(on("127.0.0.1:0"), [](http::Request request, http::Reply reply) {
        reply({request.path == "/304" ? 304 : 200, {}, "body"}, Mischief::None);
    });
    WireClient client(server.address());
    client.send("HEAD / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.receive(1s), testing::EndsWith("\r\n\r\n"));
    WireClient other(server.address());
    const std::string response = other.ask(get("/304"));
    EXPECT_EQ(status_of(response), 304);
    EXPECT_EQ(body_of(response), "");
    EXPECT_THAT(other.ask(get("/200")), HasSubstr("body"));
}

TEST(Server, WhatIsTooLongOrNotHttpIsAnsweredAndTheConnectionCloses) {
    http::Listen listen = on("127.0.0.1:0");
    listen.body_bytes_max = 1000;
    std::atomic<int> handled = 0;
    RunningServer server(listen, [&](http::Request, http::Reply reply) {
        ++handled;
        reply({200, {}, ""}, Mischief::None);
    });
    const std::string big(2'000'000, 'x');
    const std::pair<std::string, int> table[] = {
        {"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2000000\r\n\r\n" + big, 413},
        {"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1e8480\r\n" + big, 413},
        {"GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(20'000, 'y') + "\r\n\r\n", 431},
        {"nonsense\r\n\r\n", 400},
        {"GET / HTTP/3.1\r\n\r\n", 400},
        {std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 27), 400},
        {"GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        {"GET http://a/ HTTP/1.1\r\nHost: t\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400},
        {"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400}};
    for (const auto& [request, status] : table) {
        WireClient client(server.address());
        EXPECT_EQ(status_of(client.ask(request)), status) << request.substr(0, 60);
        EXPECT_TRUE(client.closed()) << request.substr(0, 60);
    }
    EXPECT_EQ(handled, 0);
    WireClient fine(server.address());
    EXPECT_EQ(status_of(fine.ask("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" +
                                 std::string(1000, 'x'))),
              200);
}

TEST(Server, SlowAndSilentClientsAreClosedAndHalfRequestsNeverHandled) {
    http::Listen listen = on("127.0.0.1:0");
    listen.idle_max = 1s;
    std::atomic<int> handled = 0;
    RunningServer server(listen, [&](http::Request, http::Reply reply) {
        ++handled;
        reply({200, {}, ""}, Mischief::None);
    });
    WireClient silent(server.address()), slow(server.address());
    slow.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
    {
        WireClient gone(server.address());
        gone.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf");
    }
    EXPECT_TRUE(silent.closed());
    EXPECT_TRUE(slow.closed());
    EXPECT_EQ(handled, 0);
}

TEST(Server, OneConnectionTooManyIsClosedUnread) {
    http::Listen listen = on("127.0.0.1:0");
    listen.connections_max = 2;
    RunningServer server(listen, [&](http::Request, http::Reply reply) {
        reply({200, {}, ""}, Mischief::None);
    });
    {
        WireClient first(server.address()), second(server.address());
        EXPECT_EQ(status_of(first.ask(get("/"))), 200);
        EXPECT_EQ(status_of(second.ask(get("/"))), 200);
        WireClient third(server.address());
        EXPECT_TRUE(third.closed());
        EXPECT_EQ(status_of(first.ask(get("/"))), 200);
    }
    // A place that became free is given again.
    const auto is_served = [&] {
        WireClient next(server.address());
        return next.ask(get("/")).starts_with("HTTP/1.1 200");
    };
    const auto until = std::chrono::steady_clock::now() + 60s;
    bool served = is_served();
    while (!served && std::chrono::steady_clock::now() < until) served = is_served();
    EXPECT_TRUE(served);
}

TEST(Server, RepliesMayComeLaterFromAnotherThreadAndOnlyOnce) {
    std::promise<http::Reply> kept;
    std::atomic<bool> first = true;
    RunningServer server(on("127.0.0.1:0"), [&](http::Request, http::Reply reply) {
        if (first.exchange(false)) return kept.set_value(reply);
        reply({200, {}, "second"}, Mischief::None);
    });
    WireClient client(server.address());
    client.send(get("/"));
    const http::Reply reply = kept.get_future().get();
    std::thread([&] {
        reply({200, {}, "first"}, Mischief::None);
        reply({500, {}, "never"}, Mischief::None);
    }).join();
    EXPECT_EQ(body_of(client.receive()), "first");
    reply({500, {}, "never"}, Mischief::None);
    EXPECT_EQ(body_of(client.ask(get("/"))), "second");
}

TEST(Server, AfterRunsOnTheServersThreads) {
    std::promise<std::thread::id> ran;
    RunningServer server(on("127.0.0.1:0"), echo);
    (*server).after(10ms, [&] { ran.set_value(std::this_thread::get_id()); });
    EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(Server, StopLetsARequestUnderWayFinishAndDropsIdleConnections) {
    std::promise<http::Reply> kept;
    RunningServer server(on("127.0.0.1:0"),
                         [&](http::Request, http::Reply reply) { kept.set_value(reply); });
    WireClient idle(server.address()), busy(server.address());
    busy.send(get("/"));
    const http::Reply reply = kept.get_future().get();
    (*server).stop();
    EXPECT_TRUE(idle.closed());
    reply({200, {}, "last"}, Mischief::None);
    const std::string response = busy.receive();
    EXPECT_EQ(body_of(response), "last");
    EXPECT_THAT(response, HasSubstr("Connection: close"));
    EXPECT_TRUE(busy.closed());
    server.stop();
    EXPECT_FALSE(WireClient(server.address()).connected());
}

TEST(Server, MischiefTearsAnswersAsItIsToldTo) {
    std::atomic<Mischief> mischief = Mischief::ResetBeforeAnswer;
    RunningServer server(on("127.0.0.1:0"), [&](http::Request, http::Reply reply) {
        reply({200, {}, std::string(1000, 'x')}, mischief);
    });
    const auto answer = [&](Mischief how) {
        mischief = how;
        auto client = std::make_unique<WireClient>(server.address());
        std::string got = client->ask(get("/"));
        EXPECT_TRUE(client->closed());
        return std::pair(got, client->was_reset());
    };
    EXPECT_EQ(answer(Mischief::ResetBeforeAnswer), std::pair(std::string{}, true));
    const auto half = answer(Mischief::HalfAnswer).first;
    EXPECT_THAT(half, HasSubstr("Content-Length: 1000"));
    EXPECT_EQ(body_of(half).size(), 500u);
    const auto header = answer(Mischief::CloseAfterHeader).first;
    EXPECT_THAT(header, HasSubstr("Content-Length: 1000"));
    EXPECT_EQ(body_of(header), "");
}

TEST(Server, ManyConnectionsOnSeveralThreads) {
    std::atomic<int> handled = 0;
    RunningServer server(
        on("127.0.0.1:0"),
        [&](http::Request request, http::Reply reply) {
            ++handled;
            reply({200, {}, request.path}, Mischief::None);
        },
        2);
    std::vector<std::thread> clients;
    std::atomic<int> wrong = 0;
    for (int c = 0; c < 8; ++c)
        clients.emplace_back([&, c] {
            WireClient client(server.address());
            for (int i = 0; i < 50; ++i) {
                const std::string path = "/" + std::to_string(c * 1000 + i);
                if (body_of(client.ask(get(path))) != path) ++wrong;
            }
        });
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(handled, 400);
}

TEST(UnixServer, TellsThePeerAndSetsTheMode) {
    const Scratch scratch;
    http::Listen listen = on("unix:" + (scratch / "control"));
    listen.unix_mode = 0600;
    RunningServer server(listen, [](http::Request request, http::Reply reply) {
        reply({request.peer_uid == getuid() && request.peer_gid == getgid() ? 200 : 403, {}, "ok"},
              Mischief::None);
    });
    struct stat found {};
    ASSERT_EQ(stat((scratch / "control").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u);
    EXPECT_EQ(server.address(), listen.address);
    http::Request request;
    request.method = "GET";
    request.target = "/status";
    const auto response = http::ask_unix(scratch / "control", request, 5s);
    ASSERT_TRUE(response) << response.fault().text;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "ok");
    server.stop();
}

TEST(UnixServer, RemovesAStaleSocketButNeverALivingOneNorAFile) {
    const Scratch scratch;
    const std::string path = scratch / "control";
    {
        // A socket file whose process is gone.
        const int old = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
        ASSERT_EQ(bind(old, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
        close(old);
    }
    {
        RunningServer server(on("unix:" + path), echo);
        const auto second = http::Server::listen(on("unix:" + path), echo);
        ASSERT_FALSE(second);
        EXPECT_THAT(second.fault().text, HasSubstr("somebody listens on"));
        EXPECT_TRUE(WireClient("unix:" + path).connected());
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    std::ofstream(path) << "precious";
    const auto third = http::Server::listen(on("unix:" + path), echo);
    ASSERT_FALSE(third);
    EXPECT_THAT(third.fault().text, HasSubstr("not a socket"));
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(UnixClient, TellsWhenNobodyAnswers) {
    const Scratch scratch;
    http::Request request;
    request.method = "GET";
    request.target = "/";
    const auto absent = http::ask_unix(scratch / "none", request, 5s);
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.fault().remedy, base::Remedy::RetryLater);
    EXPECT_THAT(absent.fault().text, HasSubstr("is permitd running?"));
    std::promise<http::Reply> kept;
    RunningServer mute(on("unix:" + (scratch / "mute")),
                       [&](http::Request, http::Reply reply) { kept.set_value(std::move(reply)); });
    EXPECT_FALSE(http::ask_unix(scratch / "mute", request, 1s));
    kept.get_future().get()({200, {}, ""}, Mischief::None);
}

TEST(Server, ListeningFaultsNameTheAddress) {
    RunningServer server(on("127.0.0.1:0"), echo);
    for (const std::string& address : {server.address(), std::string("nowhere:1"),
                                       std::string("127.0.0.1"), "unix:" + std::string(200, 'x')})
        EXPECT_FALSE(http::Server::listen(on(address), echo)) << address;
}

}  // namespace
