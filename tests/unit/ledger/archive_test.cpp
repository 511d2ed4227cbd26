#include "ledger/archive.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/hash.hpp"
#include "syncs.hpp"

namespace {

namespace fs = std::filesystem;

class ArchiveTest : public testing::Test {
protected:
    ArchiveTest() {
        std::string pattern = fs::temp_directory_path() / "permitd-archive-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        auto opened = ledger::Archive::open(directory_ / "deep" / "archive");
        EXPECT_TRUE(opened);
        archive_ = std::move(*opened);
    }
    ~ArchiveTest() override { fs::remove_all(directory_); }

    static std::string content(const fs::path& path) {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    static unsigned mode(const fs::path& path) {
        struct stat status {};
        EXPECT_EQ(::stat(path.c_str(), &status), 0);
        return status.st_mode & 07777;
    }
    static edi::Arrival arrival(const std::string& bytes) {
        edi::Arrival made;
        made.mailbox = "acme";
        made.day = "2026-11-22";
        made.sha256 = base::sha256_hex(bytes);
        return made;
    }

    fs::path directory_;
    ledger::Archive archive_;
};

TEST_F(ArchiveTest, KeepsReceiptsByDayAndOriginalsByDigest) {
    ASSERT_TRUE(
        archive_.keep_receipt({1, "acme", "2026-11-22", "000000000001_done_A.xml", "<r/>"}));
    ASSERT_TRUE(archive_.keep_original(arrival("<a/>"), "<a/>"));
    ASSERT_TRUE(archive_.keep_original(arrival("<a/>"), "<a/>"));
    ASSERT_TRUE(archive_.sync());
    const fs::path day = directory_ / "deep/archive/acme/2026/11/22";
    EXPECT_EQ(content(day / "000000000001_done_A.xml"), "<r/>");
    const fs::path original = day / "originals" / (base::sha256_hex("<a/>") + ".xml");
    EXPECT_EQ(content(original), "<a/>");
    EXPECT_EQ(mode(original), 0444u);
    EXPECT_EQ(mode(day / "000000000001_done_A.xml"), 0444u);
    for (const char* part :
         {"", "acme", "acme/2026", "acme/2026/11", "acme/2026/11/22", "acme/2026/11/22/originals"})
        EXPECT_EQ(mode(directory_ / "deep/archive" / part), 0750u) << part;
}

// P1 for a batch, whose copy is not synced with those of a chunk.
TEST_F(ArchiveTest, ALongOriginalIsOnTheDiskBeforeItHasItsName) {
    const edi::Arrival batch = arrival("<b/>");
    auto original = archive_.begin_original(batch);
    ASSERT_TRUE(original) << original.fault().text;
    ASSERT_TRUE(original->put("<b/>"));
    const fs::path named = directory_ / "deep/archive/acme/2026/11/22/originals" /
                           ledger::Archive::original_name(batch);
    tests::watch_syncs();
    std::vector<std::string> steps;
    base::set_durable_step_hook([&](const char* step) { steps.emplace_back(step); });
    ASSERT_TRUE(original->keep(batch));
    base::set_durable_step_hook({});
    EXPECT_EQ(steps, (std::vector<std::string>{"sync", "link", "sync"}));
    EXPECT_TRUE(tests::was_synced(named));
    EXPECT_TRUE(tests::was_synced(named.parent_path()));
}

// After a power cut a name may stand there with no bytes behind it.
TEST_F(ArchiveTest, ReplacesTheTorsoOfACrash) {
    ASSERT_TRUE(archive_.originals("acme", "2026-11-22"));
    const fs::path original =
        directory_ / "deep/archive/acme/2026/11/22/originals" / (base::sha256_hex("<a/>") + ".xml");
    std::ofstream{original}.close();
    ASSERT_TRUE(archive_.keep_original(arrival("<a/>"), "<a/>"));
    EXPECT_EQ(content(original), "<a/>");
}

TEST_F(ArchiveTest, ChangesToTheNextDayAndBack) {
    for (const char* day : {"2026-11-22", "2026-11-23", "2026-11-22"})
        ASSERT_TRUE(archive_.keep_receipt({1, "acme", day, std::string{day} + ".xml", "<r/>"}));
    EXPECT_TRUE(fs::exists(directory_ / "deep/archive/acme/2026/11/23/2026-11-23.xml"));
    EXPECT_TRUE(fs::exists(directory_ / "deep/archive/acme/2026/11/22/2026-11-22.xml"));
}

TEST_F(ArchiveTest, FindsItsDirectoryAgainAfterItWasDeleted) {
    ASSERT_TRUE(archive_.keep_receipt({1, "acme", "2026-11-22", "1.xml", "<r/>"}));
    fs::remove_all(directory_ / "deep/archive/acme");
    EXPECT_FALSE(archive_.keep_receipt({2, "acme", "2026-11-22", "2.xml", "<r/>"}));
    EXPECT_TRUE(archive_.keep_receipt({2, "acme", "2026-11-22", "2.xml", "<r/>"}));
}

TEST_F(ArchiveTest, RefusesNamesThatLeadElsewhere) {
    for (const char* mailbox : {"", ".", "..", "a/b", "/etc", ".archive"})
        EXPECT_FALSE(archive_.day(mailbox, "2026-11-22")) << mailbox;
    for (const char* day : {"", "2026-13-01", "../../../x", "2026-11-22+08:00"})
        EXPECT_FALSE(archive_.day("acme", day)) << day;
}

TEST_F(ArchiveTest, DoesNotFollowALinkInItsPlace) {
    fs::create_directories(directory_ / "elsewhere");
    fs::create_directory_symlink(directory_ / "elsewhere", directory_ / "deep/archive/acme");
    EXPECT_FALSE(archive_.keep_receipt({1, "acme", "2026-11-22", "1.xml", "<r/>"}));
    EXPECT_TRUE(fs::is_empty(directory_ / "elsewhere"));
}

// A document without a digest (undecodable, too large) leaves no copy.
TEST_F(ArchiveTest, KeepsNothingOfAnArrivalWithoutADigest) {
    edi::Arrival nothing = arrival("x");
    nothing.sha256.clear();
    ASSERT_TRUE(archive_.keep_original(nothing, ""));
    EXPECT_TRUE(fs::is_empty(directory_ / "deep/archive"));
}

}  // namespace
