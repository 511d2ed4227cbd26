// permitctl fsck on what real daemons leave (operations.md 2): orphans of spool, archive and store,
// both ways.
#include <gmock/gmock.h>
#include <sysexits.h>

#include <algorithm>
#include <fstream>

#include "base/hash.hpp"
#include "system/line.hpp"

namespace {

namespace fs = std::filesystem;
using line::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr milliseconds in_time{60'000};

// What the only mailbox has of its one day.
fs::path shelf(const line::Line& line) {
    std::string day = line::Line::day;
    std::ranges::replace(day, '-', '/');
    return line.folder() / "spool/.archive/acme" / day;
}

fs::path first_of(const fs::path& folder, const std::string& part) {
    std::vector<fs::path> found;
    for (const auto& each : fs::directory_iterator{folder})
        if (each.is_regular_file() &&
            each.path().filename().string().find(part) != std::string::npos)
            found.push_back(each.path());
    std::ranges::sort(found);
    return found.at(0);
}

TEST(Fsck, FindsNothingAfterKillsButOriginalsThatWereReadAgain) {
    constexpr std::size_t rounds = 4, share = 40;
    line::Line line;
    line.start_sandbox();
    for (std::size_t round = 0; round < rounds; ++round) {
        line.start();
        line::drop_numbered(line, "FSCK-", round * share, (round + 1) * share);
        const std::size_t some = line.names("InBox").size() + 10;
        ASSERT_TRUE(
            line::becomes_true([&] { return line.names("InBox").size() >= some; }, in_time));
        line.kill_at_once();
        const line::Ended looked = line.permitctl({"fsck", "--repair"});
        EXPECT_EQ(looked.status, EX_OK) << looked.out << looked.errors;
    }
    line.start();
    ASSERT_TRUE(line.settles(rounds * share, in_time)) << line.daemon().words();
    EXPECT_THAT(line.unsound(), testing::IsEmpty());
    const line::Ended while_it_runs = line.permitctl({"fsck"});
    EXPECT_EQ(while_it_runs.status, EX_TEMPFAIL) << while_it_runs.out;
    ASSERT_EQ(line.stop(), 0);
    const line::Ended looked = line.permitctl({"fsck"});
    EXPECT_EQ(looked.status, EX_OK) << looked.out << looked.errors;
    EXPECT_THAT(looked.out, AllOf(HasSubstr("160 originals"), HasSubstr("nothing found")));
}

TEST(Fsck, TellsWhatIsMissingAndMovesAsideWhatNobodyKnows) {
    line::Line line;
    line.start_sandbox();
    line.start();
    line::drop_numbered(line, "FSCK-", 0, 3);
    ASSERT_TRUE(line.settles(3, in_time)) << line.daemon().words();
    ASSERT_EQ(line.stop(), 0);

    const fs::path originals = shelf(line) / "originals";
    const std::string strange = "<nobody/>";
    const std::string strange_name = base::sha256_hex(strange) + ".xml";
    const fs::path lost = first_of(originals, "");
    std::ofstream{originals / strange_name} << strange;
    const fs::path receipt = first_of(shelf(line), "accepted");
    fs::rename(lost, line.folder() / "original");
    fs::rename(receipt, line.folder() / "receipt");

    const line::Ended told = line.permitctl({"fsck", "--json"});
    EXPECT_EQ(told.status, EX_DATAERR) << told.errors;
    EXPECT_THAT(told.out, AllOf(HasSubstr("\"finding\":\"original-unknown\""),
                                HasSubstr(strange_name), HasSubstr(lost.filename().string()),
                                HasSubstr("\"finding\":\"original-missing\""),
                                HasSubstr("\"finding\":\"receipt-missing\"")));
    const line::Ended mended = line.permitctl({"fsck", "--repair"});
    EXPECT_EQ(mended.status, EX_DATAERR) << "two cannot be mended\n" << mended.out;
    EXPECT_FALSE(fs::exists(originals / strange_name));
    EXPECT_THAT(mended.out, HasSubstr(".orphans"));

    fs::rename(line.folder() / "original", lost);
    fs::rename(line.folder() / "receipt", receipt);
    const line::Ended sound = line.permitctl({"fsck"});
    EXPECT_EQ(sound.status, EX_OK) << sound.out << sound.errors;
    line.start();
    line::drop_numbered(line, "FSCK-", 3, 4);
    ASSERT_TRUE(line.settles(4, in_time)) << line.daemon().words();
    EXPECT_EQ(line.stop(), 0);
}

}  // namespace
