// A batch for which there is no room waits; nobody else's waits with it (operations.md 1, "full
// disk"; a mailbox in trouble delays itself only).
#include <fstream>

#include "system/filled_line.hpp"

namespace {

namespace fs = std::filesystem;
using line::patience;
using testing::HasSubstr;

constexpr std::uint64_t mebibyte = 1u << 20;

class BatchRoom : public line::FilledLine {
protected:
    BatchRoom() {
        line_.setup.settings = "  - {name: beta, senders: [91110108MA0000015T]}\n";
        fs::create_directories(line_.folder() / "spool/beta/OutBox");
    }
    // Renamed into place, as large as that by a comment.
    void drop_batch(const std::string& mailbox, const std::string& id, std::uint64_t bytes) {
        const std::string one = line::declaration(id, id);
        const fs::path aside = line_.folder() / (id + ".xml");
        std::ofstream{aside, std::ios::binary}
            << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<Batch xmlns=\"urn:permitd:mep:1\"><Header><BatchId>"
            << id
            << "</BatchId><Sender>91110108MA0000015T</Sender>"
               "<CreatedAt>2026-11-22T09:30:00+08:00</CreatedAt>"
               "<MessageCount>1</MessageCount></Header>\n"
            << one.substr(one.find("<Message")) << "<!--" << std::string(bytes, '.')
            << "-->\n</Batch>\n";
        fs::copy(aside, line_.folder() / "spool" / mailbox / "OutBox" / ('.' + id));
        fs::rename(line_.folder() / "spool" / mailbox / "OutBox" / ('.' + id),
                   line_.folder() / "spool" / mailbox / "OutBox" / (id + ".xml"));
    }
    bool is_told(const std::string& mailbox, const std::string& what) {
        return line::becomes_true(
            [&] {
                for (const auto& each :
                     fs::directory_iterator{line_.folder() / "spool" / mailbox / "InBox"})
                    if (each.path().filename().string().find(what) != std::string::npos)
                        return true;
                return false;
            },
            patience);
    }
};

TEST_F(BatchRoom, ThatIsMissingHoldsUpNobodyElsesBatch) {
    if (!begin_on("state", "size=240m")) GTEST_SKIP() << "no right to mount";
    disk_->fill_bytes(90 * mebibyte);
    drop_batch("acme", "LARGE", 70 * mebibyte);
    ASSERT_TRUE(says("batch-waits")) << line_.daemon().words();
    drop_batch("acme", "AFTER", 0);
    drop_batch("beta", "SMALL", 0);
    ASSERT_TRUE(is_told("beta", "_batch_")) << line_.daemon().words();
    EXPECT_THAT(line_.names("InBox"), testing::IsEmpty());
    disk_->clear();
    // Those of one mailbox keep their order. A comment of that size is not within limits.
    ASSERT_TRUE(is_told("acme", "_batch_AFTER")) << line_.daemon().words();
    EXPECT_THAT(line_.names("InBox").front(), HasSubstr("_rejected_LARGE"));
    EXPECT_EQ(told("batch-waits"), 1u);
    EXPECT_EQ(line_.stop(), 0);
}

}  // namespace
