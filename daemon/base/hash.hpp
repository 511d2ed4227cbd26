// Digests and the spellings of bytes: SHA-256, HMAC, hex, base32, base64, CRC-32C. The door to
// OpenSSL's libcrypto.
// Threads: each object belongs to one thread; functions are free of state. Throws: nothing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using Digest = std::array<unsigned char, 32>;

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    Sha256& add(std::string_view bytes);
    // Of what was added so far; more may follow.
    Digest so_far() const;
    // Ends the sum; the object may only be destroyed afterwards.
    Digest sum();

private:
    struct State;
    std::unique_ptr<State> state_;
};

Digest sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);

// Lower-case hexadecimal.
std::string hex(std::string_view bytes);
std::string hex(const Digest& digest);
// RFC 4648 base32, lower case, without padding: 52 characters for a digest.
std::string base32(const Digest& digest);
// RFC 4648 base64 with padding.
std::string base64(std::string_view bytes);
// Strict but for white space, which XML allows anywhere in it; nothing when it is not base64.
std::optional<std::string> parse_base64(std::string_view text);
// CRC-32C (Castagnoli), as RocksDB and iSCSI use it.
std::uint32_t crc32c(std::string_view bytes);
// n bytes that nobody can guess.
std::string random_bytes(std::size_t n);

}  // namespace base
