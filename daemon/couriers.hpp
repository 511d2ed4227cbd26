// Couriers: one process for each mailbox whose boxes are on a server (courier_run.hpp), started,
// heard and, when it says nothing any more, killed and started anew.
//
// What they report is kept for the control socket, and told in the log when it begins and ends.
// Threads: start(), stop() on the main thread, states() from any; one of its own. Throws: nothing.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "config.hpp"
#include "courier_words.hpp"

namespace permitd {

struct CourierState {
    std::string mailbox;
    CourierReport report;
    std::optional<base::Time> next_at, looked_at, fetched_at, uploaded_at;
    std::string lost;  // why its process ended; empty while one runs
    std::uint64_t restarts = 0;
};

class Couriers {
public:
    Couriers(const Config& config, const base::Clock& clock);
    ~Couriers();

    void start();
    // Kills and reaps them. What they were doing is done again after the next start.
    void stop();
    std::vector<CourierState> states() const;

private:
    struct Post;

    void run();
    void begin(Post& post);
    void hear(Post& post);
    void take(Post& post, const CourierReport& report);
    void tell_changes(const CourierReport& before, Post& post);
    void end(Post& post, const std::string& why);
    base::Tick next_turn() const;

    const base::Clock& clock_;
    mutable std::mutex mutex_;  // of the posts' states
    std::vector<std::unique_ptr<Post>> posts_;
    base::Fd ending_;  // eventfd
    std::thread thread_;
};

}  // namespace permitd
