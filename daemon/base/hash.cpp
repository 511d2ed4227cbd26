#include "base/hash.hpp"
#include <cstring>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace base {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

namespace {

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Sha256::Sha256() : state_(std::make_unique<State>()) {
    // Fails only without memory or without a SHA-256 in the library: nothing could go on then.
    if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) std::abort();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::add(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) std::abort();
    return *this;
}

Digest Sha256::so_far() const {
    const State copy;
    Digest digest;
    if (EVP_MD_CTX_copy_ex(copy.context, state_->context) != 1 ||
        EVP_DigestFinal_ex(copy.context, digest.data(), nullptr) != 1)
        std::abort();
    return digest;
}

Digest Sha256::sum() {
    Digest digest;
    if (EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) != 1) std::abort();
    return digest;
}

Digest sha256(std::string_view bytes) { return Sha256{}.add(bytes).sum(); }

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    Digest digest;
    unsigned size = 0;
    if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(),
              digest.data(), &size))
        std::abort();
    return digest;
}

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const unsigned char c : bytes) {
        out += digits[c >> 4];
        out += digits[c & 15];
    }
    return out;
}

std::string hex(const Digest& digest) {
    return hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string base32(const Digest& digest) {
    static constexpr char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    std::string out;
    unsigned buffer = 0;
    int bits = 0;
    for (const unsigned char c : digest) {
        buffer = buffer << 8 | c;
        bits += 8;
        for (; bits >= 5; bits -= 5) out += digits[buffer >> (bits - 5) & 31];
    }
    if (bits > 0) out += digits[buffer << (5 - bits) & 31];
    return out;
}

std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a NUL
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::optional<std::string> parse_base64(std::string_view text) {
    std::string out;
    unsigned buffer = 0;
    int bits = 0, pads = 0;
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        ++digits;
        if (c == '=') {
            ++pads;
            continue;
        }
        int value = -1;
        if (c >= 'A' && c <= 'Z') value = c - 'A';
        if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
        if (c >= '0' && c <= '9') value = c - '0' + 52;
        if (c == '+') value = 62;
        if (c == '/') value = 63;
        if (value < 0 || pads > 0) return std::nullopt;
        buffer = (buffer << 6 | static_cast<unsigned>(value)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(buffer >> bits & 0xff);
        }
    }
    const bool rest_is_zero = (buffer & ((1U << bits) - 1)) == 0;
    if (digits % 4 != 0 || pads > 2 || bits != pads * 2 || !rest_is_zero) return std::nullopt;
    return out;
}

namespace {

std::uint32_t crc32c_by_table(std::uint32_t crc, std::string_view bytes) {
    static const auto table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = value & 1 ? value >> 1 ^ 0x82f63b78U : value >> 1;
            made[i] = value;
        }
        return made;
    }();
    for (const unsigned char c : bytes) crc = crc >> 8 ^ table[(crc ^ c) & 0xff];
    return crc;
}

#ifdef __x86_64__
// The processor's own instruction, twenty times as fast: the sum is taken of every record.
[[gnu::target("sse4.2")]] std::uint32_t crc32c_by_instruction(std::uint32_t crc,
                                                              std::string_view bytes) {
    std::uint64_t wide = crc;
    for (; bytes.size() >= sizeof wide; bytes.remove_prefix(sizeof wide)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (const unsigned char c : bytes) crc = __builtin_ia32_crc32qi(crc, c);
    return crc;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
#ifdef __x86_64__
    static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
    if (has_instruction) return ~crc32c_by_instruction(~0U, bytes);
#endif
    return ~crc32c_by_table(~0U, bytes);
}

std::string random_bytes(std::size_t n) {
    std::string out(n, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(n)) != 1)
        std::abort();
    return out;
}

}  // namespace base
