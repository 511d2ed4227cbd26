// A batch that is half taken, over which each worker is lost: told, and gone on with (operations.md
// 1: a batch's messages are taken once each, whatever ends when).
#include "batch_taker.hpp"

#include <gmock/gmock.h>

#include "spool.hpp"
#include "store/memory_store.hpp"

namespace {

using permitd::BatchTaker;
using testing::HasSubstr;
using testing::SizeIs;

// Loses each worker after so many passes.
class LosingLine final : public permitd::BatchLine {
public:
    std::optional<route::BatchFate> commit(route::BatchEvent event) override {
        committed.push_back(std::move(event));
        return route::BatchFate::Taken;
    }
    bool put(route::BatchEvent event) override { return commit(std::move(event)).has_value(); }
    std::optional<std::string> read(const permitd::BatchPass&, const std::function<std::string()>&,
                                    const Part&) override {
        if (++reads > 100) throw std::runtime_error{"it is read without end"};
        if (reads > passes) return std::nullopt;
        permitd::BatchFound found;
        found.end.envelope.well_formed = false;
        found.end.envelope.findings.emplace_back();
        return permitd::encode(found);
    }
    void end_reading() override {}
    bool stopping() const override { return false; }
    void pause() override {}

    int passes = 0;  // that no worker is lost over
    int reads = 0;
    std::vector<route::BatchEvent> committed;
};

class BatchTakerTest : public testing::Test {
protected:
    BatchTakerTest() {
        run_.sender = "91110108MA0000015T";
        run_.batch_id = "B-1";
        run_.content = seal_.mac("");
        run_.file.mailbox = "acme";
        run_.file.name = "b.xml";
        run_.file.inode = 41;
        edi::Change change;
        change.batch_runs.push_back(run_);
        store_->commit(std::span{&change, 1});
        auto copy = copies_.write(run_.file, seal_);
        EXPECT_TRUE(copy && copy->finish());
    }
    std::string fault_of(const base::Result<BatchTaker::Took>& took) const {
        if (took) return "none";
        EXPECT_EQ(took.fault().remedy, base::Remedy::RetryLater);
        return took.fault().text;
    }

    tests::Spool spool_;
    std::unique_ptr<edi::Store> store_ = store::make_memory_store();
    edi::Lists lists_;
    base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    ledger::Archive archive_ = std::move(*ledger::Archive::open(spool_.at("archive")));
    ledger::WorkingCopies copies_ = std::move(*ledger::WorkingCopies::open(spool_.at("batches")));
    base::ManualClock clock_{base::Time{}};
    LosingLine line_;
    BatchTaker taker_{{.store = *store_,
                       .lists = lists_,
                       .seal = seal_,
                       .archive = archive_,
                       .copies = copies_,
                       .clock = clock_},
                      line_};
    edi::BatchRun run_;
};

TEST_F(BatchTakerTest, TellsThatEachWorkerIsLostBeforeItGoesOn) {
    EXPECT_THAT(fault_of(taker_.resume(run_)), HasSubstr("each worker was lost over batch B-1"));
    EXPECT_EQ(line_.reads, 2);
}

TEST_F(BatchTakerTest, TellsThatEachWorkerIsLostWhileItGoesOn) {
    line_.passes = 1;
    EXPECT_THAT(fault_of(taker_.resume(run_)), HasSubstr("each worker was lost over batch B-1"));
    EXPECT_EQ(line_.reads, 3);
}

// Read again from its OutBox it would be a duplicate of itself, and never end.
TEST_F(BatchTakerTest, GoesOnWithWhatAFaultStopped) {
    const auto mailbox = mailbox::Mailbox::open(spool_.root, "acme");
    ASSERT_TRUE(mailbox);
    intake::Interchange batch;
    batch.arrival = run_.file;
    batch.arrival.sha256.clear();
    EXPECT_THAT(fault_of(taker_.take(*mailbox, batch)), HasSubstr("each worker was lost"));
    EXPECT_THAT(line_.committed, SizeIs(0));
    line_.reads = 0;
    line_.passes = 2;
    const auto took = taker_.take(*mailbox, batch);
    ASSERT_TRUE(took);
    EXPECT_EQ(*took, BatchTaker::Took::Over);
    EXPECT_TRUE(std::holds_alternative<route::BatchClosed>(line_.committed.back().what));
}

}  // namespace
