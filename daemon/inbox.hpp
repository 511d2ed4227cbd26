// Inbox: what has come in for the commit thread: examined files, answers, confirmed deliveries.
//
// Chunks of files are examined by several workers at once and may be ready out of order; they come
// out in the order in which they were opened, because arrival order is part of the contract
// (messages.md 1). At most `chunks_max` chunks are open: then open_chunk() waits, and what waits is
// still a file in an OutBox.
// Threads: any; take() on the commit thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "route/route.hpp"

namespace permitd {

class Inbox {
public:
    static constexpr std::size_t chunks_max = 4;

    // The number of the next chunk; nothing when stop() was called while it waited.
    std::optional<std::uint64_t> open_chunk();
    // A chunk of which every file is examined. REQUIRES: opened, put once.
    void put_chunk(std::uint64_t number, std::vector<route::Examined> examined);
    void put_answer(route::Answered answered);
    void put_printed(route::Printed printed);
    void put_batch(route::BatchEvent event);
    // Until every chunk that was opened was taken out and worked off; false when that did not come
    // in time, or wake() was called and `given_up` says so.
    bool await_all_chunks(std::chrono::steady_clock::time_point until,
                          const std::function<bool()>& given_up);
    // Until that chunk was taken out; false when stop() was called.
    bool await_chunk(std::uint64_t number);
    // Looked at between two batches, with nothing half done.
    using Look = std::function<void(const route::Scene&)>;
    void put_look(Look look);
    std::vector<Look> take_looks();
    void put_instruction(route::Instruction instruction);
    void put_delivered(receipts::Delivered delivered);
    void wake();
    void stop();
    // Whether stop() was called, now or within that time.
    bool stops_within(std::chrono::milliseconds time);

    // All there is, waiting at most until that tick for something to come in. What was taken before
    // is worked off.
    route::Inputs take(base::Tick until);
    // Nothing here and nothing being examined.
    bool idle() const;
    bool stopped() const;

private:
    bool anything() const;  // REQUIRES: mutex_ held

    mutable std::mutex mutex_;
    std::condition_variable came_;
    std::condition_variable room_;
    std::uint64_t opened_ = 0;
    std::uint64_t next_ = 0;  // the chunk that must come out next
    std::map<std::uint64_t, std::vector<route::Examined>> ready_;
    std::vector<route::Answered> answered_;
    std::vector<route::Printed> printed_;
    std::vector<route::BatchEvent> batches_;
    std::vector<route::Instruction> instructions_;
    receipts::Delivered delivered_;
    std::vector<Look> looks_;
    bool chunks_out_ = false;  // taken, and not worked off
    bool woken_ = false;
    bool stopped_ = false;
};

}  // namespace permitd
