// The daemon, asked over its control socket.
// Threads: any. Throws: nothing.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "http/server.hpp"

namespace ctl {

struct Answer {
    int status = 0;
    boost::json::object body;
};

// GET `target`; a fault when there is no daemon (Remedy::RetryLater) or it talks nonsense.
base::Result<Answer> ask(const std::string& socket, const std::string& target);
// POST `target` with a body; the answer as it came. Waits longer: what it asks for takes its time.
base::Result<http::Response> post(const std::string& socket, const std::string& target,
                                  std::string body);
// The JSON of an answer, or that it is none.
base::Result<Answer> answer_of(const std::string& socket, const http::Response& response);
// 403, when it is the socket that does not let us in.
std::optional<Answer> shut_out(const std::string& socket);
// A piece of a target, percent-encoded.
std::string encoded(const std::string& text);

}  // namespace ctl
