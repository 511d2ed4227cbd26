// The list of a backup (operations.md 3): it is read as it was written, and one that was cut off
// anywhere, or changed, is no backup.
#include "ctl/backup_list.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "spool.hpp"

namespace {

using testing::HasSubstr;

class BackupList : public testing::Test {
protected:
    BackupList() {
        backup_.facts = {"0.1.0", 2,        "2026-11-27T10:00:00+08:00", "host", 4711, "0123",
                         "/s",    "/spool", "/spool/.archive",           3,      99};
        for (const char* path : {"store/CURRENT", "store/000012.sst", "state.key"})
            backup_.files.push_back({path, std::string(64, 'a')});
    }
    std::string bytes(const std::string& name) const {
        std::ifstream in{scratch_.at(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream{scratch_.at(name), std::ios::binary | std::ios::trunc} << bytes;
    }

    tests::Spool scratch_;
    ctl::Backup backup_;
};

TEST_F(BackupList, IsReadAsItWasWritten) {
    ASSERT_TRUE(ctl::write_list(scratch_.root, backup_));
    const auto read = ctl::read_list(scratch_.root);
    ASSERT_TRUE(read) << read.fault().text;
    EXPECT_EQ(read->facts.receipts_issued, 4711u);
    EXPECT_EQ(read->facts.spool_id, "0123");
    EXPECT_EQ(read->facts.archive, "/spool/.archive");
    ASSERT_EQ(read->files.size(), 3u);
    EXPECT_EQ(read->files[1].path, "store/000012.sst");
}

TEST_F(BackupList, ThatWasCutOffAnywhereIsNone) {
    ASSERT_TRUE(ctl::write_list(scratch_.root, backup_));
    const std::string sums = bytes("SHA256SUMS"), facts = bytes("backup.json");
    for (std::size_t n = 0; n < sums.size(); ++n) {
        write("SHA256SUMS", sums.substr(0, n));
        EXPECT_FALSE(ctl::read_list(scratch_.root)) << n;
    }
    write("SHA256SUMS", sums.substr(sums.find('\n') + 1));
    EXPECT_FALSE(ctl::read_list(scratch_.root)) << "a line is missing";
    write("SHA256SUMS", sums);
    for (std::size_t n = 0; n < facts.size(); ++n) {
        write("backup.json", facts.substr(0, n));
        EXPECT_FALSE(ctl::read_list(scratch_.root)) << n;
    }
    std::filesystem::remove(scratch_.at("SHA256SUMS"));
    const auto none = ctl::read_list(scratch_.root);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.fault().text, HasSubstr("cut off"));
}

// What is restored is written beneath the state directory and nowhere else.
TEST_F(BackupList, NamesNothingOutsideOfAState) {
    for (const char* path : {"store/MANIFEST-000005", "batches/0af3", "state.key", "spool-id"})
        EXPECT_TRUE(ctl::belongs_in_a_backup(path)) << path;
    for (const char* path : {"/etc/passwd", "../x", "store/../x", "store/a/b", "store/", "store",
                             "store/.x", "batches/..", "other", ""})
        EXPECT_FALSE(ctl::belongs_in_a_backup(path)) << path;
    backup_.files[0].path = "store/../../x";
    ASSERT_TRUE(ctl::write_list(scratch_.root, backup_));
    EXPECT_FALSE(ctl::read_list(scratch_.root));
}

}  // namespace
