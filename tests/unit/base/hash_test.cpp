// Vectors of FIPS 180-4, RFC 4231, RFC 4648 and RFC 3720 (B.4).
#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Hash, sha256_of_the_standard) {
    EXPECT_EQ(base::sha256_hex(""),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(base::sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(base::sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, sha256_in_pieces_is_the_same) {
    base::Sha256 sum;
    sum.add("a").add("").add("bc");
    base::Sha256 moved{std::move(sum)};
    EXPECT_EQ(moved.sum(), base::sha256("abc"));
}

TEST(Hash, hmac_of_rfc_4231) {
    EXPECT_EQ(base::hex(base::hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(base::hex(base::hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        base::hex(base::hmac_sha256(std::string(131, '\xaa'),
                                    "Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, hex_is_lower_case_and_whole) {
    EXPECT_EQ(base::hex(std::string_view{"\x00\x0f\xf0\xff", 4}), "000ff0ff");
    EXPECT_EQ(base::hex(""), "");
}

// The digest of "" by coreutils' basenc --base32, in lower case and without its padding.
TEST(Hash, base32_has_52_characters) {
    EXPECT_EQ(base::base32(base::sha256("")),
              "4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkq");
    EXPECT_EQ(base::base32(base::Digest{}), std::string(52, 'a'));
}

struct Vector {
    const char* bytes;
    const char* text;
};

TEST(Hash, base64_of_rfc_4648_both_ways) {
    for (const Vector& each : {Vector{"", ""},
                               {"f", "Zg=="},
                               {"fo", "Zm8="},
                               {"foo", "Zm9v"},
                               {"foob", "Zm9vYg=="},
                               {"fooba", "Zm9vYmE="},
                               {"foobar", "Zm9vYmFy"},
                               {"\xfb\xff\xbf", "+/+/"}}) {
        EXPECT_EQ(base::base64(each.bytes), each.text);
        EXPECT_EQ(base::parse_base64(each.text), each.bytes);
    }
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (std::size_t n = 0; n <= all.size(); ++n)
        EXPECT_EQ(base::parse_base64(base::base64(all.substr(0, n))), all.substr(0, n)) << n;
}

TEST(Hash, base64_may_hold_white_space_of_xml) {
    EXPECT_EQ(base::parse_base64(" Zm9v\r\n\tYg = =\n"), "foob");
    EXPECT_EQ(base::parse_base64(" \n"), "");
}

TEST(Hash, base64_refuses_everything_else) {
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zg===", "Zg====", "====", "=", "Zg==Zg==", "Zm9v=", "Zm9vY",
          "Zh==", "Zm9=", "Zm8=Zm9v", "Zm-_", "Zm9v!", "Zm9v\v", "Zm9v\xc2\xa0", "=Zm8", "Z=g="})
        EXPECT_FALSE(base::parse_base64(text)) << text;
    EXPECT_FALSE(base::parse_base64(std::string_view{"Zg\0=", 4}));
}

TEST(Hash, crc32c_of_rfc_3720) {
    EXPECT_EQ(base::crc32c("123456789"), 0xe3069283U);
    EXPECT_EQ(base::crc32c(""), 0U);
    EXPECT_EQ(base::crc32c(std::string(32, '\0')), 0x8a9136aaU);
    EXPECT_EQ(base::crc32c(std::string(32, '\xff')), 0x62a8ab43U);
}

TEST(Hash, random_bytes_are_never_the_same) {
    EXPECT_EQ(base::random_bytes(0), "");
    EXPECT_EQ(base::random_bytes(33).size(), 33U);
    EXPECT_NE(base::random_bytes(16), base::random_bytes(16));
}

}  // namespace
