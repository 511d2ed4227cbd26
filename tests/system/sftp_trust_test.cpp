// Whom a courier trusts, and what it is trusted with: hosts and keys (operations.md 1: "never
// trusted on first use"), and its leash in the process that permitd really starts (hardening.md
// 5.3).
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>

#include "system/remote_line.hpp"

namespace {

namespace fs = std::filesystem;
using line::plenty;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Trust : public line::RemoteLine {
protected:
    std::size_t told(const std::string& event) {
        const std::string words = line.daemon().words();
        std::size_t count = 0;
        for (std::size_t at = 0; (at = words.find('"' + event + '"', at)) != std::string::npos;
             ++at)
            ++count;
        return count;
    }
};

TEST_F(Trust, OfAWrongHostKeyThereIsNone) {
    sshd.kill_all();
    sshd.change_host_keys();
    sshd.start();
    line.start();
    drop_declarations(0, 1);
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    EXPECT_THAT(word("error"), HasSubstr("the key of the host has changed"));
    expect_acme_is_served("ACME-1");
    EXPECT_THAT(names("InBox"), IsEmpty());
    EXPECT_THAT(names("OutBox"), SizeIs(1));
    EXPECT_THAT(line.permitctl({"status"}).out, HasSubstr("waiting"));
    // Once its operator vouches for it, by another file of that name and without a restart, it is
    // trusted. That took more than one attempt, and is told once.
    pid_t first = -1;
    ASSERT_TRUE(line::becomes_true([&] { return (first = courier()) > 0; }, plenty));
    ASSERT_TRUE(line::becomes_true([&] { return courier() != first && courier() > 0; }, plenty));
    sshd.write_known_hosts();
    EXPECT_TRUE(all_done(1)) << line.daemon().words();
    EXPECT_TRUE(line.daemon().says("mailbox-reached", plenty));
    EXPECT_EQ(told("mailbox-unreachable"), 1u);
    EXPECT_EQ(told("courier-lost"), 0u) << line.daemon().words();
    EXPECT_EQ(row().at("courier_restarts").to_number<int>(), 0);
}

// The same while the server is away, so that no host key is asked for: what stands in known_hosts
// when it comes back counts.
TEST_F(Trust, InANewKnownHostsFileComesWithTheNextConnection) {
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    sshd.kill_all();
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    sshd.change_host_keys();
    sshd.write_known_hosts();
    sshd.start();
    drop_declarations(0, 1);
    EXPECT_TRUE(all_done(1)) << line.daemon().words();
    EXPECT_THAT(line.daemon().words(), Not(HasSubstr("Permission denied")));
    EXPECT_GE(told("mailbox-unreachable"), 1u);  // on a busy host it may go away once more
    EXPECT_EQ(told("courier-lost"), 0u) << line.daemon().words();
}

TEST_F(Trust, OfTheServerInAWrongKeyThereIsNone) {
    configure("", sshd.make_key("stranger", "ed25519"));
    line.start();
    drop_declarations(0, 1);
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    EXPECT_THAT(word("error"), HasSubstr("is not let in with"));
    expect_acme_is_served("ACME-1");
    EXPECT_THAT(names("InBox"), IsEmpty());
    EXPECT_THAT(names("OutBox"), SizeIs(1));
    // Authorized there, it is let in without a restart.
    sshd.authorize(sshd.scratch() / "stranger");
    EXPECT_TRUE(all_done(1)) << line.daemon().words();
}

// A process that owns little, and ends with its daemon.
TEST_F(Trust, InACourierIsSmallAndEndsWithItsDaemon) {
    line.start();
    ASSERT_TRUE(becomes("connected")) << line.daemon().words();
    const pid_t pid = courier();
    ASSERT_GT(pid, 0);
    std::ifstream in{"/proc/" + std::to_string(pid) + "/status"};
    const std::string status{std::istreambuf_iterator<char>{in}, {}};
#ifndef PERMITD_SANITIZED
    EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1"));
    EXPECT_THAT(status, HasSubstr("Seccomp:\t2"));
#endif
    EXPECT_THAT(status, HasSubstr("Threads:\t1"));
    line.kill_at_once();
    EXPECT_TRUE(line::becomes_true([&] { return !line::runs(pid); }, plenty));
}

#ifndef PERMITD_SANITIZED
// The version of the kernel's Landlock; 0: none.
long landlock_version() {
    const long version = ::syscall(444, nullptr, 0, 1);
    return version > 0 ? version : 0;
}

// hooked_permitd.cpp tries it in the courier's place, and says what it got.
TEST_F(Trust, InACourierThatIsTakenOverEndsAtItsMailbox) {
    if (landlock_version() < 4) GTEST_SKIP() << "this kernel's Landlock knows no ports";
    line.setup.settings =
        "  - name: beta\n    senders: [91310115MA1K00023E]\n    sftp:\n      url: "
        "sftp://127.0.0.1:" +
        std::to_string(sshd.port()) + line.folder().string() +
        "\n      user: taken-over\n      key: " + sshd.client_key().string() +
        "\n      known_hosts: " + sshd.known_hosts().string() + "\n";
    line.setup.program = "hooked-permitd";
    line.write_config();
    line.start();
    // They are there for the taking.
    for (const char* each : {"permitd.yaml", "state/state.key", "state/store", "spool/.archive",
                             "spool/acme/OutBox", "run/control"})
        EXPECT_TRUE(fs::exists(line.folder() / each)) << each;
    ASSERT_TRUE(becomes("waiting")) << line.daemon().words();
    EXPECT_THAT(word("error"), testing::EndsWith("got: own mailbox, known hosts, own server"));
    EXPECT_THAT(line.daemon().words(), Not(HasSubstr("forged")));
}
#endif

}  // namespace
