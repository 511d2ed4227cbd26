// Errand: a message that was taken and is answered by somebody who takes his time: the ministry (a
// query) or the printer. It stands in the store until its outcome is committed; after a start it is
// begun anew, which changes nothing in the world.
// Threads: a value type.
#pragma once

#include "edi/message.hpp"

namespace edi {

struct Errand {
    std::string sender;
    std::string message_id;
    std::string mailbox;
    base::Element body;  // of the message, canonical
    base::Time accepted_at = {};
    bool keeps_file = false;  // its file stands in the OutBox until it is answered
    bool operator==(const Errand&) const = default;
};

}  // namespace edi
