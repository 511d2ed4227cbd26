// Certificate: ours (is it valid today?) and the peer's (which one was it?).
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "transfer/transfer.hpp"

namespace transfer {

// A fault when the certificate in the file cannot be read, is not yet valid or has expired. Nothing
// to check when no certificate is configured.
base::Outcome check_readable(const Tls& tls);
base::Outcome check_valid_now(const Tls& tls);

// SHA-256 (hex) of the certificate of the peer of an SSL*; empty when there is none.
std::string peer_sha256(void* ssl);

}  // namespace transfer
