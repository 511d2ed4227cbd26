#include "transfer/host_trust.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "base/hash.hpp"

namespace transfer {

namespace {

constexpr std::size_t file_bytes_max = 16u << 20;
constexpr std::string_view fingerprint_prefix = "SHA256:";
constexpr std::size_t fingerprint_size = fingerprint_prefix.size() + 43;

// libssh2 1.10 knows RSA only with SHA-1, which servers of today do not offer and nobody should
// believe.
constexpr std::string_view usable_types[] = {"ssh-ed25519", "ecdsa-sha2-nistp256",
                                             "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"};

base::Fault ask(std::string text) { return {base::Remedy::AskOperator, std::move(text)}; }

// The first string of a key is its type.
std::string_view type_of(std::string_view blob) {
    if (blob.size() < 4) return "unknown";
    std::size_t size = 0;
    for (const char c : blob.substr(0, 4)) size = size << 8 | static_cast<unsigned char>(c);
    const std::string_view type = blob.substr(4, size);
    const bool is_plain = std::ranges::all_of(type, [](char c) { return c > ' ' && c < 127; });
    return is_plain && !type.empty() && type.size() <= 64 ? type : "unknown";
}

std::string shown(std::string_view blob) {
    return "it showed the " + std::string{type_of(blob)} + " key " + fingerprint_of(blob);
}

}  // namespace

base::Result<HostTrust> HostTrust::of(const Server& server) {
    HostTrust trust;
    trust.name_ = known_hosts_name(server.host, server.port);
    trust.file_ = server.known_hosts_file;
    trust.fingerprint_ = server.fingerprint;
    while (trust.fingerprint_.ends_with('=')) trust.fingerprint_.pop_back();
    if (trust.file_.empty() && trust.fingerprint_.empty())
        return ask("nothing says which key the host has; give `known_hosts` or `fingerprint`");
    if (!trust.fingerprint_.empty() && (!trust.fingerprint_.starts_with(fingerprint_prefix) ||
                                        trust.fingerprint_.size() != fingerprint_size))
        return ask("`fingerprint` is \"SHA256:\" and 43 characters, as ssh-keygen -l writes it");
    if (trust.file_.empty()) return trust;
    const auto text = base::read_file(trust.file_, file_bytes_max);
    if (!text) return ask(text.fault().text + "; `known_hosts` must be readable");
    trust.keys_ = known_keys(*text, server.host, server.port);
    return trust;
}

std::string HostTrust::types() const {
    std::string known, all;
    for (const std::string_view type : usable_types) {
        const bool is_known = std::ranges::count(keys_.good, type, &KnownKey::type) > 0;
        for (std::string* list : {&all, is_known ? &known : nullptr}) {
            if (!list) continue;
            if (!list->empty()) *list += ',';
            *list += type;
        }
    }
    return known.empty() ? all : known;
}

std::string HostTrust::line_for(std::string_view blob) const {
    return "\"" + name_ + " " + std::string{type_of(blob)} + " " + base::base64(blob) + "\"";
}

base::Outcome HostTrust::judge_by_file(std::string_view blob) const {
    if (std::ranges::count(keys_.good, blob, &KnownKey::blob) > 0) return base::done;
    const auto old = std::ranges::find(keys_.good, type_of(blob), &KnownKey::type);
    if (old != keys_.good.end())
        return ask(
            "the key of the host has changed: " + shown(blob) + ", line " +
            std::to_string(old->line) + " of " + file_ + " has " + fingerprint_of(old->blob) +
            "; ask its administrator, and if that is right replace the line by " + line_for(blob));
    const std::string only = keys_.good.empty()
                                 ? file_ + " does not know the host " + name_
                                 : file_ + " has a key of the host " + name_ + " of type " +
                                       keys_.good.front().type + " only, which cannot be used";
    return ask(only + ": " + shown(blob) +
               "; ask its administrator, and if that is right add the line " + line_for(blob));
}

base::Outcome HostTrust::judge(std::string_view blob) const {
    const auto bad = std::ranges::find(keys_.revoked, blob, &KnownKey::blob);
    if (bad != keys_.revoked.end())
        return ask("the key of the host is revoked by line " + std::to_string(bad->line) + " of " +
                   file_ + ": " + shown(blob) + "; ask its administrator for a new one");
    if (!fingerprint_.empty() && fingerprint_of(blob) != fingerprint_)
        return ask("the host is not the one of `fingerprint`: " + shown(blob) +
                   "; ask its administrator, and if that is right write it there");
    if (!file_.empty()) return judge_by_file(blob);
    return base::done;
}

base::Fault HostTrust::no_common_type() const {
    return ask("the host and we have no method in common; asked for host keys of type " + types() +
               ". RSA cannot be used: its administrator makes an Ed25519 host key (ssh-keygen -A), "
               "and known_hosts needs a line with it");
}

}  // namespace transfer
