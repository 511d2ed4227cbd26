#include "transfer/known_hosts.hpp"

#include <gmock/gmock.h>

#include "base/hash.hpp"

namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using transfer::known_keys;
using transfer::KnownKey;

std::vector<std::string> good(std::string_view file, const std::string& host, int port = 22) {
    std::vector<std::string> blobs;
    for (const KnownKey& key : known_keys(file, host, static_cast<std::uint16_t>(port)).good)
        blobs.push_back(key.blob);
    return blobs;
}

TEST(KnownHosts, ALineNamesItsHosts) {
    constexpr const char* file =
        "# a comment\n"
        "\n"
        "erp.beta.example,192.0.2.7 ssh-ed25519 b25l\n"
        "other.example ssh-ed25519 dHdv comment of its own\r\n"
        "  erp.beta.example\tecdsa-sha2-nistp256 dGhyZWU=";
    EXPECT_THAT(good(file, "erp.beta.example"), ElementsAre("one", "three"));
    EXPECT_THAT(good(file, "ERP.beta.Example"), ElementsAre("one", "three"));
    EXPECT_THAT(good(file, "192.0.2.7"), ElementsAre("one"));
    EXPECT_THAT(good(file, "other.example"), ElementsAre("two"));
    EXPECT_THAT(good(file, "beta.example"), IsEmpty());
    EXPECT_THAT(known_keys(file, "erp.beta.example", 22).good,
                ElementsAre(Field(&KnownKey::line, 3U), Field(&KnownKey::line, 5U)));
}

TEST(KnownHosts, AnotherPortIsAnotherServer) {
    constexpr const char* file =
        "erp.example ssh-ed25519 b25l\n[erp.example]:2222 ssh-ed25519 dHdv\n";
    EXPECT_THAT(good(file, "erp.example", 22), ElementsAre("one"));
    EXPECT_THAT(good(file, "erp.example", 2222), ElementsAre("two"));
    EXPECT_THAT(good(file, "erp.example", 2223), IsEmpty());
    EXPECT_THAT(good("[::1]:2222 ssh-ed25519 dHdv\n", "::1", 2222), ElementsAre("two"));
}

// `printf 'salt' | base64` and `printf 'erp.example' | openssl dgst -sha1 -hmac salt -binary`
TEST(KnownHosts, NamesMayBeHashed) {
    constexpr const char* file = "|1|c2FsdA==|mHDCPkKR38jq9YZ8/n/+mom7zeE= ssh-ed25519 b25l\n";
    EXPECT_THAT(good(file, "erp.example"), ElementsAre("one"));
    EXPECT_THAT(good(file, "erp.example2"), IsEmpty());
    EXPECT_THAT(good("|1|c2FsdA==|? ssh-ed25519 b25l\n|1|x ssh-ed25519 b25l\n", "erp.example"),
                IsEmpty());
}

TEST(KnownHosts, PatternsAndTheirExceptions) {
    constexpr const char* file = "*.example,!bad.example,a?c ssh-ed25519 b25l\n";
    EXPECT_THAT(good(file, "erp.example"), ElementsAre("one"));
    EXPECT_THAT(good(file, "bad.example"), IsEmpty());
    EXPECT_THAT(good(file, "abc"), ElementsAre("one"));
    EXPECT_THAT(good(file, "ac"), IsEmpty());
    EXPECT_THAT(good("!erp.example ssh-ed25519 b25l\n", "erp.example"), IsEmpty());
    const std::string stars = std::string(2000, '*') + "b";
    EXPECT_THAT(good(stars + " ssh-ed25519 b25l\n", std::string(2000, 'a')), IsEmpty());
}

TEST(KnownHosts, RevokedKeysAreKeptApartAndAuthoritiesPassedOver) {
    constexpr const char* file =
        "@revoked * ssh-ed25519 b25l\n@cert-authority erp.example ssh-ed25519 dHdv\n"
        "erp.example ssh-ed25519 b25l\n";
    const auto keys = known_keys(file, "erp.example", 22);
    EXPECT_THAT(keys.revoked, ElementsAre(Field(&KnownKey::blob, "one")));
    EXPECT_THAT(keys.good, ElementsAre(Field(&KnownKey::blob, "one")));
}

TEST(KnownHosts, WhatCannotBeReadIsPassedOver) {
    constexpr const char* file =
        "erp.example\nerp.example ssh-ed25519\nerp.example ssh-ed25519 !!\n,,, ssh-ed25519 b25l\n"
        "@marker\n|\nerp.example ssh-ed25519 dHdv\n";
    EXPECT_THAT(good(file, "erp.example"), ElementsAre("two"));
    EXPECT_THAT(good({"\0\n\xff\n", 4}, "erp.example"), IsEmpty());
}

TEST(KnownHosts, AFingerprintIsWrittenAsSshKeygenWritesIt) {
    // printf one | sha256sum, in base64 without padding
    EXPECT_EQ(transfer::fingerprint_of("one"),
              "SHA256:dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z/0Me0");
}

}  // namespace
