#include "sandbox/results.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace sandbox {

void Results::plan(Planned planned) { waiting_.push({std::move(planned), ++order_}); }

void Results::release(base::Time now) {
    while (!waiting_.empty() && waiting_.top().planned.due <= now) {
        if (!withdrawn_.contains(waiting_.top().planned.group))
            known_.push_back(waiting_.top().planned.element);
        waiting_.pop();
    }
}

std::optional<base::Time> Results::next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.top().planned.due;
}

void Results::confirm(std::uint64_t cursor) {
    for (; confirmed_ < cursor && !known_.empty(); ++confirmed_) known_.pop_front();
}

std::vector<base::Element> Results::page(std::uint64_t after, std::size_t limit) const {
    std::vector<base::Element> page;
    const std::uint64_t from = std::max(after, confirmed_) - confirmed_;
    for (std::uint64_t i = from; i < known_.size() && page.size() < limit; ++i)
        page.push_back(base::Reader(known_[i]).element());
    return page;
}

}  // namespace sandbox
