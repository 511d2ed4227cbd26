// Figures: all that the daemon tells of itself at one moment: what is counted (meters.hpp) and what
// is asked for when somebody looks.
//
// Its cost does not grow with what the store holds: counts and oldest messages are rows of an
// index. What is read from disks (certificates, the catalogue's end) is looked at once a minute.
// Threads: one at a time. Throws: std::bad_alloc only.
#pragma once

#include "daemon.hpp"

namespace permitd {

class FigureBoard {
public:
    explicit FigureBoard(const Daemon& daemon) : daemon_(daemon) {}
    // Prometheus' text format 0.0.4.
    std::string text();

private:
    struct Ends {
        std::optional<base::Time> client, authority, catalogue;
        std::map<std::string, base::Time> keys;  // of remote mailboxes
    };
    void look_at_ends();
    void tell_daemon(Exposition& out);
    void tell_messages(Exposition& out);
    void tell_intake(Exposition& out);
    void tell_line(Exposition& out);
    void tell_ministry(Exposition& out);
    void tell_disks(Exposition& out);
    void tell_couriers(Exposition& out);
    void tell_ends(Exposition& out);
    void tell_operators(Exposition& out);

    const Daemon& daemon_;
    Ends ends_;
    base::Tick look_again_at_ = {};
};

// Milliseconds and better as seconds.
double seconds(base::Time time);
double seconds(std::chrono::nanoseconds time);

}  // namespace permitd
