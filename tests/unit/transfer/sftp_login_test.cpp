// Who the other side is, and who we are to it (hardening.md 5: host keys are checked, never trusted
// on first use; operations.md 1: key or password from credentials).
#include <gmock/gmock.h>

#include <fstream>

#include "base/hash.hpp"
#include "transfer/credential.hpp"
#include "unit/transfer/account.hpp"

namespace {

namespace fs = std::filesystem;
using account::refusal;
using base::Remedy;
using testing::HasSubstr;
using testing::Not;

class SftpLogin : public testing::Test {
protected:
    static void SetUpTestSuite() { sshd_ = new tests::Sshd; }
    static void TearDownTestSuite() {
        delete sshd_;
        sshd_ = nullptr;
    }
    static const tests::Sshd& sshd() { return *sshd_; }
    static transfer::Server server() { return account::at(sshd()); }

    // A file beside the server's; its owner's alone.
    static fs::path put(const std::string& name, const std::string& text) {
        const fs::path file = sshd().scratch() / name;
        std::ofstream{file} << text;
        fs::permissions(file, fs::perms{0600});
        return file;
    }
    static std::string name_there() { return "[127.0.0.1]:" + std::to_string(sshd().port()); }
    static void run(const std::vector<std::string>& command) {
        const auto ended = line::run(command, {{"PATH", "/usr/bin:/bin"}}, sshd().scratch());
        ASSERT_EQ(ended.status, 0) << ended.errors;
    }
    static void expect_let_in(const transfer::Server& at) {
        const auto remote = transfer::connect_sftp(at);
        ASSERT_TRUE(remote) << remote.fault().text << "\n" << sshd().words();
        EXPECT_EQ(account::word((*remote)->list("", [](const auto&) { return true; })), "done");
    }
    static void expect_refused(const transfer::Server& at, const std::vector<std::string>& words) {
        const base::Fault fault = refusal(at);
        EXPECT_EQ(fault.remedy, Remedy::AskOperator) << fault.text;
        for (const std::string& each : words) EXPECT_THAT(fault.text, HasSubstr(each));
        EXPECT_THAT(fault.text, Not(HasSubstr("\n")));
    }
    // Nothing about us left before that: the server was asked for no user.
    static void expect_nobody_asked_for(const std::string& user) {
        EXPECT_THAT(sshd().words(), Not(HasSubstr(user)));
    }

private:
    static tests::Sshd* sshd_;
};
tests::Sshd* SftpLogin::sshd_ = nullptr;

TEST_F(SftpLogin, AHostIsKnownByAFileOrAFingerprintOrBoth) {
    transfer::Server at = server();
    expect_let_in(at);
    at.fingerprint = sshd().fingerprint();
    expect_let_in(at);
    at.known_hosts_file.clear();
    expect_let_in(at);
    at.fingerprint += "=";
    expect_let_in(at);
}

TEST_F(SftpLogin, AHostThatNothingVouchesForIsRefused) {
    transfer::Server at = server();
    at.user = "nobody-asked-for-1";
    at.known_hosts_file.clear();
    expect_refused(at, {"`known_hosts` or `fingerprint`"});
    at.known_hosts_file = sshd().scratch() / "not-there";
    expect_refused(at, {"not-there"});
    at.known_hosts_file = put("strangers", "[127.0.0.1]:1 " + sshd().host_key() + "\n");
    expect_refused(at, {"strangers does not know the host " + name_there(), sshd().fingerprint(),
                        "\"" + name_there() + " " + sshd().host_key() + "\""});
    at.fingerprint = "MD5:00:11";
    expect_refused(at, {"ssh-keygen -l"});
    expect_nobody_asked_for(at.user);
}

TEST_F(SftpLogin, BothMustHoldWhereBothAreGiven) {
    transfer::Server at = server();
    at.user = "nobody-asked-for-2";
    at.fingerprint = "SHA256:" + std::string(43, 'A');
    expect_refused(at, {"not the one of `fingerprint`", sshd().fingerprint()});
    at.known_hosts_file.clear();
    expect_refused(at, {"not the one of `fingerprint`"});
    at.fingerprint = sshd().fingerprint();
    at.known_hosts_file = put("strangers", "other " + sshd().host_key() + "\n");
    expect_refused(at, {"does not know the host"});
    expect_nobody_asked_for(at.user);
}

TEST_F(SftpLogin, ARevokedKeyIsRefused) {
    transfer::Server at = server();
    at.fingerprint = sshd().fingerprint();
    at.known_hosts_file = put("revoked", name_there() + " " + sshd().host_key() + "\n@revoked * " +
                                             sshd().host_key() + "\n");
    expect_refused(at, {"revoked by line 2", sshd().fingerprint()});
}

TEST_F(SftpLogin, NamesOfHostsMayBeHashed) {
    transfer::Server at = server();
    at.known_hosts_file = put("hashed", name_there() + " " + sshd().host_key() + "\n");
    run({"/usr/bin/ssh-keygen", "-H", "-f", at.known_hosts_file});
    fs::remove(at.known_hosts_file + ".old");
    expect_let_in(at);
}

TEST_F(SftpLogin, AKeyOfAnotherTypeInTheFileDoesNotHelp) {
    transfer::Server at = server();
    at.known_hosts_file = put("rsa-only", name_there() + " ssh-rsa AAAAB3NzaC1yc2E=\n");
    expect_refused(at, {"of type ssh-rsa only", sshd().fingerprint()});
}

TEST(SftpHost, AKeyThatChangedIsRefused) {
    tests::Sshd sshd;
    const std::string old = sshd.fingerprint();
    sshd.kill_all();
    sshd.change_host_keys();
    sshd.start();
    const base::Fault fault = refusal(account::at(sshd));
    EXPECT_EQ(fault.remedy, Remedy::AskOperator);
    EXPECT_THAT(fault.text, HasSubstr("has changed"));
    EXPECT_THAT(fault.text, HasSubstr(old));
    EXPECT_THAT(fault.text, HasSubstr(sshd.fingerprint()));
    sshd.write_known_hosts();
    EXPECT_TRUE(transfer::connect_sftp(account::at(sshd)));
}

// hardening.md 5.1: libcurl takes the type of the first line and fails.
TEST(SftpHost, AnRsaLineMayStandFirst) {
    const tests::Sshd sshd{{.host_keys = {"rsa", "ed25519"}}};
    EXPECT_TRUE(transfer::connect_sftp(account::at(sshd)));
}

TEST(SftpHost, TheKeyThatIsKnownIsAskedFor) {
    const tests::Sshd sshd{{.host_keys = {"ed25519", "ecdsa"}}};
    transfer::Server at = account::at(sshd);
    at.known_hosts_file = sshd.scratch() / "ecdsa-only";
    std::ofstream{at.known_hosts_file} << "[127.0.0.1]:" << sshd.port() << " "
                                       << sshd.host_key("ecdsa") << "\n";
    at.fingerprint = sshd.fingerprint("ecdsa");
    const auto remote = transfer::connect_sftp(at);
    EXPECT_TRUE(remote) << remote.fault().text;
}

TEST(SftpHost, OneWithAnRsaKeyOnlyCannotBeUsed) {
    const tests::Sshd sshd{{.host_keys = {"rsa"}}};
    const base::Fault fault = refusal(account::at(sshd));
    EXPECT_EQ(fault.remedy, Remedy::AskOperator);
    EXPECT_THAT(fault.text, HasSubstr("RSA cannot be used"));
    EXPECT_THAT(fault.text, HasSubstr("ssh-keygen -A"));
}

TEST_F(SftpLogin, AKeyThatIsNotAuthorizedIsRefused) {
    transfer::Server at = server();
    at.key_file = sshd().make_key("stranger", "ed25519");
    const auto key = transfer::ClientKey::read(at.key_file);
    ASSERT_TRUE(key);
    expect_refused(at, {"user " + at.user, "stranger", "authorized"});
}

TEST_F(SftpLogin, AKeyOfAnotherTypeIsNamedSo) {
    transfer::Server at = server();
    for (const char* type : {"rsa", "ecdsa"}) {
        at.key_file = sshd().make_key(std::string{"client_"} + type, type);
        sshd().authorize(at.key_file);
        expect_refused(at, {at.key_file, "ssh-keygen -t ed25519"});
    }
    at.key_file = sshd().scratch() / "client_pem_rsa";
    run({"/usr/bin/openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024",
         "-out", at.key_file});
    fs::permissions(at.key_file, fs::perms{0600});
    expect_refused(at, {at.key_file, "ssh-keygen -t ed25519"});
}

TEST_F(SftpLogin, AKeyMayBeInPkcs8) {
    transfer::Server at = server();
    at.key_file = sshd().scratch() / "client_pem";
    run({"/usr/bin/openssl", "genpkey", "-algorithm", "ED25519", "-out", at.key_file});
    fs::permissions(at.key_file, fs::perms{0600});
    const auto key = transfer::ClientKey::read(at.key_file);
    ASSERT_TRUE(key) << key.fault().text;
    put("client_pem.pub", "ssh-ed25519 " + base::base64(key->blob()) + "\n");
    sshd().authorize(at.key_file);
    expect_let_in(at);
}

TEST_F(SftpLogin, AnEncryptedKeyIsNamedSo) {
    transfer::Server at = server();
    at.key_file = sshd().make_key("locked", "ed25519", "a passphrase");
    expect_refused(at, {"locked", "is encrypted", "ssh-keygen -p"});
    at.key_file = sshd().scratch() / "locked_pem";
    run({"/usr/bin/openssl", "genpkey", "-algorithm", "ED25519", "-aes256", "-pass", "pass:word",
         "-out", at.key_file});
    fs::permissions(at.key_file, fs::perms{0600});
    expect_refused(at, {"locked_pem", "is encrypted"});
}

TEST_F(SftpLogin, AFileThatHoldsNoKeyIsNamedSo) {
    transfer::Server at = server();
    std::ifstream in{sshd().client_key()};
    const std::string whole{std::istreambuf_iterator<char>{in}, {}};
    for (const std::string& text :
         {std::string{}, std::string{"no key"}, whole.substr(0, whole.size() / 2),
          std::string{"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
                      "-----END OPENSSH PRIVATE KEY-----\n"}}) {
        at.key_file = put("no_key", text);
        expect_refused(at, {"no_key"});
    }
    at.key_file = sshd().scratch() / "not-there";
    expect_refused(at, {"not-there"});
    at.key_file = sshd().scratch();
    expect_refused(at, {"not a regular file"});
    at.key_file.clear();
    expect_refused(at, {"`key` or `password`"});
}

TEST_F(SftpLogin, AFileThatOthersMayReadIsRefused) {
    transfer::Server at = server();
    at.key_file = put("open_key", "whatever");
    fs::permissions(at.key_file, fs::perms{0640});
    expect_refused(at, {"open_key", "chmod 600"});
    at.key_file.clear();
    at.password_file = put("open_password", "open sesame\n");
    fs::permissions(at.password_file, fs::perms{0604});
    expect_refused(at, {"open_password", "chmod 600"});
}

TEST(SftpHost, OneThatLetsUsInWithoutSftpIsNamedSo) {
    const tests::Sshd closed{{.config = "MaxSessions 0\n"}};
    const base::Fault fault = refusal(account::at(closed));
    EXPECT_EQ(fault.remedy, Remedy::AskOperator);
    EXPECT_THAT(fault.text, HasSubstr("offers this user no SFTP"));
    const tests::Sshd other{{.config = "ForceCommand /bin/false\n"}};
    transfer::Server at = account::at(other);
    at.time_max = 5 * account::short_time;  // it is a process that must come and go
    EXPECT_THAT(refusal(at).text, HasSubstr("SFTP did not open"));
}

class SftpPassword : public testing::TestWithParam<bool> {
protected:
    static constexpr const char* password = "Open, Sesame! \xe5\xbc\x80\xe9\x97\xa8";
    void SetUp() override {
        if (!tests::Sshd::can_mount())
            GTEST_SKIP() << "a password needs a mount namespace, which only root has";
        sshd = std::make_unique<tests::Sshd>(
            tests::SshdSetup{.password = password, .keyboard_interactive = GetParam()});
    }
    transfer::Server with(const std::string& text) const {
        transfer::Server at = account::at(*sshd);
        at.key_file.clear();
        at.password_file = sshd->scratch() / "password";
        std::ofstream{at.password_file} << text;
        fs::permissions(at.password_file, fs::perms{0600});
        return at;
    }
    std::unique_ptr<tests::Sshd> sshd;
};

TEST_P(SftpPassword, IsTheFirstLineOfItsFile) {
    for (const char* end : {"", "\n", "\r\n", "\na second line\n"}) {
        const auto remote = transfer::connect_sftp(with(std::string{password} + end));
        EXPECT_TRUE(remote) << remote.fault().text << sshd->words();
    }
}

TEST_P(SftpPassword, AWrongOneIsToldWithoutItself) {
    const base::Fault fault = refusal(with("Close, Sesame!\n"));
    EXPECT_EQ(fault.remedy, Remedy::AskOperator);
    EXPECT_THAT(fault.text, HasSubstr("is not let in with the password of"));
    EXPECT_THAT(fault.text, Not(HasSubstr("Sesame")));
    EXPECT_THAT(refusal(with("\nsecond")).text, HasSubstr("holds no password"));
}

INSTANTIATE_TEST_SUITE_P(BothWays, SftpPassword, testing::Bool(), [](const auto& about) {
    return about.param ? "KeyboardInteractive" : "Password";
});

}  // namespace
