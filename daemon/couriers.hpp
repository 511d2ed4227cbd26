// Couriers: one process for each mailbox whose boxes are on a server (courier_run.hpp), started,
// heard and, when it says nothing any more, killed and started anew. One whose disk failed a sync
// is not started again: what it has in its hands concerns its mailbox alone, and no other.
//
// What they report is kept for the control socket, and told in the log when it begins and ends.
// Threads: start(), stop() on the main thread, states(), hold() and restart() from any; one of its
// own.
// Throws: nothing.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "config.hpp"
#include "courier_words.hpp"
#include "pulse.hpp"

namespace permitd {

struct CourierState {
    std::string mailbox;
    CourierReport report;
    std::optional<base::Time> next_at, looked_at, fetched_at, uploaded_at;
    // By all its processes since the daemon's start.
    std::uint64_t fetched = 0, moved = 0, given_back = 0, uploaded = 0;
    Fetching fetching = Fetching::On;
    std::string lost;  // why its process ended; empty while one runs
    std::uint64_t restarts = 0;
};

class Couriers {
public:
    Couriers(const Config& config, const base::Clock& clock, Pulse& pulse);
    ~Couriers();

    void start();
    // Those of another configuration from now on: one whose order is the same goes on.
    void use(const Config& config);
    // Kills and reaps them. What they were doing is done again after the next start.
    void stop();
    // Which mailboxes nothing is fetched for now.
    void hold(const std::function<bool(const std::string& mailbox)>& is_held);
    // Its boxes are other directories than before: a new process opens those.
    void restart(const std::string& mailbox);
    std::vector<CourierState> states() const;

private:
    struct Post;

    void run();
    void exchange_posts();
    void turn(Post& post);
    bool is_to_restart(Post& post);
    void begin(Post& post);
    void tell_fetching(Post& post);
    void hear(Post& post);
    void take(Post& post, const CourierReport& report);
    void tell_changes(const CourierReport& before, Post& post);
    void end(Post& post, const std::string& why);
    void begin_anew(Post& post);
    void give_up(Post& post);
    int reap(Post& post, std::chrono::milliseconds patience);
    base::Tick next_turn() const;

    const base::Clock& clock_;
    Pulse& pulse_;
    const std::string state_;                   // the directory
    mutable std::mutex mutex_;                  // of the posts' states
    std::vector<std::unique_ptr<Post>> posts_;  // changed by the couriers' thread alone
    std::optional<std::vector<CourierOrder>> wanted_;
    base::Fd wakes_;  // eventfd
    std::atomic<bool> stops_ = false;
    std::thread thread_;
};

}  // namespace permitd
