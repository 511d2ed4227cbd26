#include "base/log_limit.hpp"

#include <algorithm>
#include <utility>

namespace base {

LogLimit::Allowed LogLimit::may_tell(const Event& event, const std::string& mailbox, Moment now) {
    if (event.level == Level::Info) return {};
    const auto [place, fresh] = buckets_.try_emplace({event.name, mailbox});
    Bucket& bucket = place->second;
    if (fresh) bucket.filled = now;
    const auto filled = (now - bucket.filled) / then_every;
    if (filled > 0) {
        bucket.room = static_cast<unsigned>(
            std::min<std::int64_t>(at_once_max, static_cast<std::int64_t>(bucket.room) + filled));
        bucket.filled += filled * then_every;
    }
    if (bucket.room == 0) {
        ++bucket.left_out;
        bucket.left_out_at = now;
        return {false, 0};
    }
    --bucket.room;
    return {true, std::exchange(bucket.left_out, 0)};
}

std::vector<LogLimit::LeftOut> LogLimit::take_left_out(Moment now, Which which) {
    std::vector<LeftOut> out;
    for (auto& [key, bucket] : buckets_) {
        if (bucket.left_out == 0) continue;
        if (which == Which::Old && now - bucket.left_out_at < told_after) continue;
        out.push_back({key.first, key.second, std::exchange(bucket.left_out, 0)});
    }
    return out;
}

}  // namespace base
