#include "base/sign.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/seal.hpp"

namespace base {

struct VerifyingKey::State {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{nullptr, EVP_PKEY_free};
};

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::size_t key_file_bytes_max = 4096;
constexpr std::size_t raw_key_bytes = 32;

const unsigned char* raw_bytes(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Only a failure of the library itself ends here: then nothing could be signed.
void must_work(int outcome) {
    if (outcome != 1) std::abort();
}

Bio reading(std::string_view bytes) {
    return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), BIO_free};
}

std::string written(const Bio& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Fault unfit(const std::string& file, const std::string& what) {
    return {Remedy::AskOperator, file + ": " + what};
}

bool is_ed25519(const EVP_PKEY* key) {
    return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

}  // namespace

std::optional<VerifyingKey> VerifyingKey::of_pem(std::string_view pem) {
    auto state = std::make_shared<State>();
    state->key.reset(PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, nullptr, nullptr));
    if (!is_ed25519(state->key.get())) return std::nullopt;
    return VerifyingKey{std::move(state)};
}

std::string VerifyingKey::pem() const {
    const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
    must_work(PEM_write_bio_PUBKEY(bio.get(), state_->key.get()));
    return written(bio);
}

std::string VerifyingKey::raw() const {
    std::string out(raw_key_bytes, '\0');
    std::size_t size = out.size();
    must_work(EVP_PKEY_get_raw_public_key(state_->key.get(),
                                          reinterpret_cast<unsigned char*>(out.data()), &size));
    return out;
}

std::string VerifyingKey::id() const {
    constexpr std::size_t digits = 8;
    const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
    must_work(i2d_PUBKEY_bio(bio.get(), state_->key.get()));
    return sha256_hex(written(bio)).substr(0, digits);
}

bool VerifyingKey::verifies(std::string_view signature, std::string_view bytes) const {
    const Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    must_work(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()));
    return EVP_DigestVerify(context.get(), raw_bytes(signature), signature.size(), raw_bytes(bytes),
                            bytes.size()) == 1;
}

Result<SigningKey> SigningKey::open(const std::string& file) {
    const Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!fd) return fault_of_errno(errno, "opening the key " + file);
    struct stat about {};
    if (::fstat(fd.number(), &about) != 0) return fault_of_errno(errno, "looking at " + file);
    if ((about.st_mode & 077) != 0)
        return unfit(file, "the key may be read by others; chmod 600 it");
    auto pem = read_all(fd.number(), key_file_bytes_max);
    if (!pem) return pem.fault();
    auto state = std::make_shared<VerifyingKey::State>();
    // Without a password nobody is asked for one.
    char none[] = "";
    state->key.reset(PEM_read_bio_PrivateKey(reading(*pem).get(), nullptr, nullptr, none));
    wipe(*pem);
    if (!is_ed25519(state->key.get()))
        return unfit(file,
                     "not an Ed25519 private key in PEM; restore it from the backup, or make one: "
                     "openssl genpkey -algorithm ed25519");
    return SigningKey{VerifyingKey{std::move(state)}};
}

Result<SigningKey> SigningKey::make(const std::string& file) {
    auto state = std::make_shared<VerifyingKey::State>();
    state->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!state->key) std::abort();
    const Bio bio{BIO_new(BIO_s_secmem()), BIO_free};
    must_work(PEM_write_bio_PKCS8PrivateKey(bio.get(), state->key.get(), nullptr, nullptr, 0,
                                            nullptr, nullptr));
    const std::filesystem::path path{file};
    const auto directory =
        open_directory(path.has_parent_path() ? path.parent_path().string() : ".");
    if (!directory) return directory.fault();
    std::string pem = written(bio);
    const auto kept = write_new(directory->number(), path.filename(), pem, 0600, ReplaceTorso::No);
    wipe(pem);
    if (!kept) return kept.fault();
    if (auto synced = sync_filesystem(directory->number()); !synced) return synced.fault();
    return SigningKey{VerifyingKey{std::move(state)}};
}

std::string SigningKey::sign(std::string_view bytes) const {
    const Context context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    must_work(
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, verifying_.state_->key.get()));
    std::string out(signature_bytes, '\0');
    std::size_t size = out.size();
    must_work(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                             raw_bytes(bytes), bytes.size()));
    return out;
}

}  // namespace base
