// A chrooted sshd with internal-sftp on the same host writes into a local OutBox (operations.md 1,
// "must simply work"): uploads in pieces, torn and resumed, several at once; receipts fetched and
// removed. Root only, because of the chroot. The enterprise is the user nobody, in a group that may
// drop and fetch and nothing else.
#include <gmock/gmock.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sshd.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using line::patience;

void write(const fs::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary} << bytes;
}

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// sshd wants nothing above the root of a chroot to be writable for others, as /tmp is.
class Aside {
public:
    explicit Aside(const char* folder) {
        if (const char* const old = std::getenv("TMPDIR")) old_ = old;
        ::setenv("TMPDIR", folder, 1);
    }
    ~Aside() {
        if (old_.empty())
            ::unsetenv("TMPDIR");
        else
            ::setenv("TMPDIR", old_.c_str(), 1);
    }

private:
    std::string old_;
};

struct Chrooted {
    explicit Chrooted(const passwd& enterprise) {
        const Aside aside{"/var/lib"};
        line = std::make_unique<line::Line>(
            line::Setup{.scenario = "at-once.yaml", .intake = "settle: 1s, rescan: 1s"});
        const fs::path above = line->folder() / "spool/acme";
        for (const fs::path& each : {line->folder(), line->folder() / "spool", above})
            ::chmod(each.c_str(), 0755);
        fs::create_directory(above / "InBox");
        for (const auto& [box, mode] : {std::pair{"OutBox", 03730}, std::pair{"InBox", 02770}}) {
            EXPECT_EQ(::chown((above / box).c_str(), 0, enterprise.pw_gid), 0);
            EXPECT_EQ(::chmod((above / box).c_str(), static_cast<mode_t>(mode)), 0);
        }
        sshd = std::make_unique<tests::Sshd>(tests::SshdSetup{
            .config = "ChrootDirectory " + above.string() +
                      "\nForceCommand internal-sftp -u 0027\nAllowUsers nobody\n"});
        // sshd reads the keys as the one who logs in.
        ::chmod(sshd->scratch().c_str(), 0755);
        ::chmod((sshd->scratch() / "authorized_keys").c_str(), 0644);
    }
    std::unique_ptr<line::Line> line;
    std::unique_ptr<tests::Sshd> sshd;
};

class Upload : public testing::Test {
protected:
    void SetUp() override {
        const passwd* const enterprise = ::getpwnam("nobody");
        if (::geteuid() != 0 || !enterprise) GTEST_SKIP() << "a chroot needs root";
        made_ = std::make_unique<Chrooted>(*enterprise);
        made_->line->start_sandbox();
        made_->line->start();
    }
    line::Line& line() { return *made_->line; }
    fs::path outbox(const std::string& name) {
        return line().folder() / "spool/acme/OutBox" / name;
    }

    // A declaration of that many bytes or a little more, in the enterprise's own folder.
    fs::path document(const std::string& id, std::size_t bytes) {
        std::string text = line::declaration(id, id);
        const std::string header = "<Header>";
        text.insert(text.find(header), "<!--" + std::string(bytes, 'x') + "-->");
        const fs::path file = made_->sshd->scratch() / (id + ".xml");
        write(file, text);
        return file;
    }
    std::vector<std::string> sftp(const std::string& name, const std::string& commands,
                                  std::vector<std::string> options = {}) {
        const fs::path batch = made_->sshd->scratch() / (name + ".batch");
        write(batch, commands);
        std::vector<std::string> command{
            "/usr/bin/sftp",
            "-q",
            "-F",
            "none",
            "-i",
            made_->sshd->client_key(),
            "-P",
            std::to_string(made_->sshd->port()),
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "UserKnownHostsFile=" + made_->sshd->known_hosts().string(),
            "-o",
            "StrictHostKeyChecking=yes",
            "-b",
            batch};
        command.insert(command.end(), options.begin(), options.end());
        command.push_back("nobody@127.0.0.1");
        return command;
    }
    void expect_done(const std::string& name, const std::string& commands,
                     std::vector<std::string> options = {}) {
        const line::Ended ended = line::run(sftp(name, commands, std::move(options)),
                                            {{"PATH", "/usr/bin:/bin"}}, made_->sshd->scratch());
        EXPECT_EQ(ended.status, 0) << ended.out << ended.errors << made_->sshd->words();
    }
    std::unique_ptr<line::Program> begin(const std::string& name, const std::string& commands,
                                         std::vector<std::string> options = {}) {
        return std::make_unique<line::Program>(sftp(name, commands, std::move(options)),
                                               line::Environment{{"PATH", "/usr/bin:/bin"}},
                                               made_->sshd->scratch() / (name + ".log"));
    }
    void expect_sound(std::size_t outcomes) {
        ASSERT_TRUE(line().settles(outcomes, patience)) << line().daemon().words();
        EXPECT_EQ(line().outcomes(), outcomes);
        EXPECT_EQ(line().counter("references", "declaredTwice"), 0u);
        EXPECT_THAT(line().unsound(), testing::IsEmpty());
        EXPECT_EQ(line().stop(), 0);
    }

    std::unique_ptr<Chrooted> made_;
};

// 64 KiB in pieces of 1 KiB at 32 KiB a second, at once under the final name and aside.
TEST_F(Upload, InPiecesIsTakenWhenItIsWhole) {
    const std::vector<std::string> slowly{"-B", "1024", "-R", "1", "-l", "256"};
    const std::string plain = document("PLAIN", 64'000), aside = document("ASIDE", 64'000);
    auto direct = begin("plain", "put " + plain + " OutBox/plain.xml\n", slowly);
    auto renamed = begin("aside",
                         "put " + aside +
                             " OutBox/aside.xml.part\n"
                             "rename OutBox/aside.xml.part OutBox/aside.xml\n",
                         slowly);
    EXPECT_EQ(direct->ended(patience), 0) << direct->words() << made_->sshd->words();
    EXPECT_EQ(renamed->ended(patience), 0) << renamed->words();
    expect_sound(2);
}

// sshd closes what a killed client has begun: no close proves that a file is whole.
TEST_F(Upload, KilledInTheMiddleWaitsAndIsResumed) {
    const std::string whole = document("TORN", 200'000);
    const auto size = fs::file_size(whole);
    auto torn = begin("torn", "put " + whole + " OutBox/torn.xml\n",
                      {"-B", "1024", "-R", "1", "-l", "256"});
    std::error_code none;
    ASSERT_TRUE(line::becomes_true(
        [&] {
            const auto now = fs::file_size(outbox("torn.xml"), none);
            return !none && now > 10'000;
        },
        patience))
        << torn->words() << made_->sshd->words();
    torn->send(SIGKILL);
    torn->ended(patience);
    ASSERT_TRUE(line::becomes_true([&] { return made_->sshd->sessions().empty(); }, patience));
    ASSERT_LT(fs::file_size(outbox("torn.xml")), size);
    // It is seen to be torn, and what comes after it is not held up.
    expect_done("after", "put " + document("AFTER", 100).string() + " OutBox/after.xml\n");
    ASSERT_TRUE(line::becomes_true([&] { return line().outcomes() >= 1; }, patience))
        << line().daemon().words();
    EXPECT_THAT(line().kinds("TORN"), testing::IsEmpty());
    expect_done("resumed", "reput " + whole + " OutBox/torn.xml\n");
    expect_sound(2);
    EXPECT_THAT(line().kinds("TORN"), testing::Contains("approved"));
}

// Eight clients at once, half of them straight to the final name; then one fetches every receipt
// and removes it. The enterprise can neither list the OutBox nor remove what others left there.
TEST_F(Upload, BySeveralAtOnceAndReceiptsAreFetchedAndRemoved) {
    constexpr unsigned clients = 8, files = 5;
    std::vector<std::unique_ptr<line::Program>> at_once;
    for (unsigned i = 0; i < clients; ++i) {
        std::string commands;
        for (unsigned n = 0; n < files; ++n) {
            const std::string id = line::numbered("C" + std::to_string(i) + "-", n);
            const std::string hidden = "OutBox/" + id + (i % 2 == 0 ? ".xml" : ".xml.tmp");
            commands += "put " + document(id, 20'000).string() + " " + hidden + "\n";
            if (i % 2 != 0) commands += "rename " + hidden + " OutBox/" + id + ".xml\n";
        }
        at_once.push_back(begin("client-" + std::to_string(i), commands));
    }
    for (auto& each : at_once) EXPECT_EQ(each->ended(patience), 0) << each->words();
    ASSERT_TRUE(line().settles(clients * files, patience)) << line().daemon().words();
    EXPECT_THAT(line().unsound(), testing::IsEmpty());

    std::map<std::string, std::string> delivered;
    for (const line::Receipt& each : line().receipts()) delivered[each.name] = each.bytes;
    const fs::path fetched = made_->sshd->scratch() / "fetched";
    fs::create_directory(fetched);
    std::string commands = "lcd " + fetched.string() + "\n";
    for (const auto& [name, bytes] : delivered)
        commands += "get InBox/" + name + "\nrm InBox/" + name + "\n";
    expect_done("fetch", commands);
    EXPECT_THAT(line().names("InBox"), testing::IsEmpty());
    for (const auto& [name, bytes] : delivered) EXPECT_EQ(content_of(fetched / name), bytes);

    write(outbox("other.xml.part"), "another one's");
    for (const char* refused : {"ls OutBox\n", "rm OutBox/other.xml.part\n", "ls SentBox\n",
                                "put /etc/hostname InBox/../../escape.xml\n"}) {
        const line::Ended ended = line::run(sftp("refused", refused), {{"PATH", "/usr/bin:/bin"}},
                                            made_->sshd->scratch());
        EXPECT_NE(ended.status, 0) << refused << ended.out;
    }
    EXPECT_EQ(line().stop(), 0);
}

}  // namespace
