#include "edge.hpp"

namespace permitd {

Edge::Turn::Turn(Edge& edge) : edge_(edge) {
    std::unique_lock lock{edge_.mutex_};
    edge_.changed_.wait(lock, [this] { return !edge_.is_wanted_; });
    edge_.is_turning_ = true;
}

Edge::Turn::~Turn() {
    const std::lock_guard lock{edge_.mutex_};
    edge_.is_turning_ = false;
    edge_.changed_.notify_all();
}

Edge::Hold::Hold(Edge& edge, std::chrono::steady_clock::time_point until) : edge_(edge) {
    std::unique_lock lock{edge_.mutex_};
    edge_.is_wanted_ = true;
    is_held_ = edge_.changed_.wait_until(lock, until, [this] {
        return !edge_.is_turning_ || edge_.holds_end_;
    }) && !edge_.holds_end_;
}

Edge::Hold::~Hold() {
    const std::lock_guard lock{edge_.mutex_};
    edge_.is_wanted_ = false;
    edge_.changed_.notify_all();
}

void Edge::end_holds() {
    const std::lock_guard lock{mutex_};
    holds_end_ = true;
    changed_.notify_all();
}

}  // namespace permitd
