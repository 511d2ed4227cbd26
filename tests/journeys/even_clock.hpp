// EvenClock: a clock that goes on with the ticks of another, whatever becomes of that one's time.
// Threads: one. Throws: nothing.
#pragma once

#include "base/clock.hpp"

namespace journeys {

class EvenClock final : public base::Clock {
public:
    explicit EvenClock(const base::Clock& of) : of_(of), now_(of.now()), tick_(of.tick()) {}
    base::Time now() const override {
        return now_ + std::chrono::duration_cast<std::chrono::microseconds>(tick() - tick_);
    }
    base::Tick tick() const override { return of_.tick(); }

private:
    const base::Clock& of_;
    const base::Time now_;
    const base::Tick tick_;
};

}  // namespace journeys
