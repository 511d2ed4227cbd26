// Herald: tells systemd how permitd is, every few seconds from its start to its end: the line that
// `systemctl status` shows, and that every thread makes progress (the watchdog's food). When one
// does not, nothing is said to the watchdog until all do again: systemd then ends permitd, and the
// start finds everything as it was committed.
//
// Threads: two of its own, since the status asks the store, which waits for a commit that is stuck;
// feed() and tell() are for tests, on theirs. Throws: nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "pulse.hpp"

namespace permitd {

class Daemon;

// "3 to send, 1 in doubt, 120 at the ministry; gateway open; intake held: free-blocks /var/spool"
std::string status_line(const Daemon& daemon);

class Herald {
public:
    struct Ears {
        std::function<std::string()> status;
        std::function<std::vector<Pulse::Silence>()> silent;
        std::function<void(const std::string&)> tell;  // systemd
    };
    enum class Watched { No, Yes };  // whether a watchdog waits for food
    Herald(Ears ears, Watched watched) : ears_(std::move(ears)), watched_(watched) {}
    ~Herald();
    Herald(const Herald&) = delete;
    Herald& operator=(const Herald&) = delete;

    void start(std::chrono::milliseconds every);
    void feed();
    void tell();

private:
    void repeat(std::chrono::milliseconds every, void (Herald::*turn)());
    void look_for_silence();

    const Ears ears_;
    const Watched watched_;
    std::string told_;
    bool is_silent_ = false;
    std::mutex mutex_;
    std::condition_variable wakes_;
    bool ends_ = false;
    std::thread feeds_, tells_;
};

// A running one, as $NOTIFY_SOCKET and $WATCHDOG_USEC ask for it.
std::unique_ptr<Herald> make_herald(const Daemon& daemon);

}  // namespace permitd
