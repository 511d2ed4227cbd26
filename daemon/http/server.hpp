// Server: HTTP/1.1 on a TCP port (with or without TLS and client certificates) or a Unix socket.
// Values in, values out; only http/server.cpp and http/client.cpp include Beast.
// Threads: handlers run on the threads that run() was called with. Throws: nothing.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace http {

struct Request {
    std::string method;
    std::string target;  // path and query as they came
    std::string path;    // percent-decoded
    std::map<std::string, std::string> query;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::optional<unsigned> peer_uid;  // of a Unix socket
    std::optional<unsigned> peer_gid;
    std::vector<unsigned> peer_groups;  // its supplementary ones
};

struct Response {
    int status = 200;
    std::map<std::string, std::string> headers;
    std::string body;
};

// Faults on the wire, for the sandbox: how the answer leaves instead of whole.
enum class Mischief { None, ResetBeforeAnswer, HalfAnswer, CloseAfterHeader };

// Answers a request, now or later, from any thread, once.
using Reply = std::function<void(Response, Mischief)>;
using Handler = std::function<void(Request, Reply)>;

struct TlsFiles {
    std::string certificate;
    std::string key;
    std::string client_ca;  // not empty: a client certificate is demanded
};

struct Listen {
    std::string address;  // "127.0.0.1:0", or "unix:/run/permitd/control"
    std::optional<TlsFiles> tls;
    unsigned unix_mode = 0660;
    std::vector<unsigned> unix_groups = {};  // that may connect beside the socket's own
    std::size_t body_bytes_max = 32u << 20;
    std::chrono::seconds idle_max{60};
    // One more is closed before a byte of it is read: each costs a descriptor.
    std::size_t connections_max = 1024;
};

class Server {
public:
    static base::Result<std::unique_ptr<Server>> listen(Listen listen, Handler handler);
    virtual ~Server() = default;
    virtual std::string address() const = 0;  // with the port that was given
    virtual void run() = 0;                   // until stop(); may be called by several threads
    virtual void stop() = 0;                  // from any thread
    // Runs `then` on the server's threads after a while.
    virtual void after(std::chrono::milliseconds wait, std::function<void()> then) = 0;
};

}  // namespace http
