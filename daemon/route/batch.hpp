// What becomes of a batch file: refused as a whole, a duplicate, or taken message by message.
//
// Three events lead a batch through the store. BatchExamined: pass one is over, and the batch is
// refused or its BatchRun is committed. BatchChunk: the next messages, each decided as if it stood
// alone, in one batch of the store with their receipts, their lines and the run's next index; a
// chunk that was taken already changes nothing. BatchClosed: all are taken, and the `batch` receipt
// is issued with the file's Taking. A crash anywhere goes on at the run's next index.
// Threads: pure, but for what Step does with it.
#pragma once

#include <functional>
#include <variant>

#include "edi/batch.hpp"
#include "route/arrival.hpp"

namespace route {

// Of an atomic batch: the first message that would be refused.
struct FirstBad {
    std::uint64_t index = 0;
    std::string message_id;
    std::string code;
};

struct BatchExamined {
    Examined file;               // parsed: the envelope, a Batch with its Header
    std::uint64_t messages = 0;  // that it holds
    std::string content;         // a MAC, for it may hold secrets
    std::optional<FirstBad> bad;
};

struct BatchChunk {
    edi::MessageName batch;
    std::uint64_t first_index = 1;
    std::vector<xml::Parsed> messages;
};

struct BatchClosed {
    edi::MessageName batch;
};

enum class BatchFate {
    Taken,     // goes on
    Answered,  // over: there is a receipt for it
    Growing,   // no arrival yet
};

struct BatchEvent {
    std::variant<BatchExamined, BatchChunk, BatchClosed> what;
    std::function<void(BatchFate)> told;  // after the commit; may be empty
};

// Sender and BatchId when the whole Header was parsed and each value has its form.
std::optional<edi::MessageName> readable_batch_header(const xml::Parsed& envelope);

// Without issues, the batch is taken: the change holds its run.
Decision decide_batch(const BatchExamined& batch, const std::vector<std::string>& senders,
                      const Scene& scene);
// What one message adds to its run, once its decision is made. `first_number` is the number that
// its first receipt gets.
edi::BatchLine line_of(std::uint64_t index, const xml::Parsed& message, const Decision& decision,
                       std::uint64_t first_number);
void count(edi::BatchRun& run, const edi::BatchLine& line);
// The end: all messages of the run are taken, the lines are committed.
Decision decide_batch_closed(const edi::BatchRun& run, const edi::Store& store);

}  // namespace route
