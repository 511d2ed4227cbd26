// Wire: a TCP connection to a host, every wait of which ends at the deadline of the call under way.
// What a call achieves puts that off, but silence never lasts longer than the call's own time.
//
// It never blocks but in connect() and wait(). Once broken it stays so: it gives and takes nothing
// any more, and says why.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "base/files.hpp"

namespace transfer {

class Wire {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    // The name is looked up in the system's way, which has time limits of its own.
    base::Outcome connect(const std::string& host, std::uint16_t port,
                          std::chrono::milliseconds time_max);

    // From now on a call of so much time.
    void begin(std::chrono::milliseconds time_max);
    // The call has achieved something that is worth so much more time.
    void earn(std::chrono::microseconds time);
    bool is_past_half() const { return std::chrono::steady_clock::now() >= half_; }
    // From now on the peer may send so many bytes, and more is a flood.
    void allow(std::size_t bytes) { allowance_ = bytes; }

    // What libssh2 asks of a socket: a count of bytes, 0 at the end, or a negative errno.
    ssize_t receive(void* bytes, std::size_t size);
    ssize_t send(const void* bytes, std::size_t size);

    enum class Direction { In, Out, Both };
    // Until something can be done, but at most for a moment: the library may still hold bytes that
    // it has not looked at. False once the wire is broken or the call's time is over.
    bool wait(Direction direction);

    // Nothing goes over it any more.
    void cut(const std::string& why);
    bool is_broken() const { return !broken_.empty(); }
    const std::string& why_broken() const { return broken_; }
    int number() const { return fd_.number(); }

private:
    bool is_over();
    base::Outcome connect_one(const void* address, Deadline until);

    base::Fd fd_;
    std::chrono::milliseconds time_max_{};
    // `whole_` is the end of the call if it goes on achieving; `until_` its end if it does not.
    Deadline half_{}, whole_{}, until_{};
    Deadline earned_{};  // when it achieved something last
    std::size_t allowance_ = 0;
    std::string broken_;
};

}  // namespace transfer
