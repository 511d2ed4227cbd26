// Credential: what a login is made with, read from a file that nobody else may read: an Ed25519 key
// or a password. Wiped from memory with its object; no fault says anything of it.
//
// Threads: each object belongs to one thread. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace transfer {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::size_t size) : bytes_(size) {}
    ~Secret();
    Secret(Secret&&) = default;
    Secret& operator=(Secret&&) = delete;

    char* begin() { return bytes_.data(); }
    std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
    void shorten(std::size_t size);

private:
    std::vector<char> bytes_;
};

// The first line of a file.
base::Result<Secret> read_password(const std::string& file);

class ClientKey {
public:
    // OpenSSH's format or PKCS #8, without a passphrase.
    static base::Result<ClientKey> read(const std::string& file);
    ~ClientKey();
    ClientKey(ClientKey&&) noexcept;
    ClientKey& operator=(ClientKey&&) = delete;

    // The public half as it goes over the wire.
    const std::string& blob() const { return blob_; }
    // 64 bytes; none when it fails.
    std::string sign(std::string_view bytes) const;

private:
    struct State;
    explicit ClientKey(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
    std::string blob_;
};

}  // namespace transfer
