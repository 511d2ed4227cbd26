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

Batches::Batches(BatchTaker::Parts parts, std::vector<mailbox::Mailbox>& mailboxes,
                 intake::Intake& intake, Inbox& inbox, Pulse& pulse, worker::Options workers)
    : parts_(parts), mailboxes_(mailboxes), intake_(intake), inbox_(inbox), pulse_(pulse),
      workers_(std::move(workers)), taker_(parts, *this),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

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
    const auto mailbox = std::ranges::find(mailboxes_, file.mailbox, &mailbox::Mailbox::name);
    auto take = [this, &mailbox = *mailbox, chunk,
                 batch = std::make_shared<const intake::Interchange>(
                     std::move(batch))]() -> base::Result<BatchTaker::Took> {
        if (!await(chunk)) return BatchTaker::Took::Interrupted;
        return taker_.take(mailbox, *batch);
    };
    const std::lock_guard lock{mutex_};
    waiting_.push_back({file, std::move(take)});
    changed_.notify_all();
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
        for (const edi::BatchRun& each : parts_.store.batch_runs())
            waiting_.insert(first, {each.file, [this, each] { return taker_.resume(each); }});
    }
    while (const auto batch = next()) {
        if (!work_off(**batch)) continue;
        const std::lock_guard lock{mutex_};
        waiting_.erase(*batch);
    }
}

Batches::Queue::iterator Batches::at_hand() {
    std::set<std::string> held;
    const base::Tick now = parts_.clock.tick();
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
    const auto took = batch.take();
    child_.reset();
    if (took) {
        if (*took == BatchTaker::Took::Vanished) intake_.release(batch.file);
        return true;
    }
    if (took.fault().remedy == base::Remedy::Stop) base::stop(took.fault());
    if (std::exchange(batch.told, took.fault().text) != took.fault().text)
        base::log(event::batch_waits,
                  {{"mailbox", batch.file.mailbox}, {"error", took.fault().text}});
    batch.not_before = parts_.clock.tick() + tried_again_after;
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
