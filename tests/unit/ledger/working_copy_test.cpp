// A working copy is what was written, whole and in order, or nothing (messages.md 3.1: a secret is
// stored encrypted).
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ledger/working_copy.hpp"
#include "spool.hpp"
#include "syncs.hpp"

namespace {

namespace fs = std::filesystem;

class WorkingCopy : public testing::Test {
protected:
    WorkingCopy() : copies_(*ledger::WorkingCopies::open(spool_.at("batches"))) {}

    void write(const std::string& bytes, std::size_t piece = 1000) {
        auto writer = copies_.write(arrival_, seal_);
        ASSERT_TRUE(writer) << writer.fault().text;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            ASSERT_TRUE(writer->put(std::string_view{bytes}.substr(at, piece)));
        ASSERT_TRUE(writer->finish());
        ASSERT_TRUE(copies_.keep());
    }
    std::optional<std::string> read(const base::Seal& seal) {
        auto reader = copies_.read(arrival_, seal);
        if (!reader) return std::nullopt;
        std::string all;
        for (;;) {
            const auto piece = reader->next();
            if (!piece) return std::nullopt;
            if (piece->empty()) return all;
            all += *piece;
        }
    }
    std::string file() { return spool_.at("batches/" + ledger::WorkingCopies::name_of(arrival_)); }
    std::string raw() {
        std::ifstream in{file(), std::ios::binary};
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }
    void overwrite(const std::string& bytes) {
        std::ofstream{file(), std::ios::binary | std::ios::trunc} << bytes;
    }

    tests::Spool spool_;
    ledger::WorkingCopies copies_;
    base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    edi::Arrival arrival_{.mailbox = "acme", .name = "b.xml", .sha256 = {}, .inode = 7, .day = {}};
};

std::string long_text() {
    std::string text = "<Password>hunter2</Password>";
    for (int i = 0; i < 30'000; ++i) text += std::to_string(i);
    return text;
}

TEST_F(WorkingCopy, IsWhatWasWritten) {
    for (const std::string& text : {std::string{}, std::string{"<a/>"}, long_text(),
                                    std::string(2 * ledger::piece_bytes, 'x')}) {
        write(text);
        EXPECT_EQ(read(seal_), text);
    }
}

TEST_F(WorkingCopy, IsOnTheDiskWhenItIsFinished) {
    tests::watch_syncs();
    write(long_text());
    EXPECT_TRUE(tests::was_synced(file()));
    EXPECT_TRUE(tests::was_synced(spool_.at("batches")));
}

TEST_F(WorkingCopy, ShowsNoSecretAndIsOursAlone) {
    write(long_text());
    EXPECT_EQ(raw().find("hunter2"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(WorkingCopy, NothingCanBeChangedCutOffOrAdded) {
    write(long_text());
    const std::string whole = raw();
    const base::Seal other{std::string(base::Seal::key_bytes, 'o')};
    EXPECT_EQ(read(other), std::nullopt);
    for (const std::size_t at : {std::size_t{0}, std::size_t{10}, whole.size() - 1}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        overwrite(changed);
        EXPECT_EQ(read(seal_), std::nullopt) << at;
    }
    overwrite(whole.substr(0, whole.size() - 1));
    EXPECT_EQ(read(seal_), std::nullopt);
    // The first piece away, at the border of two.
    const std::size_t first =
        4 + (static_cast<unsigned char>(whole[0]) |
             static_cast<std::size_t>(static_cast<unsigned char>(whole[1])) << 8 |
             static_cast<std::size_t>(static_cast<unsigned char>(whole[2])) << 16);
    overwrite(whole.substr(first));
    EXPECT_EQ(read(seal_), std::nullopt);
    overwrite(whole.substr(0, first));
    EXPECT_EQ(read(seal_), std::nullopt);
}

TEST_F(WorkingCopy, OrphansAreRemovedAtStart) {
    write("<a/>");
    const edi::Arrival first = arrival_;
    arrival_.inode = 8;
    write("<b/>");
    ASSERT_TRUE(copies_.remove_all_but(std::vector{first}));
    EXPECT_EQ(read(seal_), std::nullopt);
    arrival_ = first;
    EXPECT_EQ(read(seal_), "<a/>");
    ASSERT_TRUE(copies_.remove(arrival_));
    EXPECT_TRUE(copies_.remove(arrival_));
    EXPECT_TRUE(fs::is_empty(spool_.at("batches")));
}

}  // namespace
