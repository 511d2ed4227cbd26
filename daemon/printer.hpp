// Printer: the print thread. Forms take their time (fonts, Chinese text), and the commit thread
// must not wait for them.
// Threads: print() of several on the commit thread; `then` is called on the print thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "pulse.hpp"
#include "route/printing.hpp"

namespace permitd {

class Printer {
public:
    // `lists` and `pulse` must outlive the printer.
    Printer(const edi::Lists& lists, Pulse& pulse, std::function<void(route::Printed)> then);
    // What is not printed yet is begun anew after the next start.
    ~Printer();

    void print(std::vector<route::Print> prints);
    // For somebody else than the committer; from any thread. False when `others_max` wait already.
    static constexpr std::size_t others_max = 8;
    bool print(route::Print print, std::function<void(route::Printed)> then);

private:
    struct Waiting {
        route::Print print;
        std::function<void(route::Printed)> then;  // empty: the committer's
    };
    void run();

    const edi::Lists& lists_;
    Pulse& pulse_;
    const std::function<void(route::Printed)> then_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<Waiting> waiting_;
    std::size_t others_ = 0;  // of them somebody else's, and the one that is being printed
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace permitd
