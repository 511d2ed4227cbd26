// Sign: Ed25519 signatures (RFC 8032), keys as PEM files that openssl reads and writes.
//
// Signing is deterministic: the same bytes under the same key give the same signature, so that what
// a crash cut off is signed again to the same bytes.
// Threads: immutable; any. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace base {

inline constexpr std::size_t signature_bytes = 64;

class VerifyingKey {
public:
    // Nothing when it is not an Ed25519 public key (SubjectPublicKeyInfo).
    static std::optional<VerifyingKey> of_pem(std::string_view pem);
    std::string pem() const;
    std::string raw() const;  // 32 bytes
    // The first 8 hexadecimal digits of the SHA-256 of its DER form: "3f2a90bc".
    std::string id() const;
    bool verifies(std::string_view signature, std::string_view bytes) const;
    bool operator==(const VerifyingKey& other) const { return raw() == other.raw(); }

private:
    friend class SigningKey;
    struct State;
    explicit VerifyingKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    std::shared_ptr<const State> state_;
};

class SigningKey {
public:
    // A PEM file (PKCS #8). A fault names one that is no Ed25519 key, or that others may read.
    static Result<SigningKey> open(const std::string& file);
    // Made at random into a new file (mode 0600), durable when this returns.
    static Result<SigningKey> make(const std::string& file);

    std::string sign(std::string_view bytes) const;  // signature_bytes of them
    const VerifyingKey& verifying() const { return verifying_; }

private:
    explicit SigningKey(VerifyingKey key) : verifying_(std::move(key)) {}
    VerifyingKey verifying_;  // its state holds the private half as well
};

}  // namespace base
