// CommitGate: whether there is room for a commit on the state's file system (admission.hpp). Others
// may fill it; then nothing is committed, sent or asked for until there is room again.
//
// Threads: may_commit() on the commit thread; held() any. Throws: std::bad_alloc only.
#pragma once

#include "gate.hpp"

namespace permitd {

class CommitGate {
public:
    // `config` may change while may_commit() is not under way.
    CommitGate(const Config& config, const base::Clock& clock,
               Gate::Measure measure = Gate::space_of);

    // Measures, and tells what begins and ends. While nothing can be measured it stays as it was:
    // the store finds out.
    bool may_commit();
    std::vector<Gate::State::Since> held() const;

private:
    const Config& config_;
    const base::Clock& clock_;
    const Gate::Measure measure_;
    std::vector<Hold> holds_;
    mutable std::mutex mutex_;
    std::vector<Gate::State::Since> held_;
};

}  // namespace permitd
