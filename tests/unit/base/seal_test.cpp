// The promises of base/seal.hpp: a secret opens under its own key and context and nowhere else, and
// the key is a file that nobody else may read.
#include "base/seal.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/files.hpp"
#include "syncs.hpp"

namespace {

const std::string key(base::Seal::key_bytes, 'k');

TEST(Seal, OpensWhatItSealed) {
    const base::Seal seal{key};
    const std::string texts[] = {"", "p", "密码 with spaces", std::string("\0\xff", 2),
                                 std::string(100'000, 'x')};
    for (const std::string& text : texts) {
        const std::string sealed = seal.sealed(text, "91110108MA0000015T");
        EXPECT_EQ(seal.opened(sealed, "91110108MA0000015T"), text);
        if (text.size() > 3) {
            EXPECT_EQ(sealed.find(text.substr(0, 4)), std::string::npos);
        }
    }
    EXPECT_EQ(seal.opened(seal.sealed("text", ""), ""), "text");
}

TEST(Seal, OpensUnderNoOtherKeyOrContext) {
    const base::Seal seal{key};
    std::string other_key = key;
    other_key.back() = 'l';
    const std::string sealed = seal.sealed("secret", "sender");
    EXPECT_FALSE(seal.opened(sealed, "sende"));
    EXPECT_FALSE(seal.opened(sealed, "senders"));
    EXPECT_FALSE(seal.opened(sealed, ""));
    EXPECT_FALSE(base::Seal{other_key}.opened(sealed, "sender"));
}

TEST(Seal, OpensNothingThatWasChangedOrCut) {
    const base::Seal seal{key};
    std::string sealed = seal.sealed("secret", "sender");
    for (char& each : sealed) {
        for (int bit = 0; bit < 8; ++bit) {
            each = static_cast<char>(each ^ (1 << bit));
            EXPECT_FALSE(seal.opened(sealed, "sender"));
            each = static_cast<char>(each ^ (1 << bit));
        }
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(seal.opened(sealed.substr(0, size), "sender")) << size;
    EXPECT_FALSE(seal.opened(sealed + '\0', "sender"));
    EXPECT_EQ(seal.opened(sealed, "sender"), "secret");
}

// Decisions are pure: the same text gives the same bytes. Another text, context or key gives others
// from the nonce on.
TEST(Seal, IsDeterministicAndTellsApart) {
    const base::Seal seal{key};
    EXPECT_EQ(seal.sealed("secret", "a"), base::Seal{key}.sealed("secret", "a"));
    const auto nonce = [](const std::string& sealed) { return sealed.substr(0, 12); };
    EXPECT_NE(nonce(seal.sealed("secret", "a")), nonce(seal.sealed("secret", "b")));
    EXPECT_NE(nonce(seal.sealed("secret", "a")), nonce(seal.sealed("secreu", "a")));
    EXPECT_NE(nonce(seal.sealed("b", "a")), nonce(seal.sealed("", "ab")));
    base::Seal moved{base::Seal{key}};
    EXPECT_EQ(moved.sealed("secret", "a"), seal.sealed("secret", "a"));
}

TEST(Seal, AMacIsHexOfItsOwnKey) {
    const base::Seal seal{key};
    EXPECT_EQ(seal.mac("content").size(), 64u);
    EXPECT_EQ(seal.mac("content").find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(seal.mac("content"), base::Seal{key}.mac("content"));
    EXPECT_NE(seal.mac("content"), seal.mac("contenu"));
    EXPECT_NE(seal.mac("content"), base::Seal{std::string(32, 'l')}.mac("content"));
}

// A string that is cleared keeps its memory and what stands in it.
TEST(Seal, AWipedSecretIsEmptyAndOverwritten) {
    for (const std::size_t bytes : {6u, 600u}) {
        std::string secret(bytes, 's');
        const char* const memory = secret.data();
        base::wipe(secret);
        EXPECT_TRUE(secret.empty());
        ASSERT_EQ(secret.data(), memory);
        for (std::size_t i = 0; i < bytes; ++i) ASSERT_NE(memory[i], 's') << i << " of " << bytes;
    }
}

class SealFile : public testing::Test {
protected:
    SealFile() {
        std::string name = (std::filesystem::temp_directory_path() / "seal-XXXXXX").string();
        if (!::mkdtemp(name.data())) std::abort();
        root_ = name;
    }
    ~SealFile() override { std::filesystem::remove_all(root_); }
    std::string file() const { return root_ + "/secret.key"; }
    void write(const std::string& bytes, mode_t mode) {
        std::ofstream{file(), std::ios::binary} << bytes;
        ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    }
    std::string fault() {
        const auto seal = base::Seal::open_or_make(file());
        if (seal) return {};
        EXPECT_EQ(seal.fault().remedy, base::Remedy::AskOperator);
        return seal.fault().text;
    }
    std::string root_;
};

TEST_F(SealFile, IsMadeForTheOwnerAloneAndReadAgain) {
    const auto made = base::Seal::open_or_make(file());
    ASSERT_TRUE(made) << made.fault().text;
    struct stat about {};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0600u);
    EXPECT_EQ(about.st_size, 32);
    const auto again = base::Seal::open_or_make(file());
    ASSERT_TRUE(again) << again.fault().text;
    EXPECT_EQ(again->opened(made->sealed("secret", "a"), "a"), "secret");
    const auto bytes = base::read_file(file(), 64);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(base::Seal{*bytes}.opened(made->sealed("secret", "a"), "a"), "secret");
}

// A password that was sealed with it must not outlive it.
TEST_F(SealFile, IsOnTheDiskBeforeItIsUsed) {
    tests::watch_syncs();
    ASSERT_TRUE(base::Seal::open_or_make(file()));
    EXPECT_TRUE(tests::was_synced(file()));
    EXPECT_TRUE(tests::was_synced(root_));
}

TEST_F(SealFile, IsMadeAtRandom) {
    const auto one = base::Seal::open_or_make(root_ + "/one");
    const auto other = base::Seal::open_or_make(root_ + "/other");
    ASSERT_TRUE(one && other);
    EXPECT_FALSE(other->opened(one->sealed("secret", "a"), "a"));
}

TEST_F(SealFile, OfAnotherLengthIsAFault) {
    for (const std::size_t size : {0, 31, 33, 64}) {
        write(std::string(size, 'k'), 0600);
        EXPECT_NE(fault().find(file()), std::string::npos) << size;
    }
    write(std::string(32, 'k'), 0600);
    EXPECT_EQ(fault(), "");
}

TEST_F(SealFile, ThatOthersMayReadIsAFault) {
    for (const mode_t mode : {0640, 0604, 0620, 0602}) {
        write(std::string(32, 'k'), mode);
        EXPECT_NE(fault().find("chmod 600"), std::string::npos) << mode;
    }
    write(std::string(32, 'k'), 0400);
    EXPECT_EQ(fault(), "");
}

TEST_F(SealFile, InAMissingDirectoryIsAFault) {
    EXPECT_FALSE(base::Seal::open_or_make(root_ + "/none/secret.key"));
}

}  // namespace
