// What permitd knows of the messages of evidence: tries, times, the ministry's certificate, what
// operators did (permitctl explain); and the tries as they are told, by permitd and by receipts.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <vector>

#include "ctl/evidence.hpp"

namespace ctl {

using Stories = std::vector<boost::json::object>;  // one a message, as explain has them

// Asks for each message that the receipts answer; what cannot be had is told as missing. Left out
// is what is true for a moment only.
Stories ask_stories(const std::string& socket, Evidence& evidence);
// A line each, times in UTC.
std::string lines_of(const Stories& stories);
// The keys of what was declared.
std::set<std::string> keys_of(const Stories& stories);

struct Try {
    std::string sent_at, answered_at, message_id, attempt, endpoint, http_status, request_sha256,
        answer_sha256, certificate_sha256;
    auto operator<=>(const Try&) const = default;
};
// In the order in which they were sent, each once.
std::set<Try> tries_of(const Evidence& evidence, const Stories& stories);
// Tells which requests and answers the archive does not have.
void tell_missing_exchanges(const std::set<Try>& tries, Evidence& evidence);

}  // namespace ctl
