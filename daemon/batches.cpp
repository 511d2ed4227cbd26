#include "batches.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <set>

#include "base/events.hpp"
#include "base/stop.hpp"
#include "events.hpp"

namespace permitd {

namespace {

constexpr Pulse::Thread self = Pulse::Thread::Batch;
constexpr std::size_t with_committer_max = 2;
constexpr std::chrono::seconds tried_again_after{1};

}  // namespace

Batches::Batches(Means means, intake::Intake& intake, Inbox& inbox, Pulse& pulse)
    : intake_(intake), inbox_(inbox), pulse_(pulse),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      means_(std::make_shared<const Means>(std::move(means))) {}

Batches::~Batches() { stop(); }

void Batches::start() {
    busy_ = true;
    thread_ = std::thread{[this] {
        pulse_.beat(self);
        run();
        pulse_.rest(self);
    }};
}

void Batches::put(intake::Interchange batch, std::uint64_t chunk) {
    const edi::Arrival file = batch.arrival;
    Once take = [this, chunk,
                 batch = std::make_shared<const intake::Interchange>(std::move(batch))](
                    BatchTaker& taker, const Means& by) -> base::Result<BatchTaker::Took> {
        if (!await(chunk)) return BatchTaker::Took::Interrupted;
        const auto mailbox = by.mailboxes.find(batch->arrival.mailbox);
        if (mailbox != by.mailboxes.end()) return taker.take(*mailbox->second, *batch);
        if (const auto run = taker.run_of(batch->arrival)) return taker.resume(*run);
        // Its mailbox was removed: the file stays where it is.
        return BatchTaker::Took::Vanished;
    };
    const std::lock_guard lock{mutex_};
    waiting_.push_back({file, std::move(take)});
    changed_.notify_all();
}

void Batches::use(Means means) {
    auto fresh = std::make_shared<const Means>(std::move(means));
    const std::lock_guard lock{mutex_};
    means_.swap(fresh);
}

std::shared_ptr<const Batches::Means> Batches::means() const {
    const std::lock_guard lock{mutex_};
    return means_;
}

std::vector<edi::Arrival> Batches::files() const {
    const std::lock_guard lock{mutex_};
    std::vector<edi::Arrival> files;
    for (const Waiting& each : waiting_) files.push_back(each.file);
    return files;
}

void Batches::stop() {
    stops_ = true;
    ::eventfd_write(bell_.number(), 1);
    {
        const std::lock_guard lock{mutex_};
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

bool Batches::idle() const {
    const std::lock_guard lock{mutex_};
    return !busy_ || stops_;
}

void Batches::run() {
    {
        // Before all that comes.
        const std::lock_guard lock{mutex_};
        auto first = waiting_.begin();
        for (const edi::BatchRun& each : means_->parts.store.batch_runs())
            waiting_.insert(first, {each.file, [each](BatchTaker& taker, const Means&) {
                                        return taker.resume(each);
                                    }});
    }
    while (const auto batch = next()) {
        if (!work_off(**batch)) continue;
        const std::lock_guard lock{mutex_};
        waiting_.erase(*batch);
    }
}

Batches::Queue::iterator Batches::at_hand() {
    std::set<std::string> held;
    const base::Tick now = means_->parts.clock.tick();
    for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
        if (!held.contains(each->file.mailbox) && each->not_before <= now) return each;
        held.insert(each->file.mailbox);
    }
    return waiting_.end();
}

bool Batches::await(std::uint64_t chunk) {
    const auto rest = pulse_.resting(self);
    return inbox_.await_chunk(chunk);
}

std::optional<Batches::Queue::iterator> Batches::next() {
    const auto rest = pulse_.resting(self);
    std::unique_lock lock{mutex_};
    for (auto found = at_hand();; found = at_hand()) {
        if (stops_) return std::nullopt;
        busy_ = !waiting_.empty();
        if (found != waiting_.end()) return found;
        if (busy_)
            changed_.wait_for(lock, tried_again_after);
        else
            changed_.wait(lock);
    }
}

bool Batches::work_off(Waiting& batch) {
    const std::shared_ptr<const Means> by = means();
    workers_ = by->workers;
    BatchTaker taker{by->parts, *this};
    const auto took = batch.take(taker, *by);
    child_.reset();
    if (took) {
        if (*took == BatchTaker::Took::Vanished) intake_.release(batch.file);
        return true;
    }
    if (took.fault().remedy == base::Remedy::Stop) base::stop(took.fault());
    if (std::exchange(batch.told, took.fault().text) != took.fault().text)
        base::log(event::batch_waits,
                  {{"mailbox", batch.file.mailbox}, {"error", took.fault().text}});
    batch.not_before = by->parts.clock.tick() + tried_again_after;
    return false;
}

std::optional<route::BatchFate> Batches::commit(route::BatchEvent event) {
    struct Told {
        std::optional<route::BatchFate> fate;
    };
    const auto told = std::make_shared<Told>();
    event.told = [this, told](route::BatchFate fate) {
        const std::lock_guard lock{mutex_};
        told->fate = fate;
        changed_.notify_all();
    };
    inbox_.put_batch(std::move(event));
    const auto rest = pulse_.resting(self);
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return stops_ || told->fate; });
    return told->fate;
}

bool Batches::put(route::BatchEvent event) {
    {
        const auto rest = pulse_.resting(self);
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return stops_ || with_committer_ < with_committer_max; });
        if (stops_) return false;
        ++with_committer_;
    }
    event.told = [this](route::BatchFate) {
        const std::lock_guard lock{mutex_};
        --with_committer_;
        changed_.notify_all();
    };
    inbox_.put_batch(std::move(event));
    return true;
}

bool Batches::start_worker() {
    if (child_) return true;
    auto child = worker::Child::start(workers_, bell_.number());
    if (child) {
        child_ = *std::move(child);
        return true;
    }
    if (!stops_) base::log(base::event::workers_failing, {{"error", child.fault().text}});
    return false;
}

std::optional<std::string> Batches::read(const BatchPass& pass,
                                         const std::function<std::string()>& more,
                                         const Part& part) {
    while (!start_worker()) {
        pause();
        if (stops_) return std::nullopt;
    }
    bool gave_up = false;
    const auto beating = [&] {
        pulse_.beat(self);
        return more();
    };
    auto reply = child_->converse(encode(pass), beating, [&](std::string each) {
        pulse_.beat(self);
        gave_up = stops_ || !part(std::move(each));
        return !gave_up;
    });
    if (reply) return reply;
    const std::string cause = child_->end();
    child_.reset();
    if (!stops_ && !gave_up) base::log(base::event::worker_lost, {{"cause", cause}});
    return std::nullopt;
}

void Batches::pause() {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, tried_again_after, [this] { return stops_.load(); });
}

}  // namespace permitd
