// Whether a lane's OutBox is still in its place.
#include <utility>

#include "intake/events.hpp"
#include "intake/lane.hpp"

namespace intake {

void Lane::lose() {
    polled_ = true;
    look_everywhere();
}

// No event tells of a directory that was deleted while it is held open, nor of a file system that
// was detached (umount --lazy), nor that either came back.
void Lane::see_whether_lost() {
    const bool lost = !outbox_.in_place();
    if (std::exchange(lost_, lost) == lost) return;
    base::log(lost ? event::outbox_gone : event::outbox_back, {{"mailbox", outbox_.name()}});
}

}  // namespace intake
