// permitctl fsck (operations.md 3: "orphans in spool, archive and store, both ways"): each
// discrepancy is told once, with what it is about; only originals that nobody knows are moved, and
// nothing is ever removed.
#include "ctl/fsck.hpp"

#include <gmock/gmock.h>

#include "base/hash.hpp"
#include "ledger/archive.hpp"
#include "ledger/working_copy.hpp"
#include "spool.hpp"
#include "store/memory_store.hpp"

namespace {

using ctl::Repair;
using ctl::Wrong;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* day = "2026-11-22";
constexpr const char* folder = ".archive/acme/2026/11/22/";

class Fsck : public testing::Test {
protected:
    Fsck() : store_(store::make_memory_store()) {
        for (const char* each : {"acme/OutBox", "acme/InBox", "state/batches"})
            std::filesystem::create_directories(spool_.at(each));
        archive_ = std::move(*ledger::Archive::open(spool_.at(".archive")));
    }

    static edi::Arrival file(const std::string& bytes, const std::string& on = day) {
        edi::Arrival made;
        made.mailbox = "acme";
        made.name = "po.xml";
        made.sha256 = base::sha256_hex(bytes);
        made.day = on;
        return made;
    }
    static std::string name_of(const std::string& bytes) {
        return base::sha256_hex(bytes) + ".xml";
    }
    void keep(const std::string& bytes, const std::string& on = day) {
        ASSERT_TRUE(archive_.keep_original(file(bytes, on), bytes));
    }
    static edi::MessageRecord row(const std::string& id, const std::string& bytes,
                                  std::uint64_t receipt) {
        edi::MessageRecord record;
        record.sender = "91110108MA0000015T";
        record.message_id = id;
        record.file = file(bytes);
        record.receipts = {{receipt, "accepted", "progress", {}}};
        return record;
    }
    void commit(edi::Change change, std::uint64_t receipt_number) {
        edi::Counters counters;
        counters.receipt_number = receipt_number;
        change.counters = counters;
        store_->commit(std::span{&change, 1});
    }
    void commit_row(const edi::MessageRecord& record, std::uint64_t receipt_number) {
        edi::Change change;
        change.messages.push_back(record);
        commit(std::move(change), receipt_number);
    }
    // A taking of one file and a batch of another, both under way.
    void commit_open(const std::string& taken, const std::string& batch) {
        edi::Change change;
        edi::Taking taking;
        taking.id = 1;
        taking.file = file(taken);
        change.takings.push_back(taking);
        edi::BatchRun run;
        run.sender = "91110108MA0000015T";
        run.batch_id = "B-1";
        run.file = file(batch);
        change.batch_runs.push_back(run);
        commit(std::move(change), 1);
    }
    static edi::Delivery delivery(std::uint64_t number, const std::string& kind,
                                  const std::string& answers = "", const std::string& on = day) {
        const std::string digits = edi::twelve_digits(number);
        return {number, "acme", on, digits + '_' + kind + "_M.xml",
                "<Receipt xmlns=\"x\" number=\"" + digits + "\" sequence=\"1\"><InReplyTo><File " +
                    "name=\"po.xml\" sha256=\"" + base::sha256_hex(answers) +
                    "\"/></InReplyTo></Receipt>"};
    }
    void issue(std::uint64_t number, const std::string& kind, const std::string& answers = "",
               const std::string& on = day) {
        ASSERT_TRUE(archive_.keep_receipt(delivery(number, kind, answers, on)));
    }
    // A message that is as it should be.
    void take(const std::string& id, const std::string& bytes, std::uint64_t number) {
        keep(bytes);
        issue(number, "accepted", bytes);
        commit_row(row(id, bytes, number), number);
    }

    ctl::Checked check(Repair repair = Repair::No, const ctl::Bounds& bounds = {}) {
        found_.clear();
        const ctl::Ears ears{[this](const ctl::Discrepancy& each) { found_.push_back(each); },
                             [](const char*, std::uint64_t) {}};
        auto checked =
            ctl::check_ground(*store_, {spool_.root, spool_.at(".archive"), spool_.at("state")},
                              repair, ears, bounds);
        EXPECT_TRUE(checked) << checked.fault().text;
        return *checked;
    }
    std::vector<std::string> told() const {
        std::vector<std::string> codes;
        for (const ctl::Discrepancy& each : found_) codes.emplace_back(code_of(each.wrong));
        return codes;
    }

    tests::Spool spool_;
    std::unique_ptr<edi::Store> store_;
    ledger::Archive archive_;
    std::vector<ctl::Discrepancy> found_;
};

TEST_F(Fsck, KnowsSeveralMailboxes) {
    std::uint64_t number = 0;
    for (const std::string mailbox : {"acme", "beta", "zeta"}) {
        const std::string bytes = "what " + mailbox + " dropped";
        edi::MessageRecord record = row("M-" + mailbox, bytes, ++number);
        record.file.mailbox = mailbox;
        ASSERT_TRUE(archive_.keep_original(record.file, bytes));
        edi::Delivery receipt = delivery(number, "accepted", bytes);
        receipt.mailbox = mailbox;
        ASSERT_TRUE(archive_.keep_receipt(receipt));
        commit_row(record, number);
    }
    check();
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Fsck, SaysNothingOfWhatFits) {
    take("M-1", "one", 1);
    take("M-2", "two", 2);
    const ctl::Checked checked = check();
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_EQ(checked.messages, 2u);
    EXPECT_EQ(checked.originals, 2u);
    EXPECT_EQ(checked.receipts, 2u);
}

TEST_F(Fsck, MovesAnOriginalThatNobodyKnowsAndNothingElse) {
    take("M-1", "one", 1);
    keep("orphan");
    check();
    ASSERT_THAT(told(), ElementsAre("original-unknown"));
    EXPECT_EQ(found_[0].path, spool_.at(std::string{folder} + "originals/" + name_of("orphan")));
    EXPECT_FALSE(found_[0].mended);

    auto before = spool_.files(".archive");
    EXPECT_EQ(check(Repair::Yes).mended, 1u);
    ASSERT_THAT(told(), ElementsAre("original-unknown"));
    EXPECT_TRUE(found_[0].mended);
    auto orphan = before.extract("acme/2026/11/22/originals/" + name_of("orphan"));
    orphan.key() = ".orphans/acme/2026-11-22/" + name_of("orphan");
    before.insert(std::move(orphan));
    EXPECT_EQ(spool_.files(".archive"), before);
    EXPECT_EQ(check().found, 0u);

    // The same bytes once more: what was moved first stays as it is.
    keep("orphan");
    EXPECT_EQ(check(Repair::Yes).mended, 1u);
    EXPECT_EQ(spool_.content(".archive/.orphans/acme/2026-11-22/" + base::sha256_hex("orphan") +
                             ".2.xml"),
              "orphan");
    EXPECT_EQ(spool_.content(".archive/.orphans/acme/2026-11-22/" + name_of("orphan")), "orphan");
}

// The row names a day: the same bytes under another one are another file.
TEST_F(Fsck, HoldsTheDayOfAnOriginalAgainstItsRow) {
    take("M-1", "one", 1);
    keep("one", "2026-11-23");
    check();
    ASSERT_THAT(told(), ElementsAre("original-unknown"));
    EXPECT_EQ(found_[0].day, "2026-11-23");
}

TEST_F(Fsck, KnowsOriginalsThatOnlyAReceiptAnswers) {
    take("M-1", "one", 1);
    keep("sent twice");
    keep("answer waits");
    keep("over midnight");
    issue(2, "duplicate", "sent twice");
    issue(4, "duplicate", "over midnight", "2026-11-23");
    edi::Change change;
    change.deliveries.push_back(delivery(3, "duplicate", "answer waits"));
    commit(std::move(change), 4);
    EXPECT_EQ(check(Repair::Yes).found, 0u);

    // One that came after its answer was not answered by it.
    keep("sent twice", "2026-11-23");
    check();
    ASSERT_THAT(told(), ElementsAre("original-unknown"));
    EXPECT_EQ(found_[0].day, "2026-11-23");
}

TEST_F(Fsck, KnowsOriginalsOfTakingsAndOpenBatches) {
    keep("taking");
    keep("batch");
    commit_open("taking", "batch");
    EXPECT_EQ(check().found, 0u);

    std::filesystem::remove_all(spool_.at(std::string{folder} + "originals"));
    check();
    EXPECT_THAT(told(), ElementsAre("original-missing", "original-missing"));
}

TEST_F(Fsck, TellsWhichMessageLacksItsOriginal) {
    take("M-1", "one", 1);
    take("M-2", "two", 2);
    commit_row(row("M-3", "two", 2), 2);  // of the same file
    const std::string gone = std::string{folder} + "originals/" + name_of("two");
    std::filesystem::remove(spool_.at(gone));
    EXPECT_EQ(check(Repair::Yes).mended, 0u);
    ASSERT_THAT(told(), ElementsAre("original-missing"));
    EXPECT_THAT(found_[0].message_id, testing::AnyOf("M-2", "M-3"));
    EXPECT_EQ(found_[0].path, spool_.at(gone));
    EXPECT_EQ(found_[0].receipt, 2u);
}

TEST_F(Fsck, AsksForNoOriginalOfAFileThatHasNone) {
    edi::MessageRecord record = row("", "", 0);
    record.file.sha256.clear();
    record.state = edi::MessageState::Rejected;
    record.rejected_number = 1;
    record.receipts.clear();
    issue(1, "rejected");
    commit_row(record, 1);
    EXPECT_EQ(check().found, 0u);
}

TEST_F(Fsck, TellsReceiptsThatAreNeitherInTheArchiveNorOnTheirWay) {
    take("M-1", "one", 1);
    keep("two");
    keep("three");
    edi::Change change;
    change.messages = {row("M-2", "two", 2), row("M-3", "three", 3)};
    change.messages[1].state = edi::MessageState::Rejected;
    change.messages[1].rejected_number = 3;
    change.deliveries.push_back(delivery(2, "accepted", "two"));
    commit(std::move(change), 3);
    EXPECT_EQ(check(Repair::Yes).mended, 0u);
    ASSERT_THAT(told(), ElementsAre("receipt-missing"));
    EXPECT_EQ(found_[0].receipt, 3u);
    EXPECT_EQ(found_[0].message_id, "M-3");
}

// The messages of a store that was put back would look like orphans.
TEST_F(Fsck, MovesNothingBesideAStoreThatIsOlderThanTheArchive) {
    take("M-1", "one", 1);
    keep("later");
    issue(2, "accepted", "later");
    keep("orphan");
    EXPECT_EQ(check(Repair::Yes).mended, 0u);
    ASSERT_THAT(told(), ElementsAre("store-older", "original-unknown"));
    EXPECT_EQ(found_[0].receipt, 2u);
    EXPECT_THAT(found_[0].words, HasSubstr("Start permitd"));
    EXPECT_TRUE(
        std::filesystem::exists(spool_.at(std::string{folder} + "originals/" + name_of("orphan"))));
}

TEST_F(Fsck, TellsWhatAStopLeftInTheBoxes) {
    commit_open("taking", "taking");
    keep("taking");
    spool_.put("acme/OutBox/.taken-000000000001", "under way");
    spool_.put("state/batches/" + ledger::WorkingCopies::name_of(file("taking")), "under way");
    spool_.put("acme/OutBox/po.xml", "waits");
    ASSERT_EQ(check().found, 0u);

    const std::vector<std::string> left{"acme/OutBox/.taken-000000000009",
                                        "acme/OutBox/.courier-a.xml.part",
                                        "acme/InBox/.permitd-0011",
                                        "acme/.courier/a.xml~1-2~fate",
                                        std::string{folder} + "originals/.permitd-0022",
                                        "state/batches/old"};
    std::filesystem::create_directories(spool_.at("acme/.courier"));
    for (const std::string& each : left) spool_.put(each, "left");
    EXPECT_EQ(check(Repair::Yes).mended, 0u);
    std::vector<std::string> paths;
    for (const ctl::Discrepancy& each : found_) {
        EXPECT_EQ(each.wrong, Wrong::LeftOver);
        paths.push_back(each.path);
    }
    std::vector<std::string> wanted;
    for (const std::string& each : left) {
        wanted.push_back(spool_.at(each));
        EXPECT_EQ(spool_.content(each), "left");
    }
    EXPECT_THAT(paths, testing::UnorderedElementsAreArray(wanted));
}

// Slices and windows so small that each originals' and each number's turn is another one.
TEST_F(Fsck, FindsTheSameInSmallBounds) {
    for (std::uint64_t n = 1; n <= 40; ++n)
        take("M-" + std::to_string(n), "file " + std::to_string(n), n);
    keep("orphan 1");
    keep("orphan 2");
    std::filesystem::remove(spool_.at(std::string{folder} + "originals/" + name_of("file 7")));
    std::filesystem::remove(spool_.at(std::string{folder} + "000000000040_accepted_M.xml"));
    commit_row(row("M-41", "file 1", 3), 41);
    for (const ctl::Bounds& each : {ctl::Bounds{}, ctl::Bounds{1, 1}, ctl::Bounds{7, 13}}) {
        SCOPED_TRACE(each.originals);
        check(Repair::No, each);
        EXPECT_THAT(told(), UnorderedElementsAre("original-unknown", "original-unknown",
                                                 "original-missing", "receipt-missing"));
    }
}

TEST_F(Fsck, DoesNotTakeAFolderThatCannotBeListedForAnEmptyOne) {
    take("M-1", "one", 1);
    const std::string originals = std::string{folder} + "originals";
    std::filesystem::rename(spool_.at(originals), spool_.at("aside"));
    std::filesystem::remove_all(spool_.at(".archive"));
    const ctl::Ears ears{[](const ctl::Discrepancy&) {}, [](const char*, std::uint64_t) {}};
    EXPECT_FALSE(ctl::check_ground(
        *store_, {spool_.root, spool_.at(".archive"), spool_.at("state")}, Repair::No, ears));
}

}  // namespace
