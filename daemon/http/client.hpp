// A small blocking client for the control socket: one request, one answer, over a Unix socket.
// Threads: any. Throws: nothing.
#pragma once

#include "http/server.hpp"

namespace http {

base::Result<Response> ask_unix(const std::string& socket_path, const Request& request,
                                std::chrono::seconds time_max);

}  // namespace http
