// POST /backup: a snapshot of the state for permitctl to copy from, on a thread of its own, so that
// neither commits nor the control socket's other questions wait for the store to be flushed.
//
// Only for root and permitd's own user: nobody else can read what it makes.
// Threads: take() on the control socket's. Throws: std::bad_alloc only.
#pragma once

#include <atomic>
#include <thread>

#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

class BackupRequests {
public:
    explicit BackupRequests(const Daemon& daemon) : daemon_(daemon) {}
    // Waits for the one that is being made.
    ~BackupRequests();

    // Answers once the snapshot is there: its path, and what it is of.
    void take(const http::Request& request, http::Reply reply);

private:
    http::Response make(unsigned uid) const;

    const Daemon& daemon_;
    std::atomic<bool> busy_ = false;
    std::thread thread_;
};

}  // namespace permitd
