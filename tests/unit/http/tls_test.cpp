// TLS: 1.2 or later, and only clients with a certificate of the CA that is named.
#include <gmock/gmock.h>

#include "http/server.hpp"
#include "running_server.hpp"
#include "unit/http/test_ca.hpp"
#include "unit/http/wire_client.hpp"

namespace {

using namespace wire_client;

class Tls : public testing::Test {
protected:
    Tls() : ca_(scratch_ / "ca"), other_ca_(scratch_ / "other") {}

    http::Listen listen() {
        http::Listen listen;
        listen.address = "127.0.0.1:0";
        const Certificate own = ca_.issue("server");
        listen.tls = {own.certificate, own.key, ca_.certificate()};
        return listen;
    }
    // What a client with this certificate gets: 0 when nothing.
    int status(const Certificate& certificate, const std::string& address,
               int version_max = TLS1_3_VERSION) {
        WireClient client(address);
        if (!client.start_tls(certificate, version_max)) return 0;
        return status_of(client.ask(get("/")));
    }
    static void answer(const http::Request&, const http::Reply& reply) {
        reply({200, {}, std::string(100'000, 'x')}, http::Mischief::None);
    }

    Scratch scratch_;
    TestCa ca_;
    TestCa other_ca_;
};

TEST_F(Tls, AClientOfOurCaIsAnsweredWithTls12And13) {
    RunningServer server(listen(), answer);
    const Certificate certificate = ca_.issue("client");
    EXPECT_EQ(status(certificate, server.address()), 200);
    EXPECT_EQ(status(certificate, server.address(), TLS1_2_VERSION), 200);
    WireClient client(server.address());
    ASSERT_TRUE(client.start_tls(certificate));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(body_of(client.ask(get("/"))).size(), 100'000u);
}

TEST_F(Tls, WithoutCertificateWithAStrangeOneOrWithOldTlsThereIsNoAnswer) {
    RunningServer server(listen(), answer);
    EXPECT_EQ(status({}, server.address()), 0);
    EXPECT_EQ(status(other_ca_.issue("client"), server.address()), 0);
    EXPECT_EQ(status(ca_.issue("client"), server.address(), TLS1_1_VERSION), 0);
    // Plain HTTP to a TLS port.
    WireClient plain(server.address());
    EXPECT_NE(status_of(plain.ask(get("/"))), 200);
}

TEST_F(Tls, StoppingDoesNotWaitForIdleClients) {
    RunningServer server(listen(), answer);
    WireClient client(server.address());
    ASSERT_TRUE(client.start_tls(ca_.issue("client")));
    EXPECT_EQ(status_of(client.ask(get("/"))), 200);
    server.stop();
    EXPECT_TRUE(client.closed());
}

TEST_F(Tls, FilesThatCannotBeUsedAreNamed) {
    http::Listen bad = listen();
    bad.tls->key = scratch_ / "no-such.key";
    const auto server = http::Server::listen(bad, answer);
    ASSERT_FALSE(server);
    EXPECT_THAT(server.fault().text, testing::HasSubstr("no-such.key"));
}

}  // namespace
