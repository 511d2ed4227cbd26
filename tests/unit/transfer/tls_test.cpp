// Promises: nobody but the holder of a certificate of the right CA and host gets a byte; our own
// certificate is looked at before we connect.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "authority.hpp"
#include "raw_server.hpp"
#include "run.hpp"
#include "transfer/certificate.hpp"

namespace {

using transfer::End;
using transfer::Ended;

class Tls : public testing::Test {
protected:
    static std::string scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "tls-XXXXXX").string();
        if (!::mkdtemp(name.data())) std::abort();
        return name;
    }
    ~Tls() override { std::filesystem::remove_all(directory_); }

    Ended post(const raw::Server& server, transfer::Tls tls) {
        return tests::post(*tests::make_transfers(std::move(tls)), server.url("/messages"));
    }
    raw::Server::Serve counted() {
        return [this](raw::Peer& peer, int) {
            while (peer.read_request()) {
                ++requests_;
                peer.answer(202, "<mepAck/>");
            }
        };
    }
    raw::ServerTls shown(const raw::Identity& identity) {
        return {identity.certificate_file, identity.key_file, "", TLS1_3_VERSION};
    }

    std::string directory_ = scratch();
    raw::Authority ours_{directory_, "ours"};
    raw::Authority others_{directory_, "others"};
    raw::Identity server_ = ours_.issue("server", "localhost", -60, 3600);
    std::atomic<int> requests_ = 0;
};

// For the figures of operations.md 4: the first certificate of a file to end counts.
TEST_F(Tls, TheFirstEndInAFileIsKnown) {
    const auto content = [](const std::string& file) {
        std::ifstream in{file, std::ios::binary};
        return std::string{std::istreambuf_iterator<char>{in}, {}};
    };
    const auto issued = [&](const std::string& name, long to) {
        return content(ours_.issue(name, "localhost", -60, to).certificate_file);
    };
    const std::string bundle = directory_ + "/bundle.pem";
    const auto before = base::SystemClock{}.now();
    std::ofstream{bundle} << "Some words.\n"
                          << issued("a", 9000) << issued("b", 5000) << content(server_.key_file)
                          << issued("c", 7000);
    const auto end = transfer::first_end_in(bundle);
    ASSERT_TRUE(end);
    EXPECT_GE(*end, before + std::chrono::seconds{4999});
    EXPECT_LE(*end, base::SystemClock{}.now() + std::chrono::seconds{5001});
    EXPECT_FALSE(transfer::first_end_in(directory_ + "/none"));
    EXPECT_FALSE(transfer::first_end_in(server_.key_file));
}

TEST_F(Tls, ARightServerIsSpokenToAndItsCertificateNamed) {
    raw::Server server{counted(), shown(server_)};
    const auto ended = post(server, {ours_.file(), "", ""});
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    const std::string command = "openssl x509 -in " + server_.certificate_file +
                                " -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | "
                                "tr A-F a-f | tr -d '\\n' > " +
                                directory_ + "/digest";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::string digest;
    std::ifstream{directory_ + "/digest"} >> digest;
    EXPECT_EQ(ended.peer_certificate_sha256, digest);
    EXPECT_EQ(digest.size(), 64u);
}

TEST_F(Tls, AWrongServerGetsNothing) {
    const auto expired = ours_.issue("expired", "localhost", -7200, -60);
    const auto early = ours_.issue("early", "localhost", 3600, 7200);
    const auto elsewhere = ours_.issue("elsewhere", "gateway.example", -60, 3600);
    const auto stranger = others_.issue("stranger", "localhost", -60, 3600);
    for (const auto& identity : {expired, early, elsewhere, stranger}) {
        raw::Server server{counted(), shown(identity)};
        const auto ended = post(server, {ours_.file(), "", ""});
        EXPECT_EQ(ended.end, End::Certificate) << identity.certificate_file << ended.error;
        EXPECT_NE(ended.error, "");
    }
    EXPECT_EQ(requests_, 0);
}

TEST_F(Tls, ATestsAuthorityIsNotTheSystems) {
    raw::Server server{counted(), shown(server_)};
    EXPECT_EQ(post(server, {}).end, End::Certificate);
    EXPECT_EQ(requests_, 0);
}

TEST_F(Tls, VersionsBefore12AreNotSpoken) {
    auto old = shown(server_);
    old.version_max = TLS1_1_VERSION;
    raw::Server server{counted(), old};
    EXPECT_EQ(post(server, {ours_.file(), "", ""}).end, End::NotSent);
    EXPECT_EQ(requests_, 0);
}

TEST_F(Tls, OurCertificateIsShownWhereItIsAskedFor) {
    const auto client = ours_.issue("client", "", -60, 3600);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        raw::Server server{counted(), raw::ServerTls{server_.certificate_file, server_.key_file,
                                                     ours_.file(), version}};
        const auto ended = post(server, {ours_.file(), client.certificate_file, client.key_file});
        EXPECT_EQ(ended.end, End::Complete) << ended.error;
    }
    EXPECT_EQ(requests_, 2);
}

// With TLS 1.2 the handshake tells; with 1.3 the alert comes when the request may have left, and
// then nobody knows whether it was read: lost, and the refusal is told beside it.
TEST_F(Tls, ARefusalOfOurCertificateIsNeverTakenForAnAnswer) {
    const auto stranger = others_.issue("stranger", "", -60, 3600);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        raw::Server server{counted(), raw::ServerTls{server_.certificate_file, server_.key_file,
                                                     ours_.file(), version}};
        const auto ended =
            post(server, {ours_.file(), stranger.certificate_file, stranger.key_file});
        if (version == TLS1_2_VERSION) {
            EXPECT_EQ(ended.end, End::Certificate) << ended.error;
        } else {
            EXPECT_EQ(ended.end, End::Lost) << ended.error;
            EXPECT_TRUE(ended.certificate_refused) << ended.error;
        }
        const auto without = post(server, {ours_.file(), "", ""});
        EXPECT_NE(without.end, End::Complete);
        if (version == TLS1_3_VERSION) {
            EXPECT_EQ(without.end, End::Lost) << without.error;
            EXPECT_TRUE(without.certificate_refused) << without.error;
        }
    }
    EXPECT_EQ(requests_, 0);
}

// gateway.md: "own certificate expired (checked before connecting)".
TEST_F(Tls, AnExpiredCertificateOfOursDoesNotEvenConnect) {
    raw::Server server{counted(), shown(server_)};
    for (const auto& identity :
         {ours_.issue("old", "", -7200, -60), ours_.issue("young", "", 3600, 7200)}) {
        const auto ended =
            post(server, {ours_.file(), identity.certificate_file, identity.key_file});
        EXPECT_EQ(ended.end, End::Certificate);
        EXPECT_NE(ended.error.find(identity.certificate_file), std::string::npos) << ended.error;
    }
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(Tls, FilesThatCannotBeReadAreAFaultAtOnce) {
    EXPECT_FALSE(transfer::Transfers::make({directory_ + "/none.pem", "", ""}));
    EXPECT_FALSE(transfer::Transfers::make({"", directory_ + "/none.pem", ""}));
    EXPECT_FALSE(transfer::Transfers::make({"", server_.certificate_file, directory_ + "/none"}));
    EXPECT_FALSE(transfer::Transfers::make({"", server_.key_file, ""}));  // no certificate in it
}

}  // namespace
