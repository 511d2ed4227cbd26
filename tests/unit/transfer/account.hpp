// Account: what we are to a test's sshd, and what came of asking it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include "sshd.hpp"
#include "transfer/remote.hpp"

namespace account {

using base::Remedy;
using std::chrono::milliseconds;

// Long enough for a machine that is busy; a call that hangs takes longer.
constexpr milliseconds patience{60'000};
// Of a call that is meant to run out of time.
constexpr milliseconds short_time{2'000};
constexpr milliseconds at_most{20'000};

inline transfer::Server at(const tests::Sshd& sshd) {
    transfer::Server server;
    server.host = "127.0.0.1";
    server.port = sshd.port();
    server.directory = sshd.files();
    server.user = sshd.user();
    server.key_file = sshd.client_key();
    server.known_hosts_file = sshd.known_hosts();
    server.time_max = patience;
    return server;
}

// The test ends with an exception where that fails.
inline std::unique_ptr<transfer::Remote> connected(const transfer::Server& server) {
    auto remote = transfer::connect_sftp(server);
    if (!remote) throw std::runtime_error{remote.fault().text};
    return std::move(*remote);
}

// With so little time that a busy machine may need several attempts.
inline std::unique_ptr<transfer::Remote> connected_in_short_time(transfer::Server server) {
    server.time_max = short_time;
    for (int tries = 0;; ++tries) {
        auto remote = transfer::connect_sftp(server);
        if (remote) return std::move(*remote);
        if (tries == 20) throw std::runtime_error{remote.fault().text};
    }
}

// Of a connection that must not come about.
inline base::Fault refusal(const transfer::Server& server) {
    const auto remote = transfer::connect_sftp(server);
    if (remote) return {Remedy::Stop, "it was let in"};
    return remote.fault();
}

// How long something took.
template <class Work>
milliseconds time_of(Work work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
}

// "missing", or the text of the fault: what a comparison prints when it fails.
inline std::string word(const base::Result<transfer::Told>& told) {
    return told ? transfer::code_of(*told) : "fault: " + told.fault().text;
}

}  // namespace account
