// Unpacker: zips unpacked by the workers while the intake waits.
//
// The wait is bounded by the workers' limits, and ends when the daemon stops.
// Threads: unpack() on the intake thread, stop() on any. Throws: std::bad_alloc only.
#pragma once

#include <memory>

#include "worker/pool.hpp"
#include "zip/unpack.hpp"

namespace permitd {

class Unpacker {
public:
    Unpacker();
    // Nothing when it was stopped. REQUIRES: a pool that lasts until then.
    std::optional<zip::Unpacked> unpack(worker::Pool& pool, const zip::Request& request);
    void stop();

private:
    struct State;
    // Shared with the pool, which may answer when nobody waits any more.
    std::shared_ptr<State> state_;
};

}  // namespace permitd
