// What a server is asked for, and how it answers (operations.md 1: SFTP drops; hardening.md 5.4).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "unit/transfer/account.hpp"

namespace {

namespace fs = std::filesystem;
using account::word;
using base::Remedy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using transfer::Kind;
using transfer::Remote;
using transfer::RemoteEntry;

std::vector<RemoteEntry> entries(Remote& remote, const std::string& directory = "") {
    std::vector<RemoteEntry> found;
    EXPECT_EQ(word(remote.list(directory,
                               [&](const RemoteEntry& entry) {
                                   found.push_back(entry);
                                   return true;
                               })),
              "done");
    return found;
}

struct Fetched {
    std::string word;
    std::string bytes;
};
Fetched fetched(Remote& remote, const std::string& path, std::uint64_t bytes_max = 1u << 30) {
    Fetched out;
    out.word = word(remote.fetch(path, bytes_max, [&](std::string_view piece) {
        out.bytes += piece;
        return true;
    }));
    return out;
}

std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i % 26);
    return bytes;
}

class Sftp : public testing::Test {
protected:
    static void SetUpTestSuite() { sshd_ = new tests::Sshd; }
    static void TearDownTestSuite() {
        delete sshd_;
        sshd_ = nullptr;
    }
    void SetUp() override { remote = account::connected(account::at(*sshd_)); }
    void TearDown() override {
        for (const auto& each : fs::directory_iterator{files()}) fs::remove_all(each);
    }
    static fs::path files() { return sshd_->files(); }
    static void put(const std::string& name, const std::string& bytes) {
        std::ofstream{files() / name, std::ios::binary} << bytes;
    }
    static std::string content(const std::string& name) {
        std::ifstream in{files() / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    std::unique_ptr<Remote> remote;

private:
    static tests::Sshd* sshd_;
};
tests::Sshd* Sftp::sshd_ = nullptr;

TEST_F(Sftp, AFileIsLookedAtAndFetched) {
    put("a.xml", "<A/>");
    const base::Time then{std::chrono::seconds{1'795'000'000}};
    const timespec times[2] = {{1'795'000'000, 0}, {1'795'000'000, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (files() / "a.xml").c_str(), times, 0), 0);
    const auto entry = remote->look("a.xml");
    ASSERT_TRUE(entry && *entry);
    EXPECT_EQ(**entry, (RemoteEntry{"a.xml", Kind::File, 4, then}));
    EXPECT_THAT(entries(*remote), ElementsAre(**entry));
    const Fetched whole = fetched(*remote, "a.xml");
    EXPECT_EQ(whole.word, "done");
    EXPECT_EQ(whole.bytes, "<A/>");
}

TEST_F(Sftp, WhatIsNotThereIsMissing) {
    const auto entry = remote->look("none/none");
    ASSERT_TRUE(entry);
    EXPECT_FALSE(*entry);
    EXPECT_EQ(fetched(*remote, "none").word, "missing");
    EXPECT_EQ(word(remote->list("none", [](const auto&) { return true; })), "missing");
    EXPECT_EQ(word(remote->rename("none", "some")), "missing");
    EXPECT_EQ(word(remote->remove("none")), "missing");
    EXPECT_EQ(word(remote->put("none/a", "x")), "missing");
    EXPECT_EQ(word(remote->make_directory("none/a")), "missing");
}

TEST_F(Sftp, BoxesAreMadeAndFilesMoved) {
    EXPECT_EQ(word(remote->make_directory("SentBox")), "done");
    EXPECT_EQ(word(remote->make_directory("SentBox")), "failed");
    EXPECT_EQ(word(remote->put("a.xml", "<A/>")), "done");
    EXPECT_EQ(word(remote->rename("a.xml", "SentBox/a.xml")), "done");
    EXPECT_EQ(content("SentBox/a.xml"), "<A/>");
    EXPECT_FALSE(fs::exists(files() / "a.xml"));
    EXPECT_EQ(word(remote->remove("SentBox/a.xml")), "done");
    EXPECT_THAT(entries(*remote, "SentBox"), ElementsAre());
}

TEST_F(Sftp, LargeFilesGoThereAndBack) {
    const std::string bytes = pattern(9'876'543);
    EXPECT_EQ(word(remote->put("large", bytes)), "done");
    EXPECT_TRUE(content("large") == bytes);
    EXPECT_EQ(word(remote->put("large", "small now")), "done");
    EXPECT_EQ(content("large"), "small now");
    EXPECT_EQ(word(remote->put("large", "")), "done");
    EXPECT_EQ(content("large"), "");
    EXPECT_EQ(word(remote->put("large", bytes)), "done");
    const Fetched whole = fetched(*remote, "large", bytes.size());
    EXPECT_EQ(whole.word, "done");
    EXPECT_TRUE(whole.bytes == bytes);
}

TEST_F(Sftp, NobodyElseReadsWhatWePut) {
    EXPECT_EQ(word(remote->put("receipt.xml", "x")), "done");
    struct stat about {};
    ASSERT_EQ(::stat((files() / "receipt.xml").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0137, 0U);
}

TEST_F(Sftp, AFileLargerThanAskedForIsNotRead) {
    put("large", pattern(1000));
    const Fetched none = fetched(*remote, "large", 999);
    EXPECT_EQ(none.word, "changed");
    EXPECT_EQ(none.bytes, "");
    EXPECT_EQ(fetched(*remote, "large", 1000).word, "done");
}

TEST_F(Sftp, WhoHadEnoughGetsNoMore) {
    put("large", pattern(3'000'000));
    int pieces = 0;
    EXPECT_EQ(word(remote->fetch("large", 1u << 30, [&](auto) { return ++pieces < 2; })), "failed");
    EXPECT_EQ(pieces, 2);
    for (int i = 0; i < 300; ++i) put("n" + std::to_string(i), "");
    int seen = 0;
    EXPECT_EQ(word(remote->list("", [&](const auto&) { return ++seen < 5; })), "done");
    EXPECT_EQ(seen, 5);
    EXPECT_EQ(fetched(*remote, "large").bytes.size(), 3'000'000U);
}

TEST_F(Sftp, AnExistingFileIsNotReplacedByARename) {
    put("a", "ours");
    put("b", "theirs");
    EXPECT_EQ(word(remote->rename("a", "b")), "failed");
    EXPECT_EQ(content("a"), "ours");
    EXPECT_EQ(content("b"), "theirs");
}

TEST_F(Sftp, LinksAndDevicesAreShownAsSuch) {
    put("file", "x");
    fs::create_symlink("file", files() / "link");
    fs::create_symlink("/nowhere", files() / "dangling");
    fs::create_directory(files() / "directory");
    ASSERT_EQ(::mkfifo((files() / "fifo").c_str(), 0600), 0);
    std::vector<std::pair<std::string, Kind>> kinds;
    for (const RemoteEntry& each : entries(*remote)) {
        kinds.emplace_back(each.name, each.kind);
        const auto looked = remote->look(each.name);
        ASSERT_TRUE(looked && *looked) << each.name;
        EXPECT_EQ((*looked)->kind, each.kind) << each.name;
    }
    using Pair = std::pair<std::string, Kind>;
    EXPECT_THAT(
        kinds, UnorderedElementsAre(Pair{"file", Kind::File}, Pair{"link", Kind::Other},
                                    Pair{"dangling", Kind::Other},
                                    Pair{"directory", Kind::Directory}, Pair{"fifo", Kind::Other}));
    EXPECT_NE(fetched(*remote, "directory").word, "done");
}

TEST_F(Sftp, NamesAreBytes) {
    const std::vector<std::string> names{
        "two\nlines",   "a 'quoted' \"name\"",          "$(reboot) `x`; *",    "-rf",
        "\xff\xfe\x01", "\xe5\x8d\x95\xe8\xaf\x81.xml", std::string(255, 'n'), " ",
        "..."};
    for (const std::string& name : names) put(name, name);
    std::vector<std::string> found;
    for (const RemoteEntry& each : entries(*remote)) found.push_back(each.name);
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(names));
    for (const std::string& name : names) {
        EXPECT_EQ(fetched(*remote, name).bytes, name);
        EXPECT_EQ(word(remote->rename(name, "moved")), "done") << name;
        EXPECT_EQ(word(remote->remove("moved")), "done");
    }
    EXPECT_NE(word(remote->put(std::string(256, 'n'), "")), "done");
}

// operations.md 1: bounded listing. Measured on a busy machine: 0.3 s to 0.7 s, at most 20 KiB.
TEST_F(Sftp, AListingOfTenThousandTakesNoMemory) {
    constexpr std::size_t many = 10'000;
    for (std::size_t i = 0; i < many; ++i)
        put("declaration-of-an-enterprise-" + std::to_string(i) + ".xml", "");
    std::size_t count = 0;
    std::uint64_t kib_most = 0;
    const std::uint64_t kib_before = line::kib_of(::getpid(), "VmRSS");
    const auto time = account::time_of([&] {
        EXPECT_EQ(word(remote->list("",
                                    [&](const RemoteEntry&) {
                                        if (++count % 1000 == 0)
                                            kib_most = std::max(kib_most,
                                                                line::kib_of(::getpid(), "VmRSS"));
                                        return true;
                                    })),
                  "done");
    });
    EXPECT_EQ(count, many);
    EXPECT_LT(kib_most, kib_before + 8 * 1024);
    RecordProperty("milliseconds", std::to_string(time.count()));
    std::printf("%zu entries: %ld ms, %ld KiB\n", count, static_cast<long>(time.count()),
                static_cast<long>(kib_most) - static_cast<long>(kib_before));
}

TEST(SftpServer, ReadOnlyIsRefused) {
    const tests::Sshd sshd{{.sftp = "-R"}};
    std::ofstream{sshd.files() / "a"} << "a";
    const auto remote = account::connected(account::at(sshd));
    EXPECT_EQ(word(remote->put("b", "x")), "refused");
    EXPECT_EQ(word(remote->rename("a", "b")), "refused");
    EXPECT_EQ(word(remote->remove("a")), "refused");
    EXPECT_EQ(word(remote->make_directory("d")), "refused");
    EXPECT_EQ(fetched(*remote, "a").bytes, "a");
}

TEST(SftpServer, ADeniedRequestIsRefused) {
    const tests::Sshd sshd{{.sftp = "-P rename,opendir,lstat"}};
    std::ofstream{sshd.files() / "a"} << "a";
    const auto remote = account::connected(account::at(sshd));
    EXPECT_EQ(word(remote->rename("a", "b")), "refused");
    EXPECT_EQ(word(remote->list("", [](const auto&) { return true; })), "refused");
    const auto entry = remote->look("a");
    ASSERT_TRUE(entry && *entry);
    EXPECT_EQ((*entry)->kind, Kind::Unknown);
    EXPECT_EQ(fetched(*remote, "a").bytes, "a");
}

// OpenSSH says no more than SSH_FX_FAILURE.
TEST(SftpServer, AFullDiskFailsAndKeepsNoTorso) {
    if (!tests::Sshd::can_mount()) GTEST_SKIP() << "a small disk needs a mount namespace of root's";
    const tests::Sshd sshd{{.files_bytes = 128u << 10}};
    const auto remote = account::connected(account::at(sshd));
    EXPECT_EQ(word(remote->put("small", pattern(1000))), "done");
    EXPECT_EQ(word(remote->put("large", pattern(1'000'000))), "failed");
    EXPECT_THAT(entries(*remote), ElementsAre(testing::Field(&RemoteEntry::name, "small")));
    EXPECT_EQ(word(remote->put("medium", pattern(50'000))), "done");
}

TEST(SftpServer, PathsBeginAtTheLoginDirectoryUnlessAbsolute) {
    const tests::Sshd sshd;
    fs::create_directories(sshd.files() / "edi" / "OutBox");
    std::ofstream{sshd.files() / "edi" / "OutBox" / "a"} << "a";
    transfer::Server at = account::at(sshd);
    for (const std::string& directory :
         {std::string{"edi"}, (sshd.files() / "edi").string(), (sshd.files() / "edi/").string()}) {
        at.directory = directory;
        EXPECT_EQ(fetched(*account::connected(at), "OutBox/a").bytes, "a") << directory;
    }
    at.directory.clear();
    EXPECT_EQ(fetched(*account::connected(at), "edi/OutBox/a").bytes, "a");
    EXPECT_EQ(entries(*account::connected(at)).size(), 1U);
    const auto by_url = transfer::server_of_url(sshd.url() + "/edi");
    ASSERT_TRUE(by_url);
    EXPECT_EQ(by_url->port, sshd.port());
    at.directory = by_url->directory;
    EXPECT_EQ(fetched(*account::connected(at), "OutBox/a").bytes, "a");
}

}  // namespace
