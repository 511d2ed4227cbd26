// What a start reads of the archive to see whether the state is older (gateway.md, "A restored
// state"), and that what cannot be read is never taken for empty.
#include "ledger/contents.hpp"

#include <gmock/gmock.h>

#include "spool.hpp"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Contents : public testing::Test {
protected:
    void issue(const std::string& folder, const std::string& number) {
        std::filesystem::create_directories(spool_.at(folder));
        spool_.put(
            folder + '/' + number + "_accepted_M-1.xml",
            "<Receipt kind=\"accepted\" number=\"" + number + "\" sequence=\"1\"><InReplyTo>");
    }
    // The numbers behind one that are told, and the newest day.
    std::vector<std::uint64_t> behind(std::uint64_t after) {
        std::vector<std::uint64_t> told;
        auto newest = ledger::each_issued(spool_.at("archive"), after,
                                          [&](const auto& each) { told.push_back(each.number); });
        newest_ = newest ? *newest : newest.fault().text;
        return told;
    }

    tests::Spool spool_;
    std::string newest_;
};

TEST_F(Contents, OfAnArchiveThatIsNotThereYetIsNothing) {
    EXPECT_THAT(behind(0), IsEmpty());
    EXPECT_EQ(newest_, "");
}

TEST_F(Contents, OfAnArchiveThatCannotBeListedIsAFault) {
    spool_.put("archive", "");
    EXPECT_THAT(behind(0), IsEmpty());
    EXPECT_THAT(newest_, testing::HasSubstr("archive"));
}

TEST_F(Contents, IsReadFromTheNewestDayBackToTheFirstThatIsKnown) {
    issue("archive/acme/2025/12/31", "000000000001");
    issue("archive/acme/2026/01/02", "000000000003");
    issue("archive/acme/2026/11/22", "000000000005");
    issue("archive/other/2026/11/21", "000000000004");
    std::filesystem::create_directories(spool_.at("archive/acme/2026/11/23/originals"));
    EXPECT_THAT(behind(0), UnorderedElementsAre(1, 3, 4, 5));
    EXPECT_THAT(behind(4), ElementsAre(5));
    EXPECT_THAT(behind(5), IsEmpty());
    EXPECT_EQ(newest_, "2026-11-22");
    // Days before one that holds nothing new are not looked at, whatever stands there.
    issue("archive/acme/2025/12/30", "000000000009");
    EXPECT_THAT(behind(5), IsEmpty());
}

TEST_F(Contents, OfAnInBoxIsWhatBearsItsNumberInside) {
    issue("InBox", "000000000007");
    spool_.put("InBox/000000000008_accepted_M-1.xml", "<Receipt kind=\"accepted\" number=\"7\"");
    std::vector<std::uint64_t> told;
    ASSERT_TRUE(ledger::each_issued_in(spool_.at("InBox"), "acme", 0,
                                       [&](const auto& each) { told.push_back(each.number); }));
    EXPECT_THAT(told, ElementsAre(7));
}

}  // namespace
