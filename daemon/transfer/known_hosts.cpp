#include "transfer/known_hosts.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <optional>

#include "base/hash.hpp"

namespace transfer {

namespace {

constexpr std::uint16_t port_of_ssh = 22;
constexpr std::string_view blanks = " \t\r";

// Takes the next word off the front of a line.
std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// `*` and `?`. Goes back to the last star only, so that no pattern takes long.
bool fits(std::string_view pattern, std::string_view name) {
    std::size_t p = 0, n = 0, star = std::string_view::npos, after_star = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            after_star = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p, ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++after_star;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

// "|1|salt|hash": HMAC-SHA1 of the name.
bool fits_hashed(std::string_view word, const std::string& name) {
    const auto bar = word.find('|', 3);
    if (!word.starts_with("|1|") || bar == std::string_view::npos) return false;
    const auto salt = base::parse_base64(word.substr(3, bar - 3));
    const auto hash = base::parse_base64(word.substr(bar + 1));
    if (!salt || !hash) return false;
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()),
         reinterpret_cast<const unsigned char*>(name.data()), name.size(), sum, &size);
    return *hash == std::string_view{reinterpret_cast<const char*>(sum), size};
}

bool names_host(std::string_view names, const std::string& name) {
    if (names.starts_with('|')) return fits_hashed(names, name);
    bool found = false;
    while (!names.empty()) {
        std::string pattern = lower(names.substr(0, names.find(',')));
        names.remove_prefix(std::min(names.find(','), names.size() - 1) + 1);
        const bool is_exception = pattern.starts_with('!');
        if (is_exception) pattern.erase(0, 1);
        if (!fits(pattern, name)) continue;
        if (is_exception) return false;
        found = true;
    }
    return found;
}

}  // namespace

std::string known_hosts_name(const std::string& host, std::uint16_t port) {
    if (port == port_of_ssh) return lower(host);
    return "[" + lower(host) + "]:" + std::to_string(port);
}

KnownKeys known_keys(std::string_view file, const std::string& host, std::uint16_t port) {
    const std::string name = known_hosts_name(host, port);
    KnownKeys keys;
    for (unsigned number = 1; !file.empty(); ++number) {
        std::string_view line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(line.size() + 1, file.size()));
        std::string_view word = next_word(line);
        const bool is_revoked = word == "@revoked";
        if (is_revoked) word = next_word(line);
        if (word.empty() || word.starts_with('#') || word.starts_with('@')) continue;
        if (!names_host(word, name)) continue;
        KnownKey key{std::string{next_word(line)}, {}, number};
        auto blob = base::parse_base64(next_word(line));
        if (!blob || blob->empty()) continue;
        key.blob = std::move(*blob);
        (is_revoked ? keys.revoked : keys.good).push_back(std::move(key));
    }
    return keys;
}

std::string fingerprint_of(std::string_view blob) {
    const base::Digest digest = base::sha256(blob);
    std::string text = base::base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
    while (text.ends_with('=')) text.pop_back();
    return "SHA256:" + text;
}

}  // namespace transfer
