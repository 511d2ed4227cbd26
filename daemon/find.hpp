// Find: the messages that an operator means, by whatever number he has in hand.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include "daemon.hpp"

namespace permitd {

struct Found {
    edi::MessageRecord record;
    std::optional<std::string> reference;  // when the id is one of several that it is about
};

// By MessageId, ApplicationRef, ApplicationNo, LicenceNo or receipt number; the kinds cannot be
// confused with each other. One for each id, in their order; what has no index is looked for in one
// walk through all messages.
std::vector<std::optional<Found>> find_all(const Daemon& daemon,
                                           const std::vector<std::string>& ids);
std::optional<edi::MessageRecord> find(const Daemon& daemon, const std::string& id);

}  // namespace permitd
