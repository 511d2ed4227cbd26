#include "commit_gate.hpp"

#include <algorithm>

#include "events.hpp"

namespace permitd {

CommitGate::CommitGate(const Config& config, const base::Clock& clock, Gate::Measure measure)
    : config_(config), clock_(clock), measure_(std::move(measure)) {}

bool CommitGate::may_commit() {
    const auto space = measure_(config_.state);
    const std::vector<Hold> now =
        space ? commit_holds(*space, commit_floor_bytes(config_), holds_) : holds_;
    const std::lock_guard lock{mutex_};
    held_ = told_changes(held_, now, {event::commits_held, event::commits_go_on}, clock_.now());
    holds_ = now;
    return holds_.empty();
}

std::vector<Gate::State::Since> CommitGate::held() const {
    const std::lock_guard lock{mutex_};
    return held_;
}

}  // namespace permitd
