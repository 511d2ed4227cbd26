#include "printer.hpp"

namespace permitd {

Printer::Printer(Pulse& pulse, Then then)
    : pulse_(pulse), then_(std::move(then)), thread_([this] { run(); }) {}

Printer::~Printer() {
    {
        const std::lock_guard lock{mutex_};
        ends_ = true;
        came_.notify_one();
    }
    thread_.join();
}

void Printer::print(std::vector<route::Print> prints, const Lists& lists) {
    if (prints.empty()) return;
    const std::lock_guard lock{mutex_};
    for (route::Print& each : prints) waiting_.push_back({std::move(each), lists, {}});
    came_.notify_one();
}

bool Printer::print(route::Print print, Lists lists, Then then) {
    const std::lock_guard lock{mutex_};
    if (others_ == others_max) return false;
    ++others_;
    waiting_.push_back({std::move(print), std::move(lists), std::move(then)});
    came_.notify_one();
    return true;
}

void Printer::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        pulse_.rest(Pulse::Thread::Print);
        came_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
        if (ends_) return;
        pulse_.beat(Pulse::Thread::Print);
        const Waiting next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        const auto& then = next.then ? next.then : then_;
        then(route::printed(next.print, *next.lists));
        lock.lock();
        if (next.then) --others_;
    }
}

}  // namespace permitd
