// Pulse: whether every thread makes progress. A thread beats at each turn; while it waits for what
// may never come (a file, room, an answer) it rests, and nobody expects a beat. What feeds the
// watchdog of systemd and answers /livez asks Daemon::silent_threads().
//
// Threads: any; each thread beats for itself. Throws: nothing; silent() std::bad_alloc.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace http {
class Server;
}

namespace permitd {

class Pulse {
public:
    enum class Thread {
        Intake,
        Commit,
        Dispatch,
        Deliver,
        Print,
        Batch,
        Couriers,
        Control,
        Metrics,
        Reload,
    };
    static constexpr std::size_t threads = 10;
    // A disk that is slow for a moment, or a directory of a million names, is no reason to end a
    // daemon that goes on by itself.
    static constexpr std::chrono::minutes silent_max{3};

    explicit Pulse(const base::Clock& clock) : clock_(clock) {}

    void beat(Thread thread) { last(thread) = clock_.tick().time_since_epoch().count(); }
    // Also of a thread that has ended.
    void rest(Thread thread) { last(thread) = at_rest; }

    // Rests as long as it lives.
    class Rest {
    public:
        Rest(Pulse& pulse, Thread thread) : pulse_(pulse), thread_(thread) { pulse.rest(thread); }
        ~Rest() { pulse_.beat(thread_); }
        Rest(const Rest&) = delete;
        Rest& operator=(const Rest&) = delete;

    private:
        Pulse& pulse_;
        const Thread thread_;
    };
    [[nodiscard]] Rest resting(Thread thread) { return {*this, thread}; }

    struct Silence {
        std::string thread;  // "commit"
        std::chrono::seconds lasts{};
    };
    // Who was neither heard nor at rest for longer than that.
    std::vector<Silence> silent(std::chrono::milliseconds longer_than) const;

private:
    static constexpr base::Tick::rep at_rest = base::Tick::min().time_since_epoch().count();

    std::atomic<base::Tick::rep>& last(Thread thread) {
        return last_[static_cast<std::size_t>(thread)];
    }

    const base::Clock& clock_;
    // Nobody is expected before it began.
    std::array<std::atomic<base::Tick::rep>, threads> last_{
        at_rest, at_rest, at_rest, at_rest, at_rest, at_rest, at_rest, at_rest, at_rest, at_rest};
};

const char* code_of(Pulse::Thread thread);  // "intake"

// Beats for the thread that runs this server, until the server stops: it waits in its poll for all
// there is, so that a callback that never returns is what silences it.
void beat_while_served(http::Server& server, Pulse& pulse, Pulse::Thread thread);

}  // namespace permitd
