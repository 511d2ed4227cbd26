// What the daemon and a courier's process say to each other, a frame (worker/frame.hpp) each: first
// an Order from the daemon, and whether anything is fetched each time that changes; Reports from
// the courier, at least one a second while it works and every few while it waits.
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include "mailbox/courier.hpp"

namespace permitd {

// While the daemon takes nothing in, nothing is fetched; what goes up goes on.
enum class Fetching { On, Held };
std::string encode(Fetching fetching);
std::optional<Fetching> decode_fetching(std::string_view bytes);

struct CourierOrder {
    int parent = 0;  // pid of the daemon
    std::string spool;
    std::string mailbox;
    transfer::Server server;
    mailbox::Courier::Options options;
    Fetching fetching = Fetching::On;
    // Of the process before it, where that left to let this one begin anew.
    std::string fault;
    std::chrono::milliseconds pause{};
};
std::string encode(const CourierOrder& order);
std::optional<CourierOrder> decode_order(std::string_view bytes);

enum class Reach { Starting, Connecting, Connected, Waiting };
const char* code_of(Reach reach);  // "connected"

struct CourierReport {
    Reach reach = Reach::Starting;
    std::string fault;                     // why it is not connected; empty: nothing is wrong
    std::chrono::milliseconds again_in{};  // Waiting: until the next attempt
    std::chrono::milliseconds pause{};     // between attempts, as long as they fail
    std::string stop;                      // a disk failed: nothing more may be written
    std::uint64_t fetched = 0, moved = 0, given_back = 0, uploaded = 0;
    std::uint64_t remote_waiting = 0, receipts_waiting = 0, odd = 0;
    std::string odd_name, trouble;
    // How long ago; nothing: never.
    std::optional<std::chrono::milliseconds> looked, last_fetched, last_uploaded;
};
std::string encode(const CourierReport& report);
std::optional<CourierReport> decode_report(std::string_view bytes);

// The exit status of a courier whose leash no longer fits: files that it may read were replaced by
// others, or an operator is asked to mend something, which mostly ends in that. Landlock's rules
// are about the files themselves, not their names, and cannot be widened; a new process makes its
// own.
inline constexpr int begins_anew_status = 100;
// While it waits a courier says so as often.
inline constexpr std::chrono::milliseconds courier_says_every{2'000};

}  // namespace permitd
