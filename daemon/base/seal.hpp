// Seal: secrets at rest. AES-256-GCM under one key of the store's own, and HMAC-SHA-256 for telling
// whether two contents that hold a secret are the same without keeping either.
//
// Sealing is deterministic, so that decisions stay pure: the nonce is a MAC of context and text (as
// in SIV, RFC 5297), so equal nonces mean equal texts. The context says what the secret belongs to;
// another one does not open it.
// Threads: immutable; any. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace base {

class Seal {
public:
    static constexpr std::size_t key_bytes = 32;

    // The key in a file of 32 bytes; made at random (mode 0600, synced) when there is no such file.
    // A fault names a file of another length, or one that others may read.
    static Result<Seal> open_or_make(const std::string& file);
    // REQUIRES: key.size() == key_bytes. For tests.
    explicit Seal(std::string_view key);
    ~Seal();  // wipes the keys
    Seal(const Seal&) = delete;
    Seal& operator=(const Seal&) = delete;
    Seal(Seal&&) noexcept;

    std::string sealed(std::string_view text, std::string_view context) const;
    // Nothing when it was sealed with another key or context, or was changed.
    std::optional<std::string> opened(std::string_view sealed, std::string_view context) const;
    // Hex.
    std::string mac(std::string_view bytes) const;

private:
    std::string encryption_key_, nonce_key_, mac_key_;
};

// Overwrites what is no longer needed, so that it is in no core dump and no page that is swapped.
void wipe(std::string& secret);

}  // namespace base
