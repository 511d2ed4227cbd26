// BatchTaker: one batch file from its OutBox to its `batch` receipt.
//
//   copy        blanked into the archive, sealed as a working copy; both synced
//   pass one    well-formed, within limits, envelope and count; an atomic one is judged as well
//   opening     committed: refused, a duplicate, or its BatchRun
//   pass two    messages from the run's next index on, in chunks
//   closing     the `batch` receipt; the working copy goes
//
// A crash anywhere goes on with resume() from the working copy: no message twice, none lost. A
// batch that reads otherwise then than it did is not gone on with.
// A worker that is lost costs one more try; lost twice in pass one, the batch is FILE-HARMFUL. Lost
// twice later with nothing committed in between, it is a fault.
// Threads: one for each batch. Throws: std::bad_alloc only.
#pragma once

#include "batch_pass.hpp"
#include "intake/batch_file.hpp"
#include "intake/intake.hpp"
#include "route/batch.hpp"

namespace permitd {

// How batches reach the committer and the workers.
class BatchLine {
public:
    virtual ~BatchLine() = default;
    // Hands over and waits until it is committed; nothing when the daemon stops.
    virtual std::optional<route::BatchFate> commit(route::BatchEvent event) = 0;
    // Hands over and waits for room only; false when the daemon stops.
    virtual bool put(route::BatchEvent event) = 0;
    // One pass (batch_pass.hpp) in a worker; nothing when it was lost, given up, or the daemon
    // stops. False from `part` gives up.
    using Part = std::function<bool(std::string part)>;
    virtual std::optional<std::string> read(const BatchPass& pass,
                                            const std::function<std::string()>& more,
                                            const Part& part) = 0;
    // No pass follows soon: the worker and its memory may go.
    virtual void end_reading() = 0;
    virtual bool stopping() const = 0;
    // Before something is tried again.
    virtual void pause() = 0;
};

class BatchTaker {
public:
    struct Parts {
        const edi::Store& store;
        const edi::Lists& lists;
        const base::Seal& seal;
        const ledger::Archive& archive;
        ledger::WorkingCopies& copies;
        const base::Clock& clock;
        std::uint64_t messages_max = 50'000;
        std::size_t chunk_messages_max = 64;
        std::map<std::string, std::string> dialects = {};  // by mailbox
        // Whether there is room for the copies of a batch.
        std::function<base::Outcome(std::uint64_t bytes)> room =
            [](std::uint64_t) -> base::Outcome { return base::done; };
    };
    BatchTaker(Parts parts, BatchLine& line) : parts_(parts), line_(line) {}

    enum class Took {
        Over,         // answered, or no arrival yet: the committer told what becomes of the file
        Vanished,     // the file is not what was seen any more
        Interrupted,  // the daemon stops; resume() goes on
    };
    // A fault is of the disk or of the workers, and nothing is lost: the same again later.
    base::Result<Took> take(const mailbox::Mailbox& mailbox, const intake::Interchange& batch);
    base::Result<Took> resume(const edi::BatchRun& run);
    // Of a file that is half taken.
    std::optional<edi::BatchRun> run_of(const edi::Arrival& file) const;

private:
    BatchPass pass_over(const edi::Arrival& file, std::uint64_t deliver_from) const;
    base::Result<std::optional<BatchFound>> pass(const edi::Arrival& file, const BatchPass& pass,
                                                 const BatchLine::Part& part);
    base::Result<bool> examine(route::BatchExamined& batch);
    base::Result<bool> judge(route::BatchExamined& batch);
    base::Outcome compare(const BatchFound& found, const edi::BatchRun& run) const;
    bool all_committed(const edi::MessageName& name);
    base::Result<bool> deliver(const edi::MessageName& name, const edi::Arrival& file);
    base::Result<Took> close(const edi::MessageName& name, const edi::Arrival& file);

    const Parts parts_;
    BatchLine& line_;
};

}  // namespace permitd
