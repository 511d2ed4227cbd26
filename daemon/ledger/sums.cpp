#include "ledger/sums.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/clock.hpp"
#include "ledger/issued.hpp"

namespace ledger {

namespace {

constexpr std::size_t hex_digits = 64;
constexpr std::string_view between = "  ";
constexpr std::string_view to_mailbox = "../../../";
constexpr std::size_t folder_size = 10;  // "2026/11/22"
constexpr std::size_t number_digits = 12;

bool is_hex(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "2026-11-22" of "2026/11/22"; empty when it is no day.
std::string day_of_folder(std::string_view folder) {
    std::string day{folder};
    if (day.size() != folder_size || day[4] != '/' || day[7] != '/') return {};
    day[4] = day[7] = '-';
    const auto date = base::parse_date(day);
    return date && base::iso(*date) == day ? day : std::string{};
}

std::uint64_t number_in_front(std::string_view name) {
    if (name.size() <= number_digits || name[number_digits] != '_') return 0;
    std::uint64_t number = 0;
    for (const char c : name.substr(0, number_digits)) {
        if (c < '0' || c > '9') return 0;
        number = 10 * number + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

// A name that leads nowhere else.
bool is_plain(std::string_view name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos;
}

}  // namespace

std::string folder_of(std::string day) {
    std::ranges::replace(day, '-', '/');
    return day;
}

std::string path_from(const std::string& list_day, const std::string& day,
                      const std::string& file) {
    return day == list_day ? file : std::string{to_mailbox} + folder_of(day) + '/' + file;
}

std::string path_of_list(const std::string& day) {
    return std::string{to_mailbox} + folder_of(day) + '/' + std::string{list_name};
}

std::string path_of_key(const std::string& key_id) {
    return std::string{to_mailbox} + "../" + std::string{keys_name} + '/' + key_id + ".pub.pem";
}

std::string text_of(const Line& line) {
    return line.sha256 + std::string{between} + line.path + '\n';
}

std::optional<Line> line_of(std::string_view text) {
    if (text.size() <= hex_digits + between.size() || !is_hex(text.substr(0, hex_digits)) ||
        text.substr(hex_digits, between.size()) != between ||
        text.find('\0') != std::string_view::npos)
        return std::nullopt;
    return Line{std::string{text.substr(0, hex_digits)},
                std::string{text.substr(hex_digits + between.size())}};
}

Subject subject_of(const Line& line) {
    using Kind = Subject::Kind;
    Subject subject;
    std::string_view path = line.path;
    if (path.starts_with(to_mailbox)) {
        path.remove_prefix(to_mailbox.size());
        if (path.starts_with("../keys/") && is_plain(path.substr(8)))
            return {Kind::Key, {}, std::string{path.substr(8)}, 0};
        subject.day = day_of_folder(path.substr(0, folder_size));
        if (subject.day.empty() || path.size() <= folder_size + 1) return {};
        path.remove_prefix(folder_size + 1);
        if (path == list_name) return {Kind::List, subject.day, std::string{path}, 0};
    }
    subject.file = path;
    const std::string originals = originals_name + '/';
    if (path.starts_with(originals) && is_plain(path.substr(originals.size()))) {
        subject.kind = Kind::Original;
    } else if (is_plain(path)) {
        subject.number = number_in_front(path);
        subject.kind = subject.number == 0 ? Kind::Other
                       : issued_of(path)   ? Kind::Receipt
                                           : Kind::Enclosure;
    } else {
        return {};
    }
    return subject;
}

base::Result<std::uint64_t> each_line(int fd, std::uint64_t from,
                                      const std::function<bool(std::string_view)>& visit) {
    constexpr std::size_t block_bytes = 1u << 18;
    std::vector<char> block(block_bytes);
    std::string rest;
    std::uint64_t told = from;
    for (std::uint64_t at = from;;) {
        const ssize_t got = ::pread(fd, block.data(), block.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fault_of_errno(errno, "reading a list of the archive");
        if (got == 0) return told;
        at += static_cast<std::uint64_t>(got);
        rest.append(block.data(), static_cast<std::size_t>(got));
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = rest.find('\n', begin)) != std::string::npos;
             begin = end + 1) {
            if (!visit(std::string_view{rest}.substr(begin, end - begin))) return told;
            told += end - begin + 1;
        }
        rest.erase(0, begin);
        // No name is as long as that: what a crash left, or no list at all.
        if (rest.size() > block_bytes) return told;
    }
}

}  // namespace ledger
