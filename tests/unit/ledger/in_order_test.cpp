// The names of an archive in the order of issue, as an auditor reads them (operations.md 5).
#include "ledger/in_order.hpp"

#include <gmock/gmock.h>

#include "spool.hpp"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class InOrder : public testing::Test {
protected:
    void put(const std::string& shelf, const std::string& name) {
        std::filesystem::create_directories(spool_.at("archive/" + shelf));
        spool_.put("archive/" + shelf + '/' + name, "");
    }
    base::Outcome walk(const ledger::Part& part = {}) {
        receipts_.clear();
        foreign_.clear();
        return ledger::each_name_in_order(
            spool_.at("archive"), part,
            {[this](const ledger::Shelf& shelf, const std::string& name) -> base::Outcome {
                 receipts_.push_back(shelf.mailbox + ' ' + shelf.day + ' ' + name);
                 return base::done;
             },
             [this](const ledger::Shelf& shelf, const std::string& name) -> base::Outcome {
                 foreign_.push_back(shelf.mailbox + ' ' + name);
                 return base::done;
             }});
    }

    tests::Spool spool_;
    std::vector<std::string> receipts_, foreign_;
};

TEST_F(InOrder, IsByDayThenByNumberOverAllMailboxes) {
    put("acme/2026/11/22", "000000000012_done_C.xml");
    put("acme/2026/11/22", "000000000010_accepted_A.xml");
    put("beta/2026/11/22", "000000000011_accepted_B.xml");
    put("beta/2026/01/02", "000000000009_accepted_B.xml");
    put("acme/2025/12/31", "000000000008_accepted_A.xml");
    ASSERT_TRUE(walk());
    EXPECT_THAT(receipts_, ElementsAre("acme 2025-12-31 000000000008_accepted_A.xml",
                                       "beta 2026-01-02 000000000009_accepted_B.xml",
                                       "acme 2026-11-22 000000000010_accepted_A.xml",
                                       "beta 2026-11-22 000000000011_accepted_B.xml",
                                       "acme 2026-11-22 000000000012_done_C.xml"));
    ASSERT_TRUE(walk({.mailbox = "beta", .from = {}, .to = {}}));
    EXPECT_EQ(receipts_.size(), 2u);
    ASSERT_TRUE(walk({.mailbox = {}, .from = "2026-01-02", .to = "2026-01-02"}));
    EXPECT_THAT(receipts_, ElementsAre(HasSubstr("000000000009")));
    ASSERT_TRUE(walk({.mailbox = {}, .from = {}, .to = "2025-12-31"}));
    EXPECT_THAT(receipts_, ElementsAre(HasSubstr("000000000008")));
}

TEST_F(InOrder, ToldAsForeignIsWhatPermitdNeverPutsThere) {
    const std::string day = "acme/2026/11/22";
    for (const char* ours : {"000000000001_done_A.xml", "000000000001_document_A_a_b.pdf",
                             "SHA256SUMS", "SHA256SUMS.sig"})
        put(day, ours);
    std::filesystem::create_directories(spool_.at("archive/" + day + "/originals"));
    std::filesystem::create_directories(spool_.at("archive/" + day + "/exchanges"));
    for (const char* strange : {"notes.txt", ".000000000002_done_B.xml", "2_done_B.xml",
                                "000000000002_done_B.xml.bak", "00000000000a_done_B_c.pdf"})
        put(day, strange);
    std::filesystem::create_directories(spool_.at("archive/keys"));
    put(".orphans/acme/2026-11-22", "x.xml");
    ASSERT_TRUE(walk());
    EXPECT_THAT(receipts_, ElementsAre(HasSubstr("000000000001_done_A.xml")));
    EXPECT_THAT(
        foreign_,
        UnorderedElementsAre("acme notes.txt", "acme .000000000002_done_B.xml", "acme 2_done_B.xml",
                             "acme 000000000002_done_B.xml.bak", "acme 00000000000a_done_B_c.pdf"));
}

TEST_F(InOrder, WhatCannotBeListedIsNotTakenForEmpty) {
    EXPECT_FALSE(walk());
    spool_.put("archive", "");
    EXPECT_FALSE(walk());
    EXPECT_THAT(receipts_, IsEmpty());
}

}  // namespace
