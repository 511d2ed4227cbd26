#include "base/seal.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace base {

namespace {

constexpr std::size_t nonce_bytes = 12;  // NIST SP 800-38D, 5.2.1.1
constexpr std::size_t tag_bytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

std::string derived(std::string_view key, std::string_view purpose) {
    const Digest digest = hmac_sha256(key, purpose);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Only a failure of the library itself ends here: then nothing could be kept secret.
void must(int outcome) {
    if (outcome != 1) std::abort();
}

Fault wrong_key(const std::string& file, const std::string& what) {
    return {Remedy::AskOperator, file + ": " + what};
}

Result<std::string> make_key(const std::string& file) {
    const std::filesystem::path path{file};
    auto directory = open_directory(path.has_parent_path() ? path.parent_path().string() : ".");
    if (!directory) return directory.fault();
    std::string key = random_bytes(Seal::key_bytes);
    if (auto written = write_new(directory->number(), path.filename(), key, 0600, ReplaceTorso::No);
        !written)
        return written.fault();
    if (auto synced = sync_filesystem(directory->number()); !synced) return synced.fault();
    return key;
}

}  // namespace

void wipe(std::string& secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

Result<Seal> Seal::open_or_make(const std::string& file) {
    const Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd && errno == ENOENT) {
        auto key = make_key(file);
        if (!key) return key.fault();
        Seal seal{*key};
        wipe(*key);
        return seal;
    }
    if (!fd) return fault_of_errno(errno, "opening the key " + file);
    struct stat about {};
    if (::fstat(fd.number(), &about) != 0) return fault_of_errno(errno, "looking at " + file);
    if ((about.st_mode & 077) != 0)
        return wrong_key(file, "the key may be read by others; chmod 600 it");
    auto key = read_all(fd.number(), key_bytes);
    if (!key) return key.fault();
    if (key->size() != key_bytes)
        return wrong_key(file, "a key has 32 bytes; restore this file from the backup");
    Seal seal{*key};
    wipe(*key);
    return seal;
}

Seal::Seal(std::string_view key)
    : encryption_key_(derived(key, "permitd seal: encryption")),
      nonce_key_(derived(key, "permitd seal: nonce")),
      mac_key_(derived(key, "permitd seal: content")) {}

Seal::Seal(Seal&&) noexcept = default;

Seal::~Seal() {
    for (std::string* key : {&encryption_key_, &nonce_key_, &mac_key_}) wipe(*key);
}

std::string Seal::sealed(std::string_view text, std::string_view context) const {
    std::string named{context};
    named += '\0';
    named += text;
    const Digest mac = hmac_sha256(nonce_key_, named);
    wipe(named);
    std::string out{reinterpret_cast<const char*>(mac.data()), nonce_bytes};
    out.resize(nonce_bytes + text.size() + tag_bytes);
    const Context cipher{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    int size = 0;
    must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(encryption_key_),
                            mac.data()));
    must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, raw(context),
                           static_cast<int>(context.size())));
    must(EVP_EncryptUpdate(cipher.get(), raw(out) + nonce_bytes, &size, raw(text),
                           static_cast<int>(text.size())));
    must(EVP_EncryptFinal_ex(cipher.get(), raw(out) + nonce_bytes + size, &size));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                             raw(out) + nonce_bytes + text.size()));
    return out;
}

std::optional<std::string> Seal::opened(std::string_view sealed, std::string_view context) const {
    if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
    const std::string_view text =
        sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
    std::string tag{sealed.substr(sealed.size() - tag_bytes)};
    std::string out(text.size(), '\0');
    const Context cipher{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    int size = 0;
    must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, raw(encryption_key_),
                            raw(sealed)));
    must(EVP_DecryptUpdate(cipher.get(), nullptr, &size, raw(context),
                           static_cast<int>(context.size())));
    must(
        EVP_DecryptUpdate(cipher.get(), raw(out), &size, raw(text), static_cast<int>(text.size())));
    must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()));
    if (EVP_DecryptFinal_ex(cipher.get(), raw(out) + size, &size) != 1) {
        wipe(out);
        return std::nullopt;
    }
    return out;
}

std::string Seal::mac(std::string_view bytes) const { return hex(hmac_sha256(mac_key_, bytes)); }

}  // namespace base
