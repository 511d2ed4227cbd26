#include "housekeeping.hpp"

#include "events.hpp"

namespace permitd {

namespace {

constexpr std::chrono::hours every{1};
constexpr std::size_t names_at_once = 256;

}  // namespace

bool Housekeeping::step(mailbox::Mailboxes& mailboxes) {
    if (!steadiness_.look().steady) return false;
    if (next_at_ != base::Tick{} && clock_.tick() < next_at_) return false;
    if (turn_ < mailboxes.size()) {
        const std::string oldest = base::iso(base::day_of(clock_.now() - keep_));
        const mailbox::Swept swept =
            std::next(mailboxes.begin(), static_cast<std::ptrdiff_t>(turn_))
                ->sweep(oldest, names_at_once);
        swept_.files += swept.files;
        swept_.days += swept.days;
        turn_ += swept.more ? 0 : 1;
        return true;
    }
    if (swept_.files + swept_.days > 0)
        base::log(event::boxes_swept, {{"days", static_cast<std::int64_t>(swept_.days)},
                                       {"files", static_cast<std::int64_t>(swept_.files)}});
    turn_ = 0;
    swept_ = {};
    next_at_ = clock_.tick() + every;
    return false;
}

}  // namespace permitd
