// Front: the ministry behind a server: answers now, later, or never, as the ministry says.
// Threads: everything on the one thread that runs the server. Throws: nothing.
#pragma once

#include <list>

#include "sandbox/ministry.hpp"

namespace sandbox {

// A clock that runs faster than the world's, from a start of its own.
class FastClock final : public base::Clock {
public:
    FastClock(base::Time start, unsigned speed) : start_(start), speed_(speed) {}
    base::Time now() const override;
    base::Tick tick() const override { return std::chrono::steady_clock::now(); }

private:
    const base::Time start_;
    const unsigned speed_;
    const base::Tick origin_ = std::chrono::steady_clock::now();
};

enum class Verbosity { Quiet, EveryRequest };

class Front {
public:
    Front(Ministry& ministry, const base::Clock& clock, unsigned speed, Verbosity verbosity)
        : ministry_(ministry), clock_(clock), speed_(speed), verbosity_(verbosity) {}

    // Before the first request.
    void stand_before(http::Server& server) { server_ = &server; }
    void serve(const http::Request& request, const http::Reply& reply);
    // Answers all who wait; afterwards the server may stop.
    void close();

private:
    struct Waiting {
        std::uint64_t number;
        Poll poll;
        http::Mischief mischief;
        http::Reply reply;
    };

    void wait(const Answer& answer, const http::Reply& reply);
    void give_up_waiting(std::uint64_t number);
    void wake();
    void arm();
    std::chrono::milliseconds real(std::chrono::microseconds ministry_time) const;

    Ministry& ministry_;
    const base::Clock& clock_;
    const unsigned speed_;
    const Verbosity verbosity_;
    http::Server* server_ = nullptr;
    std::list<Waiting> waiting_;
    std::uint64_t numbers_ = 0;
    std::optional<base::Time> armed_;
    bool closed_ = false;
};

}  // namespace sandbox
