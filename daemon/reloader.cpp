#include "reloader.hpp"

#include <algorithm>

namespace permitd {

void Reloader::start() {
    thread_ = std::thread{[this] { run(); }};
}

void Reloader::end() {
    {
        const std::lock_guard lock{mutex_};
        ends_ = true;
        came_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Reloader::ask(route::Instruction by) {
    const std::lock_guard lock{mutex_};
    const bool is_there = std::ranges::any_of(
        waiting_, [](const route::Instruction& each) { return each.ticket == 0; });
    if (by.ticket == 0 && is_there) return;
    waiting_.push_back(std::move(by));
    came_.notify_one();
}

void Reloader::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        came_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
        if (ends_) return;
        route::Instruction next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        reload_(std::move(next));
        lock.lock();
    }
}

}  // namespace permitd
