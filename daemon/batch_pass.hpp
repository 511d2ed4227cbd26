// One pass over a batch: what a worker process does with its bytes, and what comes back.
//
// The job says from which message on the messages themselves are wanted. Each message gives one
// part: encoded (xml::encode), or empty when it was not wanted; so the daemon counts along and the
// worker shows that it is getting on. The last word is a BatchFound.
// Threads: examine_batch() in a worker process only, but for tests; the rest any. Throws: what the
// dialogue throws.
#pragma once

#include "examine.hpp"

namespace permitd {

struct BatchPass {
    std::uint64_t deliver_from = 0;  // index of the first message that is wanted, from 1; 0: none
    std::uint64_t messages_max = 50'000;
    std::string dialect = {};  // of the mailbox; empty: canonical batches only
    std::string at = {};       // when the file was received, ISO
};

struct BatchFound {
    xml::BatchEnd end;
    // Over each message's id and canonical content and whether the batch is atomic. It may be that
    // of a secret: it is kept only as a MAC.
    std::string digest;
};

std::string encode(const BatchPass& pass);
std::string encode(const BatchFound& found);
std::optional<BatchFound> decode_batch_found(std::string_view bytes);

// A partner's batch is read whole (xml::Limits) and mapped before its first message is handed out.
std::string examine_batch(xml::Parser& parser, const mapping::Dialects& dialects,
                          std::string_view job, const worker::Dialogue& dialogue);
// As examiner() (examine.hpp), for batches.
base::Result<worker::LongWork> batch_examiner(const std::string& share,
                                              const std::vector<std::string>& wanted_dialects);

}  // namespace permitd
