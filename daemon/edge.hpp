// Edge: where a thread stands between two of its turns, so that what it works with can be exchanged
// by another.
// Threads: any. Throws: nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace permitd {

class Edge {
public:
    // A turn of the thread; begins once nobody holds it.
    class Turn {
    public:
        explicit Turn(Edge& edge);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        Edge& edge_;
    };
    // Until its end no turn begins. is_held(): no turn is under way either; false where one did not
    // end in time, or end_holds() was called.
    class Hold {
    public:
        Hold(Edge& edge, std::chrono::steady_clock::time_point until);
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        bool is_held() const { return is_held_; }

    private:
        Edge& edge_;
        bool is_held_ = false;
    };

    // Whoever waits for a hold gives it up, and nobody gets one any more.
    void end_holds();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_turning_ = false;
    bool is_wanted_ = false;
    bool holds_end_ = false;
};

}  // namespace permitd
