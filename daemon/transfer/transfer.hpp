// Transfer: HTTP requests through libcurl, many at once on one thread. The door to libcurl.
//
// Redirects are never followed, nothing is decompressed, no proxy and no .netrc is read from the
// environment, TLS is 1.2 or later and always verified (plain http to loopback only).
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
    std::size_t answer_bytes_max = 16u << 20;
};

enum class End { Complete, NotSent, Lost, Certificate };

struct Ended {
    std::uint64_t id = 0;
    End end = End::NotSent;
    int status = 0;
    std::vector<std::string> headers;  // of the final answer, "Name: value"
    std::string body;
    std::string error;  // libcurl's words
    std::string peer_certificate_sha256;
};

class Transfers {
public:
    static base::Result<std::unique_ptr<Transfers>> make(Tls tls);
    virtual ~Transfers() = default;
    virtual void start(Call call) = 0;
    virtual std::size_t under_way() const = 0;
    // Waits until something ended, somebody woke us, or the time is over.
    virtual std::vector<Ended> wait(std::chrono::milliseconds at_most) = 0;
    virtual void wake() = 0;
};

}  // namespace transfer
