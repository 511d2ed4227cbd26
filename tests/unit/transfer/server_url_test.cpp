#include <gtest/gtest.h>

#include "transfer/remote.hpp"

namespace {

using transfer::server_of_url;

// operations.md 1: a mailbox may be a remote directory, sftp://host/path.
TEST(ServerUrl, HasAHostAPortAndADirectory) {
    const auto plain = server_of_url("sftp://erp.beta.example/edi");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "erp.beta.example");
    EXPECT_EQ(plain->port, 22);
    EXPECT_EQ(plain->directory, "/edi");
    const auto full = server_of_url("sftp://[2001:db8::1]:2222/a/b%20c/");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->host, "2001:db8::1");
    EXPECT_EQ(full->port, 2222);
    EXPECT_EQ(full->directory, "/a/b c");
}

TEST(ServerUrl, MayBeginAtTheLoginDirectory) {
    for (const auto& [url, directory] : std::initializer_list<std::pair<const char*, const char*>>{
             {"sftp://h/~/edi", "edi"},
             {"sftp://h/~", ""},
             {"sftp://h/~/", ""},
             {"sftp://h", "/"},
             {"sftp://h/", "/"},
             {"sftp://h/~other/x", "/~other/x"},
             {"sftp://h/a%3Fb%23c", "/a?b#c"}}) {
        const auto server = server_of_url(url);
        ASSERT_TRUE(server) << url;
        EXPECT_EQ(server->directory, directory) << url;
    }
}

TEST(ServerUrl, IsRefusedWhereItIsNone) {
    for (const char* url :
         {"", "/edi", "erp.example:/edi", "ftp://h/", "https://h/", "sftp://", "sftp:///edi",
          "sftp://h:0/", "sftp://h:65536/", "sftp://h:x/", "sftp://h/a%00b", "sftp://h/?a=b",
          "sftp://h/#a", "sftp://h h/", "sftp://[::1/"})
        EXPECT_FALSE(server_of_url(url)) << url;
}

// operations.md 2: secrets come from files, never inline.
TEST(ServerUrl, HasNeitherUserNorPassword) {
    for (const char* url : {"sftp://edi@h/", "sftp://edi:secret@h/", "sftp://:secret@h/"}) {
        const auto server = server_of_url(url);
        ASSERT_FALSE(server) << url;
        EXPECT_EQ(server.fault().text.find("secret"), std::string::npos);
        EXPECT_NE(server.fault().text.find("`user`"), std::string::npos);
    }
}

}  // namespace
