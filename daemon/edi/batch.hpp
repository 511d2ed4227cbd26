// BatchRun: a batch file whose messages are being taken, chunk by chunk. It stands in the store
// from the commit that took the batch to the one that issues its `batch` receipt.
// Threads: value types.
#pragma once

#include "edi/message.hpp"

namespace edi {

struct BatchRun {
    std::string sender;
    std::string batch_id;
    Arrival file;
    std::string content;           // digest of all messages; what a repeated batch must equal
    std::uint64_t next_index = 1;  // of the message to be taken next, counted from 1
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t first_number = 0;  // of the first receipt that answered one of its messages
    bool operator==(const BatchRun&) const = default;
};

// What became of one message of a batch, as the `batch` receipt tells it.
struct BatchLine {
    std::uint64_t index = 0;  // from 1
    std::string message_id;   // empty when it was not readable
    std::string outcome;      // kind of the receipt that took it: accepted, done, rejected, ...
    std::uint64_t number = 0;
    bool operator==(const BatchLine&) const = default;
};

// Lines of one chunk, so that none is written twice.
struct BatchLines {
    std::string sender;
    std::string batch_id;
    std::vector<BatchLine> lines;  // never empty, by index
    bool operator==(const BatchLines&) const = default;
};

}  // namespace edi
