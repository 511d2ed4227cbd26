// Printer: the print thread. Forms take their time (fonts, Chinese text), and the commit thread
// must not wait for them.
// Threads: print() of several on the commit thread; `then` is called on the print thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "pulse.hpp"
#include "route/printing.hpp"

namespace permitd {

class Printer {
public:
    using Lists = std::shared_ptr<const edi::Lists>;  // as they were when the print was asked for
    using Then = std::function<void(route::Printed)>;
    // `pulse` must outlive the printer.
    Printer(Pulse& pulse, Then then);
    // What is not printed yet is begun anew after the next start.
    ~Printer();

    void print(std::vector<route::Print> prints, const Lists& lists);
    // For somebody else than the committer; from any thread. False when `others_max` wait already.
    static constexpr std::size_t others_max = 8;
    bool print(route::Print print, Lists lists, Then then);

private:
    struct Waiting {
        route::Print print;
        Lists lists;
        Then then;  // empty: the committer's
    };
    void run();

    Pulse& pulse_;
    const Then then_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<Waiting> waiting_;
    std::size_t others_ = 0;  // of them somebody else's, and the one that is being printed
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace permitd
