#include "transfer/credential.hpp"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "base/files.hpp"

namespace transfer {

namespace {

constexpr std::size_t file_bytes_max = 64u << 10;
constexpr std::size_t half_size = 32;  // of an Ed25519 key: its seed, its public half
constexpr std::string_view key_type = "ssh-ed25519";

base::Fault ask(const std::string& file, const std::string& text) {
    return {base::Remedy::AskOperator, file + ": " + text};
}

base::Fault wrong_type(const std::string& file) {
    return ask(file,
               "is not an Ed25519 key, and no other can be used; make one with "
               "`ssh-keygen -t ed25519` and have its public half authorized");
}

base::Fault encrypted(const std::string& file) {
    return ask(file,
               "is encrypted, and nobody is there to type its passphrase; take it off with "
               "`ssh-keygen -p -N '' -f FILE`");
}

base::Result<Secret> read_secret(const std::string& file) {
    const base::Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    struct stat about {};
    if (!fd || ::fstat(fd.number(), &about) != 0) return ask(file, ::strerror(errno));
    if (!S_ISREG(about.st_mode)) return ask(file, "is not a regular file");
    if ((about.st_mode & 077) != 0)
        return ask(file, "can be read by others than its owner; chmod 600");
    if (static_cast<std::size_t>(about.st_size) > file_bytes_max)
        return ask(file, "is too large for a key or a password");
    Secret secret{static_cast<std::size_t>(about.st_size)};
    std::size_t size = 0;
    while (size < secret.view().size()) {
        const ssize_t count =
            ::read(fd.number(), secret.begin() + size, secret.view().size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return ask(file, ::strerror(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    secret.shorten(size);
    return secret;
}

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;

// One block of a PEM file.
struct Block {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;

    explicit Block(std::string_view text) {
        const std::unique_ptr<BIO, Free> bio{
            BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
        if (bio) PEM_read_bio(bio.get(), &name, &header, &bytes, &size);
    }
    ~Block() {
        OPENSSL_free(name);
        OPENSSL_free(header);
        if (bytes) OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    std::string_view title() const { return name ? name : ""; }
    std::string_view view() const {
        return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    }
};

// The strings of an SSH message, one after the other.
class Fields {
public:
    explicit Fields(std::string_view bytes) : rest_(bytes) {}
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            whole_ = false;
            rest_ = {};
            return {};
        }
        const std::string_view out = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return out;
    }
    std::string_view take_string() {
        std::size_t size = 0;
        for (const char c : take(4)) size = size << 8 | static_cast<unsigned char>(c);
        return take(size);
    }
    bool is_whole() const { return whole_; }

private:
    std::string_view rest_;
    bool whole_ = true;
};

Key key_of_seed(std::string_view seed) {
    return Key{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                            reinterpret_cast<const unsigned char*>(seed.data()),
                                            seed.size())};
}

// openssh-key-v1, as PROTOCOL.key of OpenSSH describes it.
base::Result<Key> openssh_key(const std::string& file, std::string_view bytes) {
    static constexpr std::string_view magic{"openssh-key-v1\0", 15};
    Fields fields{bytes};
    if (fields.take(magic.size()) != magic) return ask(file, "holds no private key");
    const bool is_plain = fields.take_string() == "none";
    fields.take_string();  // how the passphrase is stretched
    fields.take_string();
    fields.take(4);  // the number of keys, always one
    if (Fields{fields.take_string()}.take_string() != key_type) return wrong_type(file);
    if (!is_plain) return encrypted(file);
    Fields inner{fields.take_string()};
    inner.take(8);
    inner.take_string();
    inner.take_string();
    const std::string_view pair = inner.take_string();  // seed and public half
    if (!inner.is_whole() || pair.size() != 2 * half_size)
        return ask(file, "is cut off or damaged; write it anew");
    return key_of_seed(pair.substr(0, half_size));
}

base::Result<Key> key_of(const std::string& file, const Block& block) {
    const std::string_view title = block.title();
    if (title == "OPENSSH PRIVATE KEY") return openssh_key(file, block.view());
    if (title == "ENCRYPTED PRIVATE KEY") return encrypted(file);
    if (!title.ends_with("PRIVATE KEY")) return ask(file, "holds no private key");
    const unsigned char* bytes = block.bytes;
    Key key{d2i_AutoPrivateKey(nullptr, &bytes, block.size)};
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return wrong_type(file);
    return key;
}

void add_string(std::string& out, std::string_view text) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
    out += text;
}

}  // namespace

Secret::~Secret() {
    if (!bytes_.empty()) ::explicit_bzero(bytes_.data(), bytes_.capacity());
}

void Secret::shorten(std::size_t size) {
    if (size == bytes_.size()) return;  // an empty one has no address to wipe at
    ::explicit_bzero(bytes_.data() + size, bytes_.size() - size);
    bytes_.resize(size);
}

base::Result<Secret> read_password(const std::string& file) {
    auto secret = read_secret(file);
    if (!secret) return secret;
    secret->shorten(std::min(secret->view().find_first_of("\r\n"), secret->view().size()));
    if (secret->view().empty()) return ask(file, "its first line holds no password");
    if (secret->view().find('\0') != std::string_view::npos)
        return ask(file, "its first line is not text");
    return secret;
}

struct ClientKey::State {
    Key key;
};

ClientKey::ClientKey(std::unique_ptr<State> state) : state_(std::move(state)) {
    unsigned char half[half_size];
    std::size_t size = sizeof half;
    EVP_PKEY_get_raw_public_key(state_->key.get(), half, &size);
    add_string(blob_, key_type);
    add_string(blob_, {reinterpret_cast<const char*>(half), size});
}
ClientKey::~ClientKey() = default;
ClientKey::ClientKey(ClientKey&&) noexcept = default;

base::Result<ClientKey> ClientKey::read(const std::string& file) {
    const auto text = read_secret(file);
    if (!text) return text.fault();
    const Block block{text->view()};
    auto key = key_of(file, block);
    if (!key) return key.fault();
    if (!*key) return ask(file, "is cut off or damaged; write it anew");
    return ClientKey{std::make_unique<State>(State{std::move(*key)})};
}

std::string ClientKey::sign(std::string_view bytes) const {
    const std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
    unsigned char signature[2 * half_size];
    std::size_t size = sizeof signature;
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), signature, &size,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) != 1)
        return {};
    return {reinterpret_cast<const char*>(signature), size};
}

}  // namespace transfer
