// Steadiness: whether the wall clock goes on as the ticks do. Administrators, NTP and a host that
// slept move it by jumps; what is due by the day must not be done on the word of a clock that was
// moved a moment ago, and no wait may become longer or shorter by it.
//
// The even time is the wall clock's of the beginning, gone on by ticks: waits are measured in it.
// Threads: one. Throws: nothing.
#pragma once

#include <utility>

#include "base/clock.hpp"

namespace base {

class Steadiness {
public:
    static constexpr std::chrono::minutes jump_least{1};
    static constexpr std::chrono::minutes calm{5};  // so long after a jump it is not believed

    explicit Steadiness(const Clock& clock)
        : clock_(clock), wall_(clock.now()), tick_(clock.tick()), ahead_(wall_ - even()) {}

    struct Look {
        Time now;
        Time even;
        bool steady = true;
        std::chrono::microseconds jump{0};  // noticed by this look; 0: none
    };
    Look look() {
        Look seen{clock_.now(), even()};
        const auto ahead = seen.now - seen.even;
        const auto moved = ahead - std::exchange(ahead_, ahead);
        if (std::chrono::abs(moved) > jump_least) {
            seen.jump = moved;
            not_before_ = clock_.tick() + calm;
        }
        seen.steady = clock_.tick() >= not_before_;
        return seen;
    }
    Time even() const {
        return wall_ + std::chrono::duration_cast<std::chrono::microseconds>(clock_.tick() - tick_);
    }
    // The tick of an even time that is not centuries away.
    Tick tick_of(Time even_time) const { return tick_ + (even_time - wall_); }

private:
    const Clock& clock_;
    const Time wall_;
    const Tick tick_;
    std::chrono::microseconds ahead_;  // the wall clock before the even one
    Tick not_before_ = Tick::min();
};

}  // namespace base
