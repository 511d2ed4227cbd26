// Ed25519 as everybody else has it: keys and signatures are openssl's.
#include "base/sign.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/hash.hpp"
#include "spool.hpp"

namespace {

// RFC 8032, 7.1, test 2, as `openssl pkey` writes its keys.
constexpr const char* private_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* public_hex =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr const char* signature_hex =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

struct SignFile : testing::Test {
    std::string put(const std::string& name, const std::string& pem, unsigned mode = 0600) const {
        const std::string path = spool.put(name, pem);
        ::chmod(path.c_str(), mode);
        return path;
    }
    tests::Spool spool;
};

TEST_F(SignFile, SignsAsTheStandardSays) {
    const auto key = base::SigningKey::open(put("k", private_pem));
    ASSERT_TRUE(key) << key.fault().text;
    EXPECT_EQ(base::hex(key->verifying().raw()), public_hex);
    EXPECT_EQ(base::hex(key->sign("\x72")), signature_hex);
    EXPECT_TRUE(key->verifying().verifies(key->sign("\x72"), "\x72"));
    EXPECT_FALSE(key->verifying().verifies(key->sign("\x72"), "\x73"));
    EXPECT_FALSE(key->verifying().verifies("short", "\x72"));
}

TEST_F(SignFile, IsMadeOnceForItsOwnerAlone) {
    const std::string path = spool.at("made");
    const auto made = base::SigningKey::make(path);
    ASSERT_TRUE(made) << made.fault().text;
    EXPECT_EQ(spool.mode("made"), 0600u);
    const auto opened = base::SigningKey::open(path);
    ASSERT_TRUE(opened) << opened.fault().text;
    EXPECT_EQ(opened->verifying(), made->verifying());
    EXPECT_FALSE(base::SigningKey::make(path)) << "another one in its place";
    const auto other = base::SigningKey::make(spool.at("other"));
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->verifying() == made->verifying());
    EXPECT_FALSE(other->verifying().verifies(made->sign("x"), "x"));
}

TEST_F(SignFile, IsReadAndWrittenByOpenssl) {
    const auto made = base::SigningKey::make(spool.at("k"));
    ASSERT_TRUE(made);
    const std::string in = "cd " + spool.root.string() + " && ";
    ASSERT_EQ(std::system((in + "openssl pkey -in k -pubout -out k.pub").c_str()), 0);
    EXPECT_EQ(spool.content("k.pub"), made->verifying().pem());
    spool.put("text", "what is said");
    spool.put("sig", made->sign("what is said"));
    EXPECT_EQ(std::system((in + "openssl pkeyutl -verify -pubin -inkey k.pub -rawin -in text "
                                "-sigfile sig > /dev/null")
                              .c_str()),
              0);
    ASSERT_EQ(std::system((in + "openssl pkey -pubin -in k.pub -outform DER | sha256sum "
                                "> digest")
                              .c_str()),
              0);
    EXPECT_EQ(spool.content("digest").substr(0, 8), made->verifying().id());
}

TEST_F(SignFile, RefusesWhatIsNoKeyOrMayBeReadByOthers) {
    using testing::HasSubstr;
    EXPECT_THAT(base::SigningKey::open(put("a", private_pem, 0640)).fault().text,
                HasSubstr("chmod 600"));
    EXPECT_THAT(base::SigningKey::open(put("b", "no key")).fault().text,
                HasSubstr("not an Ed25519 private key"));
    EXPECT_THAT(base::SigningKey::open(spool.at("none")).fault().text, HasSubstr("none"));
    EXPECT_FALSE(base::VerifyingKey::of_pem("no key"));
    EXPECT_FALSE(base::VerifyingKey::of_pem(private_pem));
}

}  // namespace
