#include "route/results_pace.hpp"

#include <algorithm>
#include <utility>

namespace route {

namespace {

constexpr std::size_t cursors_kept_max = 64;

}  // namespace

ResultsPace::Cursor ResultsPace::moved(const Page& page) {
    if (page.cursor == page.asked_with) return Cursor::Stayed;
    if (std::ranges::find(left_, page.asked_with) == left_.end()) {
        left_.push_back(page.asked_with);
        if (left_.size() > cursors_kept_max) left_.pop_front();
    }
    if (std::ranges::find(left_, page.cursor) != left_.end())
        return std::exchange(went_back_, true) ? Cursor::IsBackStill : Cursor::WentBack;
    if (page.brought == Brought::News) went_back_ = false;
    return Cursor::WentOn;
}

ResultsPace::Next ResultsPace::after(const Page& page) {
    const Cursor cursor = moved(page);
    if (page.brought == Brought::News) {
        gap_ = gap_first;
        return {std::chrono::microseconds{0}, cursor};
    }
    const bool gets_on = page.brought == Brought::Repeats && cursor == Cursor::WentOn;
    const std::chrono::microseconds gap = gets_on ? gap_first : gap_;
    // A clock that was set meanwhile must not make it longer.
    const auto took = std::clamp(page.took, std::chrono::microseconds{0}, gap);
    if (!gets_on && took < gap) gap_ = std::min<std::chrono::microseconds>(gap * 2, gap_longest);
    return {gap - took, cursor};
}

}  // namespace route
