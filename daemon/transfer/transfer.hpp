// Transfer: HTTP requests through libcurl, many at once on one thread. The door to libcurl.
//
// Redirects are never followed, nothing is decompressed, no proxy and no .netrc is read from the
// environment, TLS is 1.2 or later and always verified (plain http to loopback only). The files of
// certificates are read for every call: one that was replaced counts from the next call on, and no
// connection that the old one opened is used for it. The body of a
// request leaves at most once: where libcurl would send it again on its own (a kept connection that
// died), the call ends as Lost. HTTP/1.1 only.
// Threads: one; wake() from any. Throws: nothing.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace transfer {

struct Tls {
    std::string ca_file;           // empty = the system's
    std::string certificate_file;  // PEM; empty = none
    std::string key_file;          // empty = in certificate_file
};

struct Call {
    std::uint64_t id = 0;  // the caller's; comes back with the end
    std::string method;    // "GET", "POST"
    std::string url;
    std::vector<std::string> headers;  // "Name: value"
    std::string body;
    std::chrono::milliseconds connect_time_max{10'000};
    std::chrono::milliseconds time_max{60'000};
    std::chrono::seconds silence_max{45};  // nothing moves for so long; at least one second
    std::size_t answer_bytes_max = 16u << 20;
};

enum class End {
    Complete,     // a whole answer, its end known by its framing
    NotSent,      // no byte of the request left
    Lost,         // it went wrong after the first byte
    Certificate,  // theirs or ours did not do, or the URL is not allowed; no byte left
};

struct Ended {
    std::uint64_t id = 0;
    End end = End::NotSent;
    // TLS 1.3 tells us that our certificate was refused only after the request left: then Lost.
    bool certificate_refused = false;
    bool answer_too_long = false;      // longer than answer_bytes_max; then Lost
    int status = 0;                    // of a Complete one, else 0
    std::vector<std::string> headers;  // of the final answer, "Name: value"
    std::string body;
    std::string error;  // libcurl's words
    std::string peer_certificate_sha256;
};

// A fault when a file cannot be read or our certificate is none.
base::Outcome check_readable(const Tls& tls);
// Whether a call to that URL would be allowed: https, or http to loopback; no user, no fragment.
base::Outcome check_url(const std::string& url);

class Transfers {
public:
    // Makes the process ignore SIGPIPE: OpenSSL writes with write(2), and libcurl does not shield
    // us where it may not use signals.
    // A fault when a file of `tls` cannot be read. A certificate of ours that has expired is none:
    // calls end as Certificate until the file is replaced.
    static base::Result<std::unique_ptr<Transfers>> make(Tls tls);
    virtual ~Transfers() = default;
    virtual void start(Call call) = 0;
    virtual std::size_t under_way() const = 0;
    // Waits until something ended, somebody woke us, or the time is over.
    virtual std::vector<Ended> wait(std::chrono::milliseconds at_most) = 0;
    virtual void wake() = 0;
    // Other files from the next call on.
    virtual void use(Tls tls) = 0;
};

}  // namespace transfer
