// Housekeeping: the old days of SentBox and FailBox go. The archive keeps what stood in them.
//
// Once an hour and at the start, in small steps, so that receipts do not wait for it; not on the
// word of a clock that was moved a moment ago.
// Threads: one (deliver). Throws: std::bad_alloc only.
#pragma once

#include "base/steadiness.hpp"
#include "mailbox/mailbox.hpp"

namespace permitd {

class Housekeeping {
public:
    Housekeeping(std::chrono::hours keep, const base::Clock& clock)
        : keep_(keep), clock_(clock), steadiness_(clock) {}

    void keep(std::chrono::hours keep) { keep_ = keep; }
    // A small step where one is due; true while the next one is due at once.
    bool step(mailbox::Mailboxes& mailboxes);

private:
    std::chrono::hours keep_;
    const base::Clock& clock_;
    base::Steadiness steadiness_;
    base::Tick next_at_ = {};
    std::size_t turn_ = 0;
    mailbox::Swept swept_;
};

}  // namespace permitd
