#include "instructions.hpp"

namespace permitd {

std::optional<std::uint64_t> Instructions::open(Then then) {
    const std::lock_guard lock{mutex_};
    if (closed_ || open_.size() >= open_max) return std::nullopt;
    open_.emplace(++last_, std::move(then));
    return last_;
}

void Instructions::done(const std::vector<route::InstructionDone>& all) {
    const std::lock_guard lock{mutex_};
    for (const route::InstructionDone& each : all)
        if (const auto waiting = open_.extract(each.ticket)) waiting.mapped()(each);
}

void Instructions::close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    open_.clear();
}

}  // namespace permitd
