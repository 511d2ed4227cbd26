// Instructions: which operators wait for what becomes of what they want. The commit thread tells
// them after the commit; who is not there any more is not told.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "route/operator.hpp"

namespace permitd {

class Instructions {
public:
    using Then = std::function<void(const route::InstructionDone&)>;
    // Each holds up to 256 messages in memory until the commit thread has a turn for it.
    static constexpr std::size_t open_max = 16;

    // Its ticket; nothing when so many wait already. `then` is called once at most, on the commit
    // thread, and must not wait for anything.
    std::optional<std::uint64_t> open(Then then);
    void done(const std::vector<route::InstructionDone>& all);
    // From now on nobody is told: when this returns, no `then` runs or will.
    void close();

private:
    std::mutex mutex_;
    std::map<std::uint64_t, Then> open_;
    std::uint64_t last_ = 0;
    bool closed_ = false;
};

}  // namespace permitd
