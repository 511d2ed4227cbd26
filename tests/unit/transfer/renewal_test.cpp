// Promise: the files of certificates are what they are at each call. Whoever replaces one while
// permitd runs need not start it anew, and whom a file does not name any more is not spoken to
// again, not even over a connection or a session that is still open.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "authority.hpp"
#include "raw_server.hpp"
#include "run.hpp"

namespace {

using transfer::End;
using transfer::Ended;

class Renewal : public testing::Test {
protected:
    static std::string scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "renewal-XXXXXX").string();
        if (!::mkdtemp(name.data())) std::abort();
        return name;
    }
    ~Renewal() override { std::filesystem::remove_all(directory_); }

    // As it is done properly: a new file under the old name.
    void put(const std::string& name, const std::string& from) {
        const std::string path = directory_ + "/" + name;
        std::filesystem::copy_file(from, path + ".new");
        std::filesystem::rename(path + ".new", path);
    }
    void put_client(const raw::Identity& identity) {
        put("client.pem", identity.certificate_file);
        put("client.key", identity.key_file);
    }
    std::unique_ptr<transfer::Transfers> transfers() {
        transfer::Tls tls{directory_ + "/ca.pem", "", ""};
        if (std::filesystem::exists(directory_ + "/client.pem"))
            tls = {tls.ca_file, directory_ + "/client.pem", directory_ + "/client.key"};
        return tests::make_transfers(tls);
    }
    static Ended post(transfer::Transfers& transfers, const raw::Server& server) {
        return tests::post(transfers, server.url("/messages"));
    }
    raw::Server::Serve served() {
        return [this](raw::Peer& peer, int) {
            while (peer.read_request()) {
                {
                    const std::lock_guard lock{mutex_};
                    shown_.push_back(peer.shown());
                }
                peer.answer(202, "<mepAck/>");
            }
        };
    }
    raw::ServerTls asking(int version = TLS1_3_VERSION) {
        return {server_.certificate_file, server_.key_file, ours_.file(), version};
    }
    raw::ServerTls not_asking(const raw::Identity& identity) {
        return {identity.certificate_file, identity.key_file, "", TLS1_3_VERSION};
    }

    std::string directory_ = scratch();
    raw::Authority ours_{directory_, "ours"};
    raw::Authority others_{directory_, "others"};
    raw::Identity server_ = ours_.issue("server", "localhost", -60, 3600);
    std::mutex mutex_;
    std::vector<std::string> shown_;  // by whom each request came: the name in its certificate
};

// The ministry renews its certificate under another authority, and the operator puts that in place.
TEST_F(Renewal, AnAuthorityThatWasPutInPlaceCountsFromTheNextCall) {
    put("ca.pem", others_.file());
    raw::Server server{served(), not_asking(server_)};
    const auto all = transfers();
    EXPECT_EQ(post(*all, server).end, End::Certificate);
    EXPECT_EQ(post(*all, server).end, End::Certificate);
    put("ca.pem", ours_.file());
    const auto ended = post(*all, server);
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    EXPECT_EQ(shown_.size(), 1u);
}

TEST_F(Renewal, AnAuthorityThatWasTakenAwayDoesNotCountAnyMore) {
    put("ca.pem", ours_.file());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        shown_.clear();
        auto tls = not_asking(server_);
        tls.version_max = version;
        raw::Server server{served(), tls};
        const auto all = transfers();
        EXPECT_EQ(post(*all, server).end, End::Complete);
        EXPECT_EQ(post(*all, server).end, End::Complete);
        EXPECT_EQ(server.connections(), 1) << "kept, as it should be";
        put("ca.pem", others_.file());
        EXPECT_EQ(post(*all, server).end, End::Certificate);
        EXPECT_EQ(shown_.size(), 2u);
        put("ca.pem", ours_.file());
    }
}

TEST_F(Renewal, ACertificateOfOursThatWasReplacedIsShownFromTheNextCall) {
    put("ca.pem", ours_.file());
    const auto old = ours_.issue("old", "", -60, 3600);
    const auto fresh = ours_.issue("fresh", "", -60, 3600);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        shown_.clear();
        put_client(old);
        raw::Server server{served(), asking(version)};
        const auto all = transfers();
        EXPECT_EQ(post(*all, server).end, End::Complete);
        EXPECT_EQ(post(*all, server).end, End::Complete);
        put_client(fresh);
        const auto ended = post(*all, server);
        EXPECT_EQ(ended.end, End::Complete) << ended.error;
        EXPECT_EQ(shown_, (std::vector<std::string>{"old", "old", "fresh"}));
        EXPECT_EQ(server.connections(), 2);
    }
}

// Certificate and key are two files: between the two nothing leaves, and then it goes on.
TEST_F(Renewal, BetweenCertificateAndKeyNothingLeaves) {
    put("ca.pem", ours_.file());
    const auto old = ours_.issue("old", "", -60, 3600);
    const auto fresh = ours_.issue("fresh", "", -60, 3600);
    put_client(old);
    raw::Server server{served(), asking()};
    const auto all = transfers();
    put("client.pem", fresh.certificate_file);
    EXPECT_EQ(post(*all, server).end, End::Certificate);
    std::filesystem::remove(directory_ + "/client.pem");
    EXPECT_EQ(post(*all, server).end, End::Certificate);
    EXPECT_TRUE(shown_.empty());
    put_client(fresh);
    EXPECT_EQ(post(*all, server).end, End::Complete);
    EXPECT_EQ(shown_, std::vector<std::string>{"fresh"});
}

TEST_F(Renewal, AFileThatHoldsNoAuthorityLetsNobodySpeak) {
    put("ca.pem", ours_.file());
    raw::Server server{served(), not_asking(server_)};
    const auto all = transfers();
    EXPECT_EQ(post(*all, server).end, End::Complete);
    for (const char* name : {"empty", "torn", "gone"}) {
        const std::string path = directory_ + "/" + name;
        std::filesystem::copy_file(ours_.file(), path);
        std::filesystem::resize_file(path, std::string_view{name} == "torn" ? 100 : 0);
        if (std::string_view{name} == "gone")
            std::filesystem::remove(directory_ + "/ca.pem");
        else
            put("ca.pem", path);
        EXPECT_EQ(post(*all, server).end, End::Certificate) << name;
    }
    EXPECT_EQ(shown_.size(), 1u);
    put("ca.pem", ours_.file());
    EXPECT_EQ(post(*all, server).end, End::Complete);
}

// We have a certificate, and nobody asks for it: it is not pressed on him, and he is spoken to.
TEST_F(Renewal, AServerThatWantsNoCertificateIsShownNone) {
    put("ca.pem", ours_.file());
    put_client(ours_.issue("client", "", -60, 3600));
    raw::Server server{served(), not_asking(server_)};
    const auto ended = post(*transfers(), server);
    EXPECT_EQ(ended.end, End::Complete) << ended.error;
    EXPECT_EQ(shown_, std::vector<std::string>{""});
}

}  // namespace
