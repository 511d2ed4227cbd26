#include "dispatch/breaker.hpp"

namespace dispatch {

void Breaker::failed(base::Tick now) {
    if (broken_ || ++failures_ < failures_max) return;
    broken_ = true;
    probe_at_ = now + wait_.take();
}

void Breaker::answered() {
    failures_ = 0;
    // What was under way when the line broke says nothing about it.
    if (!broken_) wait_.begin_anew();
}

void Parking::park(base::Tick now, std::string reason) {
    if (is_parked()) return;
    reason_ = std::move(reason);
    probe_at_ = now + wait_.take();
}

void Parking::puzzled(const std::string& key, base::Tick now) {
    puzzled_.insert(key);
    if (puzzled_.size() >= puzzled_max)
        park(now, "several submissions in a row were answered without a verdict");
}

void Parking::understood() {
    puzzled_.clear();
    if (!is_parked()) wait_.begin_anew();
}

void SlowStart::answered() {
    if (allowed_ >= in_flight_max_ || ++answered_ < allowed_) return;
    allowed_ = std::min(allowed_ * 2, in_flight_max_);
    answered_ = 0;
}

PageLimit::Halved PageLimit::too_long() {
    if (allowed_ <= 1) return Halved::IsOneAlready;
    allowed_ /= 2;
    return Halved::Yes;
}

}  // namespace dispatch
