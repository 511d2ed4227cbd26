// BatchJudge: whether every message of an atomic batch would be taken, asked before one is.
//
// The messages see each other: what one would change counts for the next. That is kept without what
// no later message of the batch can ask for: of messages their ids and contents, of applications
// and the registration their records, packed; nothing of receipts, submissions and errands. Beyond
// `content_bytes_max` the oldest applications lose their content; a message of the same batch that
// copies one of those or changes it would be judged on an empty one.
// Threads: one; reads the store. Throws: std::bad_alloc only.
#pragma once

#include <deque>

#include "route/batch.hpp"

namespace route {

class BatchJudge {
public:
    BatchJudge(const edi::Store& store, const edi::Lists& lists, const base::Seal& seal,
               base::Time now, std::size_t content_bytes_max = 24u << 20);
    ~BatchJudge();

    // Nothing when it would be taken.
    std::optional<FirstBad> judge(std::uint64_t index, const edi::Arrival& file,
                                  const std::string& sender, const xml::Parsed& message);

private:
    class Scratch;
    const edi::Lists& lists_;
    const base::Seal& seal_;
    const base::Time now_;
    std::unique_ptr<Scratch> scratch_;
};

}  // namespace route
