// A restored state (gateway.md, "A restored state"): it is noticed by the archive, numbers go on
// behind what was issued, what waits is asked for first, and a stop before any durable step of this
// changes nothing.
#include "restored.hpp"

#include <gmock/gmock.h>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "ledger/archive.hpp"
#include "receipts/compose.hpp"
#include "spool.hpp"
#include "store/memory_store.hpp"

namespace {

using edi::MessageState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const base::Time now = *base::parse_time("2026-11-25T09:30:00+08:00");
const std::string sender = "91110108MA0000015T";

const receipts::Catalogue& catalogue() {
    static const receipts::Catalogue loaded =
        *receipts::Catalogue::load(std::string{PERMITD_SOURCE} + "/config/messages/problems.yaml");
    return loaded;
}

struct Crash {};

class RestoredTest : public testing::Test {
protected:
    RestoredTest() : store_(store::make_memory_store()) {
        base::set_log_sink([this](std::string_view line) { log_ += line; });
        std::filesystem::create_directories(spool_.at("acme/InBox"));
        std::filesystem::create_directories(spool_.at("state"));
        archive_ = std::move(*ledger::Archive::open(spool_.at(".archive")));
    }
    ~RestoredTest() override {
        base::set_durable_step_hook({});
        base::set_log_sink({});
    }

    struct Said {
        std::uint64_t number = 0;
        std::string kind, message_id, reference;
        std::string file = "file of it";
        std::string type = "LicenceApplication";
        std::string day = "2026-11-22";
    };
    static std::pair<std::string, std::string> composed(const Said& said) {
        edi::Receipt receipt;
        receipt.kind = said.kind;
        receipt.mailbox = "acme";
        receipt.number = said.number;
        receipt.sequence = said.number;
        receipt.issued_at = now;
        edi::Arrival file;
        file.name = "a\" sha256=\"b>.xml";
        file.sha256 = base::sha256_hex(said.file);
        receipt.in_reply_to = edi::InReplyTo{said.message_id, said.type, file};
        receipt.application_ref = said.reference;
        return {edi::file_name_of(receipt), receipts::compose(receipt, catalogue())};
    }
    void archive(const Said& said) {
        const auto [name, bytes] = composed(said);
        ASSERT_TRUE(archive_.keep_receipt({said.number, "acme", said.day, name, bytes}));
    }
    // A message that waits, as the backup has it.
    void wait(const std::string& id, MessageState state) {
        edi::Change change;
        edi::MessageRecord record;
        record.sender = sender;
        record.message_id = id;
        record.file.mailbox = "acme";
        record.state = state;
        record.subjects = {{"PO-" + id, "key " + id, {}}};
        edi::Submission submission;
        submission.key = "key " + id;
        submission.sender = sender;
        submission.message_id = id;
        submission.subject = "PO-" + id;
        submission.mailbox = "acme";
        submission.state = state;
        change.messages.push_back(record);
        change.submissions.push_back(submission);
        edi::Counters counters = store_->counters();
        counters.receipt_number = std::max<std::uint64_t>(counters.receipt_number, 2);
        counters.sequences["acme"] = counters.receipt_number;
        change.counters = counters;
        store_->commit(std::span{&change, 1});
    }
    permitd::Places places() const {
        return {
            spool_.at("state/restored"), spool_.at(".archive"), spool_.root, {{"acme", {sender}}}};
    }
    permitd::Restored settle() {
        auto settled = permitd::settle_restored(places(), *store_, now);
        EXPECT_TRUE(settled) << settled.fault().text;
        return std::move(*settled);
    }
    MessageState state_of(const std::string& id) const {
        return store_->submission("key " + id)->state;
    }
    static edi::Submission declared(const std::string& id, const std::string& reference) {
        edi::Submission made;
        made.sender = sender;
        made.message_id = id;
        made.subject = reference;
        made.mailbox = "acme";
        return made;
    }
    static edi::Arrival file(const std::string& bytes) {
        edi::Arrival made;
        made.mailbox = "acme";
        made.sha256 = base::sha256_hex(bytes);
        return made;
    }
    bool may_go(const permitd::Restored& restored, const edi::Submission& submission,
                const std::string& bytes = "another") const {
        return !restored.forgotten.against(submission, file(bytes), *store_);
    }

    tests::Spool spool_;
    ledger::Archive archive_;
    std::unique_ptr<edi::Store> store_;
    std::string log_;
};

// permitctl restore left its mark: something may have been sent of which no receipt tells.
TEST_F(RestoredTest, AStateThatWasPutBackIsARestoredOneWhateverTheArchiveShows) {
    wait("M-1", MessageState::Waiting);
    archive({1, "accepted", "M-0", "PO-0"});
    archive({2, "accepted", "M-1", "PO-M-1"});
    spool_.put("state/put-back", "");
    permitd::Places where = places();
    where.put_back = spool_.at("state/put-back");
    const auto settled = permitd::settle_restored(where, *store_, now);
    ASSERT_TRUE(settled) << settled.fault().text;
    ASSERT_TRUE(settled->notice);
    EXPECT_EQ(settled->notice->greatest, 2u);
    EXPECT_EQ(settled->notice->missing, 0u);
    EXPECT_TRUE(settled->recalls);
    EXPECT_EQ(state_of("M-1"), MessageState::InDoubt);
    EXPECT_EQ(store_->counters().receipt_number, 2u);
    EXPECT_FALSE(std::filesystem::exists(where.put_back));

    const auto again = permitd::settle_restored(where, *store_, now);
    ASSERT_TRUE(again) << again.fault().text;
    EXPECT_FALSE(again->notice) << "once";
}

TEST_F(RestoredTest, AStateThatKnowsAllIsLeftAsItIs) {
    wait("M-1", MessageState::Waiting);
    archive({1, "accepted", "M-0", "PO-0"});
    archive({2, "accepted", "M-1", "PO-M-1"});
    const permitd::Restored settled = settle();
    EXPECT_FALSE(settled.notice);
    EXPECT_TRUE(settled.forgotten.empty());
    EXPECT_EQ(settled.newest_day, "2026-11-22");
    EXPECT_EQ(state_of("M-1"), MessageState::Waiting);
    EXPECT_THAT(spool_.files("state"), IsEmpty());
    EXPECT_THAT(log_, IsEmpty());
}

TEST_F(RestoredTest, NumbersGoOnBehindWhatWasIssuedAndWhatWaitsIsInDoubt) {
    wait("M-1", MessageState::Waiting);
    wait("M-2", MessageState::Sending);
    wait("M-3", MessageState::Held);
    for (const std::uint64_t number : {1, 2, 3}) archive({number, "done", "D", ""});
    archive({7, "submitted", "M-1", "PO-M-1", "x", "LicenceApplication", "2026-11-23"});
    const permitd::Restored settled = settle();
    ASSERT_TRUE(settled.notice);
    EXPECT_EQ(settled.notice->known, 2u);
    EXPECT_EQ(settled.notice->greatest, 7u);
    EXPECT_EQ(settled.newest_day, "2026-11-23");
    EXPECT_EQ(store_->counters().receipt_number, 7u);
    EXPECT_EQ(store_->counters().sequences.at("acme"), 7u);
    EXPECT_EQ(state_of("M-1"), MessageState::InDoubt);
    EXPECT_EQ(state_of("M-2"), MessageState::InDoubt);
    EXPECT_EQ(state_of("M-3"), MessageState::Held);
    EXPECT_EQ(store_->message(edi::record_id(sender, "M-1"))->state, MessageState::InDoubt);
    EXPECT_THAT(log_, HasSubstr("state-restored"));
}

// Told once, and still known to every start after it, until all is there again.
TEST_F(RestoredTest, WhatWasForgottenIsListedUntilItIsThereAgain) {
    archive({1, "accepted", "M-1", "PO-1"});
    archive({2, "submitted", "M-1", "PO-1"});
    archive({3, "rejected", "M-9", "PO-9"});
    log_.clear();
    EXPECT_EQ(settle().notice->missing, 1u);
    EXPECT_THAT(spool_.content("state/restored"),
                HasSubstr("1\tacme\tM-1\tLicenceApplication\tPO-1\t"));
    log_.clear();
    EXPECT_EQ(settle().notice->missing, 1u);
    EXPECT_THAT(log_, IsEmpty());
    wait("M-1", MessageState::InDoubt);
    EXPECT_FALSE(settle().notice);
    EXPECT_THAT(log_, HasSubstr("state-whole"));
    EXPECT_FALSE(settle().notice);
    EXPECT_THAT(spool_.files("state"), IsEmpty());
}

TEST_F(RestoredTest, NothingThatWasForgottenGoesUnderAnotherKey) {
    archive({1, "accepted", "M-1", "PO-1", "one"});
    archive({2, "accepted", "M-2", "PO-2", "two"});
    archive({3, "returned", "M-2", "PO-2", "two"});
    archive({4, "accepted", "M-3", "", "three", "EnterpriseRegistration"});
    archive({5, "accepted", "M-4", "PO-4", "four", "ApplicationWithdraw"});
    const permitd::Restored settled = settle();
    EXPECT_TRUE(may_go(settled, declared("M-1", "PO-1"), "one"));
    EXPECT_TRUE(settled.forgotten.knows("acme", "M-1"));
    EXPECT_FALSE(may_go(settled, declared("M-1", "PO-1"), "One"));
    EXPECT_FALSE(may_go(settled, declared("M-1", "PO-7"), "One"));
    EXPECT_FALSE(may_go(settled, declared("M-8", "PO-1")));
    EXPECT_FALSE(settled.forgotten.knows("acme", "M-8"));
    EXPECT_TRUE(may_go(settled, declared("M-8", "PO-8")));
    EXPECT_TRUE(may_go(settled, declared("M-8", "PO-2"))) << "it was returned";
    EXPECT_TRUE(may_go(settled, declared("M-8", "PO-4"))) << "only its withdrawal was asked for";
    edi::Submission other = declared("M-8", "PO-4");
    other.kind = edi::SubmissionKind::Withdrawal;
    EXPECT_FALSE(may_go(settled, other));
    other = declared("M-8", "");
    other.kind = edi::SubmissionKind::Binding;
    EXPECT_FALSE(may_go(settled, other));
    wait("M-1", MessageState::InDoubt);
    EXPECT_TRUE(may_go(settled, declared("M-8", "PO-1"))) << "the state speaks for it again";
}

// What an enterprise puts into its InBox moves no number; a receipt that only stands there does.
TEST_F(RestoredTest, AnInBoxIsBelievedWhenItHoldsReceiptsOfOurs) {
    const auto [name, bytes] = composed({5, "accepted", "M-1", "PO-1"});
    spool_.put("acme/InBox/999999999999_accepted_M-1.xml", bytes);
    spool_.put("acme/InBox/999999999998_accepted_M-1.xml", "");
    EXPECT_FALSE(settle().notice);
    spool_.put("acme/InBox/" + name, bytes);
    EXPECT_EQ(settle().notice->greatest, 5u);
}

TEST_F(RestoredTest, ATornReceiptStillCountsByItsName) {
    archive({1, "accepted", "M-1", "PO-1"});
    spool_.put(".archive/acme/2026/11/22/000000000009_accepted_M-2.xml", "");
    EXPECT_EQ(settle().notice->greatest, 9u);
}

TEST_F(RestoredTest, AListThatIsDamagedIsABadStart) {
    spool_.put("state/restored",
               "permitd restored 1\t2026-11-22T09:30:00.000+08:00\t1\t2\n1\tacme\n");
    const auto settled = permitd::settle_restored(places(), *store_, now);
    ASSERT_FALSE(settled);
    EXPECT_EQ(settled.fault().remedy, base::Remedy::AskOperator);
    EXPECT_THAT(settled.fault().text, HasSubstr("state/restored:2"));
}

// A stop before the n-th durable step, for every n, and a start after it.
TEST_F(RestoredTest, AStopAtAnyStepOfItChangesNothing) {
    archive({1, "accepted", "M-0", "PO-0"});
    archive({6, "accepted", "M-9", "PO-9"});
    for (int steps = 0;; ++steps) {
        std::filesystem::remove(spool_.at("state/restored"));
        store_ = store::make_memory_store();
        wait("M-1", MessageState::Waiting);
        int left = steps;
        base::set_durable_step_hook([&](const char*) {
            if (left-- == 0) throw Crash{};
        });
        bool crashed = false;
        try {
            (void)settle();
        } catch (const Crash&) {
            crashed = true;
        }
        base::set_durable_step_hook({});
        const permitd::Restored settled = settle();
        ASSERT_TRUE(settled.notice) << steps;
        EXPECT_EQ(settled.notice->known, 2u) << steps;
        EXPECT_EQ(settled.notice->greatest, 6u) << steps;
        EXPECT_EQ(settled.notice->missing, 1u) << steps;
        EXPECT_EQ(store_->counters().receipt_number, 6u) << steps;
        EXPECT_EQ(state_of("M-1"), MessageState::InDoubt) << steps;
        EXPECT_THAT(settle().notice->missing, 1u) << steps;
        if (!crashed) {
            EXPECT_GE(steps, 5) << "sync, rename, sync, and two commits";
            return;
        }
    }
}

}  // namespace
