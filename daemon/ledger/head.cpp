#include "ledger/head.hpp"

#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "ledger/sums.hpp"

namespace ledger {

namespace {

constexpr std::string_view origin_beginning = "permitd/";
constexpr std::string_view signature_beginning = "\u2014 ";
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t subtrees_max = 64;

std::string_view bytes_of(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::optional<base::Digest> digest_of(std::string_view base64) {
    const auto bytes = base::parse_base64(base64);
    base::Digest digest{};
    // One spelling for each digest.
    if (!bytes || bytes->size() != digest.size() || base::base64(*bytes) != base64)
        return std::nullopt;
    std::ranges::copy(*bytes, digest.begin());
    return digest;
}

// c2sp.org/signed-note: SHA-256 of name, newline, algorithm (1: Ed25519) and key.
std::string key_id_of(const std::string& name, const base::VerifyingKey& key) {
    const base::Digest digest = base::sha256(name + "\n\x01" + key.raw());
    return std::string{bytes_of(digest).substr(0, key_id_bytes)};
}

std::string body_of(const Head& head) {
    std::string body = std::string{origin_beginning} + head.mailbox + '\n' +
                       std::to_string(head.tree.size()) + '\n' +
                       base::base64(bytes_of(head.tree.root())) + "\nlist " + folder_of(head.day) +
                       '/' + std::string{list_name} + ' ' + std::to_string(head.lines) + ' ' +
                       head.list_sha256 + "\ntime " + head.time + "\nmonotonic " + head.monotonic +
                       "\nclock " + head.clock + "\nsubtrees";
    for (const base::Digest& each : head.tree.subtrees())
        body += ' ' + base::base64(bytes_of(each));
    return body + '\n';
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// What stands behind the word that a line begins with; nothing when it begins otherwise.
std::optional<std::string> behind(std::string_view line, std::string_view word) {
    if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ')
        return std::nullopt;
    return std::string{line.substr(word.size() + 1)};
}

bool read_list(std::string_view line, Head& head) {
    const auto parts = parts_of(line, ' ');
    if (parts.size() != 4 || parts[0] != "list") return false;
    const std::string ending = '/' + std::string{list_name};
    const auto lines = number_of(parts[2]);
    if (!parts[1].ends_with(ending) || !lines) return false;
    std::string day{parts[1].substr(0, parts[1].size() - ending.size())};
    std::ranges::replace(day, '/', '-');
    head.day = day;
    head.lines = *lines;
    head.list_sha256 = parts[3];
    return true;
}

std::optional<Tree> tree_of(std::uint64_t size, std::string_view line) {
    const auto parts = parts_of(line, ' ');
    if (parts.front() != "subtrees" || parts.size() > subtrees_max + 1) return std::nullopt;
    std::vector<base::Digest> subtrees;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto digest = digest_of(parts[i]);
        if (!digest) return std::nullopt;
        subtrees.push_back(*digest);
    }
    return Tree::of(size, subtrees);
}

std::optional<Head> head_of(const std::string& body) {
    constexpr std::size_t lines_of_a_body = 8;
    const auto lines = parts_of(body, '\n');
    if (lines.size() != lines_of_a_body + 1 || !lines[0].starts_with(origin_beginning))
        return std::nullopt;
    Head head;
    head.mailbox = lines[0].substr(origin_beginning.size());
    const auto size = number_of(lines[1]);
    const auto time = behind(lines[4], "time"), monotonic = behind(lines[5], "monotonic"),
               clock = behind(lines[6], "clock");
    if (!size || !time || !monotonic || !clock || !read_list(lines[3], head)) return std::nullopt;
    auto tree = tree_of(*size, lines[7]);
    if (!tree) return std::nullopt;
    head.tree = std::move(*tree);
    head.time = *time;
    head.monotonic = *monotonic;
    head.clock = *clock;
    // Whatever is spelled otherwise, the root too, is another text.
    return body_of(head) == body ? std::optional{std::move(head)} : std::nullopt;
}

}  // namespace

std::string signed_note(const Head& head, const base::SigningKey& key) {
    const std::string name = std::string{origin_beginning} + head.mailbox;
    const std::string body = body_of(head);
    return body + '\n' + std::string{signature_beginning} + name + ' ' +
           base::base64(key_id_of(name, key.verifying()) + key.sign(body)) + '\n';
}

bool Note::is_signed_by(const base::VerifyingKey& key) const {
    return key_id == key_id_of(std::string{origin_beginning} + head.mailbox, key) &&
           key.verifies(signature, text);
}

std::optional<Note> note_of(std::string_view bytes) {
    const std::size_t blank = bytes.find("\n\n");
    if (blank == std::string_view::npos) return std::nullopt;
    Note note;
    note.text = bytes.substr(0, blank + 1);
    auto head = head_of(note.text);
    if (!head) return std::nullopt;
    note.head = std::move(*head);
    const std::string begin =
        std::string{signature_beginning} + std::string{origin_beginning} + note.head.mailbox + ' ';
    // Witnesses may have added signatures of their own.
    for (std::string_view line : parts_of(bytes.substr(blank + 2), '\n')) {
        if (!line.starts_with(begin)) continue;
        const auto signature = base::parse_base64(line.substr(begin.size()));
        if (!signature || signature->size() != key_id_bytes + base::signature_bytes) continue;
        note.key_id = signature->substr(0, key_id_bytes);
        note.signature = signature->substr(key_id_bytes);
        return note;
    }
    return std::nullopt;
}

std::string clock_of_host() {
    timex asked{};
    const int state = ::adjtimex(&asked);
    if (state >= 0)
        return state == TIME_ERROR || (asked.status & STA_UNSYNC) != 0 ? "not-synchronised"
                                                                       : "synchronised";
    // Within the unit of systemd the call is forbidden, whatever it asks; systemd-timesyncd leaves
    // a file.
    return ::access("/run/systemd/timesync/synchronized", F_OK) == 0 ? "synchronised" : "unknown";
}

}  // namespace ledger
