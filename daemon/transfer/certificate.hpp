// Certificate: whose signatures count, ours (valid today?) and the peer's (which one was it?).
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "transfer/transfer.hpp"

namespace transfer {

// What stands in the files of a Tls at this moment, in PEM; empty where no file is configured. The
// key is not read.
struct Trust {
    std::string authorities;
    std::string certificate;
    bool operator==(const Trust&) const = default;
};

// A fault too when our certificate is not yet valid or has expired.
base::Result<Trust> valid_now(const Tls& tls);

// When the first of the certificates in a PEM file ends; nothing when the file holds none or cannot
// be read.
std::optional<base::Time> first_end_in(const std::string& file);

// SHA-256 (hex) of the certificate of the peer of an SSL*; empty when there is none.
std::string peer_sha256(void* ssl);
// Whether an SSL* holds bytes that nobody has read; false for none.
bool has_pending(void* ssl);

}  // namespace transfer
