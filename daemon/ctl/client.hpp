// The daemon, asked over its control socket.
// Threads: any. Throws: nothing.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/result.hpp"

namespace ctl {

struct Answer {
    int status = 0;
    boost::json::object body;
};

// GET `target`; a fault when there is no daemon (Remedy::RetryLater) or it talks nonsense.
base::Result<Answer> ask(const std::string& socket, const std::string& target);
// POST `target`: changes something.
base::Result<Answer> tell(const std::string& socket, const std::string& target);
// A piece of a target, percent-encoded.
std::string encoded(const std::string& text);

}  // namespace ctl
