#include "intake/proof.hpp"

#include <algorithm>

#include "mailbox/given_names.hpp"

namespace intake {

namespace {

constexpr std::size_t digest_file_bytes_max = 4096;
constexpr std::size_t digits = 64;

base::Finding incomplete(const char* variant, std::vector<base::Argument> arguments) {
    base::Finding finding;
    finding.code = "FILE-INCOMPLETE";
    finding.variant = variant;
    finding.arguments = std::move(arguments);
    return finding;
}

}  // namespace

std::string ending_of(Proof proof) {
    switch (proof) {
        case Proof::None: return "";
        case Proof::Marker: return mailbox::done_ending;
        case Proof::Digest: return ".sha256";
    }
    return "";
}

Beside look_beside(const mailbox::Mailbox& outbox, const mailbox::Entry& entry, Proof proof) {
    Beside beside;
    auto marker = outbox.see_marker(entry.name);
    if (!marker) return beside;
    const auto written_at =
        static_cast<std::uint64_t>(marker->modified_at.time_since_epoch().count());
    const auto changed_at =
        static_cast<std::uint64_t>(marker->changed_at.time_since_epoch().count());
    // Odd, so that it is never 0.
    beside.trace = (written_at * 0x9e3779b97f4a7c15ULL ^ changed_at * 0xbf58476d1ce4e5b9ULL ^
                    marker->inode * 31 ^ marker->bytes) |
                   1;
    const bool older = marker->modified_at < std::min(entry.modified_at, entry.changed_at);
    beside.standing = proof == Proof::Marker && older ? Standing::Older : Standing::Good;
    beside.file = *std::move(marker);
    return beside;
}

std::string digest_in(std::string_view text) {
    // sha256sum begins a line with a backslash when it had to escape the name.
    if (text.starts_with('\\')) text.remove_prefix(1);
    std::string word{text.substr(0, text.find_first_of(" \t\r\n"))};
    for (char& c : word)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    const bool is_hex = word.find_first_not_of("0123456789abcdef") == std::string::npos;
    return word.size() == digits && is_hex ? word : std::string{};
}

Doubt doubt_about(const mailbox::Mailbox& outbox, const mailbox::Entry& entry, Proof proof,
                  const std::function<std::string()>& sum) {
    if (proof == Proof::None) return {};
    const Beside beside = look_beside(outbox, entry, proof);
    const std::vector<base::Argument> name{
        {"marker", edi::printable(entry.name) + ending_of(proof)}};
    switch (beside.standing) {
        case Standing::Missing: return {incomplete("MarkerMissing", name)};
        case Standing::Older: return {incomplete("MarkerOlder", name)};
        case Standing::Good: break;
    }
    if (proof == Proof::Marker) return {};
    const auto text = outbox.read(beside.file, digest_file_bytes_max);
    if (!text) return {incomplete("DigestUnreadable", name), Unread::Digest};
    const std::string demanded = digest_in(*text);
    if (demanded.empty()) return {incomplete("DigestUnreadable", name)};
    const std::string own = sum();
    if (own.empty()) return {{}, Unread::File};
    if (own == demanded) return {};
    // Neither digest is told: the file may hold a password, and they are of its own bytes.
    return {incomplete("DigestDiffers", name)};
}

}  // namespace intake
