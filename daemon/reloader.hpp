// Reloader: the reload thread. A reload reads files and waits for the line to stand; neither a
// signal nor the control socket may wait for that.
// Threads: its own, on which `reload` is called; ask() from any. Throws: std::bad_alloc only.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "route/operator.hpp"

namespace permitd {

class Reloader {
public:
    explicit Reloader(std::function<void(route::Instruction by)> reload)
        : reload_(std::move(reload)) {}
    ~Reloader() { end(); }

    // One after the other. Of those for which nobody waits (without a ticket) one is enough. What
    // is asked before start() waits for it; nothing comes of it after end().
    void ask(route::Instruction by);
    void start();
    // Begins no other, and waits for the one that is under way.
    void end();

private:
    void run();

    const std::function<void(route::Instruction by)> reload_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<route::Instruction> waiting_;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace permitd
