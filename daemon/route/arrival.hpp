// What becomes of a file with one message: accepted, rejected with every finding, a duplicate, or
// left to grow.
// Threads: pure.
#pragma once

#include "intake/intake.hpp"
#include "route/message.hpp"

namespace route {

// A file on its way, with what the workers made of it. The bytes are gone by now.
struct Examined {
    edi::Arrival arrival;
    intake::Completeness completeness = intake::Completeness::Settled;
    bool too_large = false;
    bool overdue = false;
    bool harmful = false;  // it killed its worker twice
    xml::Parsed parsed;
    std::optional<base::Finding> refused = {};  // it was not even looked into
};

// Whether the file ends before its root element is closed and may still be growing: then it is no
// arrival yet and stays where it is.
bool still_growing(const Examined& examined);

// What makes the file unreadable as a whole; null when its root can be looked at.
const char* fatal_code(const Examined& examined);

// `senders`: the enterprises that the mailbox may speak for. The file of a message that is answered
// later stays in the OutBox until then.
Decision decide_arrival(const Examined& examined, const std::vector<std::string>& senders,
                        const Scene& scene);

}  // namespace route
