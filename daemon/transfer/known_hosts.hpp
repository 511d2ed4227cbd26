// KnownHosts: which keys a file in OpenSSH's known_hosts format has for a host: plain and hashed
// names, lists, patterns, [host]:port, @revoked. Lines that say nothing about host keys of their
// own (@cert-authority, comments, what cannot be read) are passed over, as ssh does.
//
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace transfer {

struct KnownKey {
    std::string type;  // "ssh-ed25519"
    std::string blob;  // as it goes over the wire
    unsigned line = 0;
};

struct KnownKeys {
    std::vector<KnownKey> good;
    std::vector<KnownKey> revoked;
};

// As it stands in such a file: "host", or "[host]:2222" where the port is not 22.
std::string known_hosts_name(const std::string& host, std::uint16_t port);

KnownKeys known_keys(std::string_view file, const std::string& host, std::uint16_t port);

// "SHA256:…" of a key, as ssh-keygen -l writes it.
std::string fingerprint_of(std::string_view blob);

}  // namespace transfer
