#include "http/url.hpp"

#include <gmock/gmock.h>

#include "http/endpoint.hpp"

namespace {

using testing::Eq;

TEST(Target, PathAndQueryAreDecoded) {
    const auto target = http::parse_target("/a%2Fb/%E7%94%B3?after=12&limit=&flag&name=x%20y+z");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a/b/申");
    const std::map<std::string, std::string> expected = {
        {"after", "12"}, {"limit", ""}, {"flag", ""}, {"name", "x y+z"}};
    EXPECT_EQ(target->query, expected);
}

TEST(Target, WhatIsNoTargetIsRefused) {
    for (const char* text :
         {"", "http://host/", "*", "/%", "/%4", "/%zz", "/%00", "/a?b=%00", "/a?%g1=1", "/a b"})
        EXPECT_THAT(http::parse_target(text).has_value(), Eq(false)) << text;
    EXPECT_FALSE(http::parse_target(std::string_view{"/a\0b", 4}));
}

TEST(Endpoints, OnlyNumericAddressesAndLocalhostWithAPort) {
    EXPECT_EQ(http::parse_tcp("[::1]:8443")->host, "::1");
    EXPECT_EQ(http::parse_tcp("localhost:1")->host, "127.0.0.1");
    EXPECT_EQ(http::parse_tcp("127.0.0.1:65535")->port, 65535);
    for (const char* text :
         {"", "8090", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:80x"})
        EXPECT_FALSE(http::parse_tcp(text)) << text;
}

}  // namespace
