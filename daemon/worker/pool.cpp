#include "worker/pool.hpp"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/events.hpp"
#include "worker/child.hpp"

namespace worker {

namespace {

using namespace std::chrono_literals;

constexpr unsigned tries = 2;
constexpr std::chrono::milliseconds pause_first = 250ms, pause_longest = 30s;

struct Task {
    std::string job;
    std::function<void(Reply)> then;
};

class ProcessPool final : public Pool {
public:
    ProcessPool(Options options, base::Fd bell)
        : options_(std::move(options)), bell_(std::move(bell)) {}
    ~ProcessPool() override;

    base::Outcome open();
    void submit(std::string job, std::function<void(Reply)> then) override;
    std::optional<std::chrono::milliseconds> longest_attempt() const override;
    bool finish(std::chrono::steady_clock::time_point until) override;
    unsigned restarts() const override { return restarts_; }

private:
    using Ticks = std::chrono::steady_clock;
    // When a thread began what it is at; 0 while it waits.
    using Began = std::atomic<Ticks::rep>;

    // One of these runs for each process: it starts it, feeds it, judges it and replaces it.
    void feed(std::promise<base::Outcome> readiness, Began& began);
    std::optional<Task> next();
    std::optional<Reply> work_off(const std::string& job, std::unique_ptr<Child>& child,
                                  Began& began);
    bool renew(std::unique_ptr<Child>& child);
    void bury(std::unique_ptr<Child>& child);
    bool pause(std::chrono::milliseconds time);
    void tell_failing(const base::Fault& fault);
    void tell_well();

    const Options options_;
    const base::Fd bell_;      // an eventfd, readable once the pool ends
    std::deque<Began> began_;  // of each feeder
    std::vector<std::thread> feeders_;
    std::atomic<unsigned> restarts_ = 0;

    std::mutex mutex_;
    std::condition_variable came_, went_, ended_, idle_;
    std::deque<Task> queue_;
    std::size_t at_work_ = 0;  // tasks taken from the queue and not done
    bool ending_ = false;
    bool failing_ = false;  // told in the log
};

ProcessPool::~ProcessPool() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        queue_.clear();
    }
    ::eventfd_write(bell_.number(), 1);
    came_.notify_all();
    went_.notify_all();
    ended_.notify_all();
    for (std::thread& each : feeders_) each.join();
}

base::Outcome ProcessPool::open() {
    std::vector<std::future<base::Outcome>> ready;
    for (unsigned i = 0; i < options_.processes; ++i) began_.emplace_back(0);
    for (Began& each : began_) {
        std::promise<base::Outcome> promise;
        ready.push_back(promise.get_future());
        try {
            feeders_.emplace_back(&ProcessPool::feed, this, std::move(promise), std::ref(each));
        } catch (const std::system_error& error) {
            return base::fault_of_errno(error.code().value(), "starting a thread for a worker");
        }
    }
    base::Outcome all = base::done;
    for (auto& each : ready)
        if (base::Outcome one = each.get(); !one && all) all = one;
    return all;
}

std::optional<std::chrono::milliseconds> ProcessPool::longest_attempt() const {
    Ticks::rep first = 0;
    for (const Began& each : began_)
        if (const Ticks::rep began = each; began != 0 && (first == 0 || began < first))
            first = began;
    if (first == 0) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(Ticks::now().time_since_epoch() -
                                                                 Ticks::duration{first});
}

void ProcessPool::submit(std::string job, std::function<void(Reply)> then) {
    std::unique_lock lock{mutex_};
    went_.wait(lock, [&] { return ending_ || queue_.size() < options_.queue_max; });
    if (ending_) return;
    queue_.push_back({std::move(job), std::move(then)});
    came_.notify_one();
}

std::optional<Task> ProcessPool::next() {
    std::unique_lock lock{mutex_};
    came_.wait(lock, [&] { return ending_ || !queue_.empty(); });
    if (ending_) return std::nullopt;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    ++at_work_;
    went_.notify_one();
    return task;
}

bool ProcessPool::finish(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock{mutex_};
    return idle_.wait_until(lock, until, [&] { return queue_.empty() && at_work_ == 0; });
}

void ProcessPool::feed(std::promise<base::Outcome> readiness, Began& began) {
    ::pthread_setname_np(::pthread_self(), "pool");
    base::Result<std::unique_ptr<Child>> first = Child::start(options_, bell_.number());
    if (!first) return readiness.set_value(first.fault());
    std::unique_ptr<Child> child = *std::move(first);
    readiness.set_value(base::done);
    while (renew(child)) {
        const std::optional<Task> task = next();
        if (!task) return;
        const std::optional<Reply> reply = work_off(task->job, child, began);
        if (!reply) return;
        task->then(*reply);
        began = 0;
        const std::lock_guard lock{mutex_};
        --at_work_;
        idle_.notify_all();
    }
}

// Nothing when the pool is ending.
std::optional<Reply> ProcessPool::work_off(const std::string& job, std::unique_ptr<Child>& child,
                                           Began& began) {
    for (unsigned i = 0; i < tries; ++i) {
        began = 0;
        if (!renew(child)) return std::nullopt;
        began = Ticks::now().time_since_epoch().count();
        if (std::optional<std::string> bytes = child->exchange(job))
            return Reply{false, *std::move(bytes)};
        bury(child);
    }
    if (const std::lock_guard lock{mutex_}; ending_) return std::nullopt;
    return Reply{true, {}};
}

// Makes sure that there is a worker that waits for a job; as long as none can be started it tries
// again, less and less often. False when the pool is ending.
bool ProcessPool::renew(std::unique_ptr<Child>& child) {
    if (child && child->jobs() < options_.jobs_before_recycling && child->is_waiting()) return true;
    child.reset();
    for (auto time = pause_first;; time = std::min(time * 2, pause_longest)) {
        base::Result<std::unique_ptr<Child>> fresh = Child::start(options_, bell_.number());
        if (fresh) {
            tell_well();
            child = *std::move(fresh);
            return true;
        }
        tell_failing(fresh.fault());
        if (!pause(time)) return false;
    }
}

// What became of a worker that did not answer.
void ProcessPool::bury(std::unique_ptr<Child>& child) {
    const std::string cause = child->end();
    child.reset();
    if (const std::lock_guard lock{mutex_}; ending_) return;
    ++restarts_;
    base::log(base::event::worker_lost, {{"cause", cause}});
}

bool ProcessPool::pause(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    return !ended_.wait_for(lock, time, [&] { return ending_; });
}

void ProcessPool::tell_failing(const base::Fault& fault) {
    const std::lock_guard lock{mutex_};
    if (ending_ || std::exchange(failing_, true)) return;
    base::log(base::event::workers_failing, {{"error", fault.text}});
}

void ProcessPool::tell_well() {
    const std::lock_guard lock{mutex_};
    if (std::exchange(failing_, false)) base::log(base::event::workers_well, {});
}

}  // namespace

base::Result<std::unique_ptr<Pool>> Pool::start(Options options) {
    if (options.command.empty() || options.processes == 0)
        return base::Fault{base::Remedy::AskOperator, "no worker is configured"};
    base::Fd bell{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!bell) return base::fault_of_errno(errno, "making an eventfd for the workers");
    auto pool = std::make_unique<ProcessPool>(std::move(options), std::move(bell));
    if (base::Outcome opened = pool->open(); !opened) return opened.fault();
    return std::unique_ptr<Pool>{std::move(pool)};
}

}  // namespace worker
