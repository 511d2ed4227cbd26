#include "printer.hpp"

namespace permitd {

Printer::Printer(const edi::Lists& lists, Pulse& pulse, std::function<void(route::Printed)> then)
    : lists_(lists), pulse_(pulse), then_(std::move(then)), thread_([this] { run(); }) {}

Printer::~Printer() {
    {
        const std::lock_guard lock{mutex_};
        ends_ = true;
        came_.notify_one();
    }
    thread_.join();
}

void Printer::print(std::vector<route::Print> prints) {
    if (prints.empty()) return;
    const std::lock_guard lock{mutex_};
    waiting_.insert(waiting_.end(), std::make_move_iterator(prints.begin()),
                    std::make_move_iterator(prints.end()));
    came_.notify_one();
}

void Printer::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        pulse_.rest(Pulse::Thread::Print);
        came_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
        if (ends_) return;
        pulse_.beat(Pulse::Thread::Print);
        const route::Print next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        then_(route::printed(next, lists_));
        lock.lock();
    }
}

}  // namespace permitd
