// Batches: the thread that takes batch files, one after another; those of one mailbox in the order
// in which they came. One that cannot be taken now waits, and with it those of its mailbox.
//
// Its passes run in a worker process of its own, which lives as long as one batch: what that took
// of memory is given back, and the workers of the other files are never busy with it. At most two
// chunks are with the committer; then the passes wait, and what waits is still in the working copy.
// Threads: put() and stop() from any; the rest is its own. Throws: nothing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "batch_taker.hpp"
#include "inbox.hpp"
#include "pulse.hpp"
#include "rules.hpp"
#include "worker/child.hpp"

namespace permitd {

class Batches final : private BatchLine {
public:
    // What a batch is taken by, from its first step or its next attempt on.
    struct Means {
        BatchTaker::Parts parts;
        worker::Options workers;
        std::map<std::string, const mailbox::Mailbox*> mailboxes;  // by name
        std::shared_ptr<const Rules> rules;                        // the parts point at them
    };
    Batches(Means means, intake::Intake& intake, Inbox& inbox, Pulse& pulse);
    ~Batches() override;

    // Begins with the batches that a stop left half taken.
    void start();
    // A batch whose chunk of files has this number: what came before it takes effect before it.
    void put(intake::Interchange batch, std::uint64_t chunk);
    // Other means. One that is under way goes on by those it has.
    void use(Means means);
    // The files of those that wait or are under way.
    std::vector<edi::Arrival> files() const;
    // Nothing more is begun; what is half taken goes on after the next start.
    void stop();
    bool idle() const;

private:
    using Once = std::function<base::Result<BatchTaker::Took>(BatchTaker& taker, const Means& by)>;
    struct Waiting {
        edi::Arrival file;
        Once take;
        base::Tick not_before = {};
        std::string told = {};  // why it waits
    };
    using Queue = std::list<Waiting>;

    std::optional<route::BatchFate> commit(route::BatchEvent event) override;
    bool put(route::BatchEvent event) override;
    std::optional<std::string> read(const BatchPass& pass, const std::function<std::string()>& more,
                                    const Part& part) override;
    void end_reading() override { child_.reset(); }
    bool stopping() const override { return stops_; }
    void pause() override;

    void run();
    // The first whose turn it is; what comes before it of its mailbox is over. None: it stops.
    std::optional<Queue::iterator> next();
    Queue::iterator at_hand();
    // Whether it is over.
    bool work_off(Waiting& batch);
    bool await(std::uint64_t chunk);
    std::shared_ptr<const Means> means() const;
    bool start_worker();

    intake::Intake& intake_;
    Inbox& inbox_;
    Pulse& pulse_;
    worker::Options workers_;  // of the attempt that is being made
    base::Fd bell_;            // an eventfd: readable once it stops
    std::unique_ptr<worker::Child> child_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const Means> means_;
    Queue waiting_;
    std::size_t with_committer_ = 0;
    bool busy_ = false;
    std::atomic<bool> stops_ = false;
    std::thread thread_;
};

}  // namespace permitd
