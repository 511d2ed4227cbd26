// Finding and reading files in an OutBox that anybody may have put anything into.
#include "mailbox/mailbox.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "spool.hpp"

namespace {
// Called before each read of this program: what happens while a file is read.
std::function<void()> before_read;
}  // namespace

// In place of the C library's.
extern "C" ssize_t read(int fd, void* to, std::size_t bytes) {
    if (before_read) before_read();
    return ::syscall(SYS_read, fd, to, bytes);
}

namespace {

using mailbox::Oddity;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class MailboxTest : public testing::Test {
protected:
    MailboxTest() {
        auto opened = mailbox::Mailbox::open(spool_.root, "acme");
        EXPECT_TRUE(opened);
        box_ = std::move(*opened);
    }
    std::vector<mailbox::Entry> scan(std::size_t limit = 1000) {
        odd_.clear();
        return box_.scan(
            limit, [](const mailbox::Entry&) { return false; },
            [this](const std::string& name, Oddity oddity) { odd_[name] = oddity; });
    }
    std::vector<std::string> names(std::size_t limit = 1000) {
        std::vector<std::string> found;
        for (const auto& entry : scan(limit)) found.push_back(entry.name);
        return found;
    }
    std::string outbox(const std::string& name) { return spool_.at("acme/OutBox/" + name); }
    void put(const std::string& name, const std::string& bytes) {
        spool_.put("acme/OutBox/" + name, bytes);
    }
    static void age(const std::string& path, time_t seconds) {
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        EXPECT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
    }

    tests::Spool spool_;
    mailbox::Mailbox box_;
    std::map<std::string, Oddity> odd_;
};

TEST(IsOurs, TakesXmlAndZipInAnyCaseAndNoUnfinishedUpload) {
    for (const char* name : {"a.zip", "A.ZIP", "a.xml.Zip", "a.xml", "A.XML", "a.b.Xml", "-rf.xml",
                             " .xml", "a\nb.xml", "\xff\xfe.xml", "%s%n.xml", "a.tmp.xml",
                             "..a"
                             ".xml"})
        EXPECT_EQ(mailbox::is_ours(name), name[0] != '.') << name;
    for (const char* name : {"",
                             ".",
                             "..",
                             ".xml",
                             ".a.xml",
                             "xml",
                             "a.xm",
                             "a.xmlx",
                             "a.csv",
                             "zip",
                             "a.zipx",
                             ".a.zip",
                             "a.zip.part",
                             "a.xml~",
                             "a.xml.tmp",
                             "a.xml.part",
                             "a.xml.filepart",
                             "a.xml.partial",
                             "a.xml.swp",
                             "a.xml.lock",
                             "a.xml.crdownload",
                             "a.xml.CRDOWNLOAD",
                             ".sftpgo-upload.x.xml",
                             ".pureftpd-upload.x.xml",
                             ".in.a.xml",
                             ".taken-000000000001"})
        EXPECT_FALSE(mailbox::is_ours(name)) << name;
}

TEST_F(MailboxTest, ListsOldestFirstThenByName) {
    for (const char* name : {"c.xml", "a.xml", "b.xml", "old.XML"}) put(name, "<a/>");
    for (const char* name : {"c.xml", "a.xml", "b.xml"}) age(outbox(name), 2'000'000'000);
    age(outbox("old.XML"), -1);  // before 1970: clocks and archives lie
    EXPECT_THAT(names(), ElementsAre("old.XML", "a.xml", "b.xml", "c.xml"));
    EXPECT_THAT(names(2), ElementsAre("old.XML", "a.xml"));
    EXPECT_THAT(names(0), IsEmpty());
}

TEST_F(MailboxTest, LeavesWhatIsNotARegularFileWithOneNameAndTellsWhy) {
    spool_.put("secret", "secret");
    ASSERT_EQ(::symlink("/etc/shadow", outbox("link.xml").c_str()), 0);
    ASSERT_EQ(::symlink("nowhere", outbox("dangling.xml").c_str()), 0);
    ASSERT_EQ(::symlink("loop.xml", outbox("loop.xml").c_str()), 0);
    ASSERT_EQ(::link(spool_.at("secret").c_str(), outbox("hard.xml").c_str()), 0);
    ASSERT_EQ(::mkfifo(outbox("fifo.xml").c_str(), 0666), 0);
    ASSERT_EQ(::mkdir(outbox("directory.xml").c_str(), 0777), 0);
    std::map<std::string, Oddity> wanted = {
        {"link.xml", Oddity::NotRegular},   {"dangling.xml", Oddity::NotRegular},
        {"loop.xml", Oddity::NotRegular},   {"hard.xml", Oddity::SeveralLinks},
        {"fifo.xml", Oddity::NotRegular},   {"directory.xml", Oddity::NotRegular},
        {"socket.xml", Oddity::NotRegular}, {"order.csv", Oddity::NotOurName}};
    const base::Fd socket{::socket(AF_UNIX, SOCK_STREAM, 0)};
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    outbox("socket.xml").copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (::mknod(outbox("zero.xml").c_str(), S_IFCHR | 0666, makedev(1, 5)) == 0)
        wanted["zero.xml"] = Oddity::NotRegular;
    put("order.csv", "x");
    put("unfinished.xml.part", "x");
    put(".hidden.xml", "x");
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_EQ(odd_, wanted);
    // Nor are they read when an old scan still has their name, as after an exchange.
    put("real.xml", "<a/>");
    mailbox::Entry entry = scan().at(0);
    for (const auto& [name, oddity] : wanted) {
        struct stat status {};
        ASSERT_EQ(::lstat(outbox(name).c_str(), &status), 0);
        entry = {name, static_cast<std::uint64_t>(status.st_size), status.st_dev, status.st_ino,
                 entry.modified_at};
        if (oddity != Oddity::NotOurName) {
            EXPECT_FALSE(box_.read(entry, 1000)) << name;
            EXPECT_FALSE(box_.see(name)) << name;
        }
    }
}

TEST_F(MailboxTest, ReadsNamesOfAnyBytes) {
    const std::string names_wanted[] = {std::string(251, 'n') + ".xml",
                                        "\xff\xfe\xc0.xml",
                                        "a\nb\r\x1b[31m.xml",
                                        "-rf.xml",
                                        "%s%n.xml",
                                        "\u202elmx.xml",
                                        "\xb6\xa9\xb5\xa5.xml",  // GBK
                                        " leading.xml"};
    for (const std::string& name : names_wanted) put(name, "bytes of " + name);
    const auto entries = scan();
    ASSERT_EQ(entries.size(), std::size(names_wanted));
    for (const auto& entry : entries) EXPECT_EQ(box_.read(entry, 1000), "bytes of " + entry.name);
}

// At most one byte more than allowed is read: a sparse file of 8 GB costs nothing.
TEST_F(MailboxTest, ReadsNoMoreThanItMay) {
    put("empty.xml", "");
    put("sparse.xml", "<a/>");
    ASSERT_EQ(::truncate(outbox("sparse.xml").c_str(), 8LL << 30), 0);
    for (const auto& entry : scan())
        EXPECT_EQ(box_.read(entry, 1000)->size(), entry.name == "empty.xml" ? 0u : 1001u);
}

TEST_F(MailboxTest, DoesNotReadAFileThatIsNotTheOneThatWasSeen) {
    struct Case {
        const char* what;
        std::function<void()> between;
    };
    const Case cases[] = {
        {"vanished", [&] { ::unlink(outbox("x.xml").c_str()); }},
        {"replaced",
         [&] {
             put("y.xml", "<b/>");
             ::rename(outbox("y.xml").c_str(), outbox("x.xml").c_str());
         }},
        {"grown", [&] { put("x.xml", "<a></a>"); }},
        {"cut", [&] { ::truncate(outbox("x.xml").c_str(), 1); }},
        {"rewritten",
         [&] {
             put("x.xml", "<c/>");
             age(outbox("x.xml"), 1'700'000'001);
         }},
        {"linked", [&] { ::link(outbox("x.xml").c_str(), spool_.at("z.xml").c_str()); }},
        {"a link now",
         [&] {
             ::rename(outbox("x.xml").c_str(), spool_.at("kept.xml").c_str());
             ::symlink(spool_.at("kept.xml").c_str(), outbox("x.xml").c_str());
         }},
    };
    for (const Case& row : cases) {
        std::filesystem::remove(outbox("x.xml"));
        put("x.xml", "<a/>");
        age(outbox("x.xml"), 1'700'000'000);
        const auto seen = box_.see("x.xml");
        ASSERT_TRUE(seen) << row.what;
        row.between();
        EXPECT_FALSE(box_.read(*seen, 1000)) << row.what;
    }
}

// Written in place, as many bytes as before, at each moment while it is read: the times tell.
TEST_F(MailboxTest, RefusesAFileThatIsWrittenWhileItIsRead) {
    enum class By { Whole, Pieces };
    constexpr int reads_of_it = 5;  // four bring bytes, the last one none
    for (const By by : {By::Whole, By::Pieces})
        for (int k = 1; k <= reads_of_it; ++k) {
            put("x.xml", std::string(200'000, 'a'));
            age(outbox("x.xml"), 1'700'000'000);
            const auto seen = box_.see("x.xml");
            ASSERT_TRUE(seen);
            const base::Fd writer{::open(outbox("x.xml").c_str(), O_WRONLY | O_CLOEXEC)};
            int reads = 0;
            before_read = [&] {
                if (++reads != k) return;
                EXPECT_EQ(::pwrite(writer.number(), "b", 1, 100'000), 1);
            };
            if (by == By::Whole) {
                EXPECT_FALSE(box_.read(*seen, 1 << 20)) << k;
            } else {
                const auto take = [](std::string_view) { return mailbox::Mailbox::Go::On; };
                EXPECT_FALSE(box_.read_pieces(*seen, 1 << 16, take)) << k;
            }
            before_read = {};
            EXPECT_EQ(reads, reads_of_it);
        }
}

// As root nothing is unreadable, so another user looks.
TEST_F(MailboxTest, ReadsNothingThatItHasNoRightToRead) {
    put("x.xml", "<a/>");
    ASSERT_EQ(::chmod(outbox("x.xml").c_str(), 0), 0);
    ASSERT_EQ(::chmod(spool_.at("acme").c_str(), 0755), 0);
    ASSERT_EQ(::chmod(outbox("").c_str(), 0755), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(3);
        const auto entries = scan();
        const bool seen = entries.size() == 1;
        ::_exit(seen && !box_.read(entries[0], 1000) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

// Memory is bounded by the limit, not by what waits: each entry that is not among the oldest goes.
TEST_F(MailboxTest, KeepsTheOldestOfTwentyThousandFiles) {
    constexpr int files = 20'000;
    for (int i = 0; i < files; ++i) {
        const std::string path = outbox(std::to_string(i) + ".xml");
        const base::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)};
        const timespec times[2] = {{i, 0}, {1'000'000 + (i * 7919) % files, 0}};
        ASSERT_EQ(::futimens(file.number(), times), 0);
    }
    std::size_t asked = 0;
    const auto entries = box_.scan(
        100,
        [&](const mailbox::Entry& entry) {
            ++asked;
            return entry.name == "0.xml";
        },
        [](const std::string&, Oddity) {});
    EXPECT_EQ(asked, static_cast<std::size_t>(files));
    ASSERT_EQ(entries.size(), 100u);
    EXPECT_LE(entries.capacity(), 128u);
    for (std::size_t i = 0; i < entries.size(); ++i)
        EXPECT_EQ(entries[i].modified_at, base::Time{std::chrono::seconds{1'000'001 + i}});
}

// Names that change places while it lists and reads: never the content of another name's inode.
TEST_F(MailboxTest, AnExchangeWithALinkIsNeverFollowed) {
    spool_.put("secret", "secret");
    put("x.xml", "<a/>");
    ASSERT_EQ(::symlink(spool_.at("secret").c_str(), outbox("evil").c_str()), 0);
    std::atomic<bool> ended = false;
    std::thread attacker{[&] {
        while (!ended)
            ::renameat2(AT_FDCWD, outbox("x.xml").c_str(), AT_FDCWD, outbox("evil").c_str(),
                        RENAME_EXCHANGE);
    }};
    for (int round = 0; round < 20'000; ++round) {
        const auto seen = box_.see("x.xml");
        const auto bytes = seen ? box_.read(*seen, 1000) : std::nullopt;
        ASSERT_NE(bytes, "secret");
    }
    ended = true;
    attacker.join();
}

}  // namespace
