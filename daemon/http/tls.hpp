// TLS as a server speaks it: 1.2 or later, client certificates demanded when a CA is given.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "http/server.hpp"

namespace http {

// A fault names the file that cannot be used.
base::Result<boost::asio::ssl::context> tls_context(const TlsFiles& files);

}  // namespace http
