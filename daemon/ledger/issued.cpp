#include "ledger/issued.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

#include "base/files.hpp"

namespace ledger {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t digits = 12;
constexpr std::size_t beginning_bytes = 16'384;  // InReplyTo and Subject stand before all else

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t number_in(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// What stands between two texts; empty when they do not.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
    const std::size_t from = text.find(open);
    if (from == std::string_view::npos) return {};
    text.remove_prefix(from + open.size());
    const std::size_t to = text.find(close);
    return to == std::string_view::npos ? std::string_view{} : text.substr(0, to);
}

// Names of folders or files beneath a path; none when it is none.
std::vector<std::string> names_in(const fs::path& path) {
    std::vector<std::string> names;
    const base::Fd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory)
        (void)base::each_name(directory.number(), "", [&](const std::string& name) {
            names.push_back(name);
            return true;
        });
    return names;
}

// Folders whose names are so many digits, the newest first.
std::vector<fs::path> dated(const fs::path& path, std::size_t length) {
    std::vector<fs::path> found;
    for (const std::string& name : names_in(path))
        if (name.size() == length && is_digits(name)) found.push_back(path / name);
    std::ranges::sort(found, std::greater{});
    return found;
}

// The days of a mailbox, the newest first, until the visitor returns false.
void each_day(const fs::path& mailbox, const std::function<bool(const fs::path&)>& visit) {
    for (const fs::path& year : dated(mailbox, 4))
        for (const fs::path& month : dated(year, 2))
            for (const fs::path& day : dated(month, 2))
                if (!visit(day)) return;
}

std::vector<fs::path> mailboxes_of(const std::string& archive) {
    std::vector<fs::path> found;
    for (const std::string& name : names_in(archive))
        if (!name.starts_with('.')) found.push_back(fs::path{archive} / name);
    return found;
}

std::uint64_t greatest_of(const std::vector<std::string>& names) {
    std::uint64_t greatest = 0;
    for (const std::string& each : names)
        if (const auto receipt = issued_of(each)) greatest = std::max(greatest, receipt->number);
    return greatest;
}

std::string day_of(const fs::path& day) {
    const fs::path month = day.parent_path();
    return month.parent_path().filename().string() + '-' + month.filename().string() + '-' +
           day.filename().string();
}

base::Result<base::Fd> opened(const fs::path& file) {
    base::Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    if (!fd) return base::fault_of_errno(errno, "opening " + file.string());
    return fd;
}

base::Result<Issued> read(int fd, const fs::path& file) {
    const auto bytes = base::read_all(fd, beginning_bytes);
    if (!bytes) return base::Fault{bytes.fault().remedy, bytes.fault().text + ' ' + file.string()};
    return *issued_of(file.filename().string(), *bytes);
}

bool is_ours(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

}  // namespace

std::optional<Issued> issued_of(std::string_view name) {
    if (name.size() <= digits || name[digits] != '_' || !name.ends_with(".xml")) return {};
    // A file that goes with a receipt has one more part.
    const std::size_t end = name.find('_', digits + 1);
    if (!is_digits(name.substr(0, digits)) || end == std::string_view::npos ||
        name.find('_', end + 1) != std::string_view::npos)
        return {};
    Issued issued;
    issued.number = number_in(name.substr(0, digits));
    issued.kind = name.substr(digits + 1, end - digits - 1);
    return issued;
}

std::optional<Issued> issued_of(std::string_view name, std::string_view bytes) {
    auto issued = issued_of(name);
    if (!issued) return issued;
    const std::string_view root = between(bytes, "<Receipt ", ">");
    const std::string_view number = between(root, " number=\"", "\"");
    // Torn, or not what its name says.
    if (!is_digits(number) || number_in(number) != issued->number) return issued;
    issued->sequence = number_in(between(root, " sequence=\"", "\""));
    const std::string_view reply = between(bytes, "<InReplyTo>", "</InReplyTo>");
    issued->message_id = between(reply, "<MessageId>", "</MessageId>");
    issued->type = between(reply, "<MessageType>", "</MessageType>");
    // No value of an attribute holds a quotation mark.
    issued->file_sha256 = between(reply, " sha256=\"", "\"");
    issued->reference =
        between(between(bytes, "<Subject>", "</Subject>"), "<ApplicationRef>", "</ApplicationRef>");
    return issued;
}

std::string newest_day_of(const std::string& archive) {
    std::string newest;
    for (const fs::path& mailbox : mailboxes_of(archive))
        each_day(mailbox, [&](const fs::path& day) {
            if (greatest_of(names_in(day)) == 0) return true;
            newest = std::max(newest, day_of(day));
            return false;
        });
    return newest;
}

base::Outcome each_issued(const std::string& archive, std::uint64_t after,
                          const std::function<void(const Issued&)>& visit) {
    std::optional<base::Fault> fault;
    for (const fs::path& mailbox : mailboxes_of(archive))
        each_day(mailbox, [&](const fs::path& day) {
            const std::vector<std::string> names = names_in(day);
            for (const std::string& name : names) {
                const auto named = issued_of(name);
                if (!named || named->number <= after) continue;
                const auto file = opened(day / name);
                auto found = file ? read(file->number(), day / name) : file.fault();
                if (!found) {
                    fault = found.fault();
                    return false;
                }
                found->mailbox = mailbox.filename();
                visit(*found);
            }
            const std::uint64_t greatest = greatest_of(names);
            return greatest == 0 || greatest > after;
        });
    if (fault) return *fault;
    return base::done;
}

base::Outcome each_issued_in(const std::string& inbox, const std::string& mailbox,
                             std::uint64_t after, const std::function<void(const Issued&)>& visit) {
    for (const std::string& name : names_in(inbox)) {
        const auto named = issued_of(name);
        if (!named || named->number <= after) continue;
        const auto file = opened(fs::path{inbox} / name);
        // The enterprise may take it away meanwhile, or have put there what cannot be read.
        if (!file || !is_ours(file->number())) continue;
        auto found = read(file->number(), fs::path{inbox} / name);
        if (!found) return found.fault();
        if (found->sequence == 0) continue;
        found->mailbox = mailbox;
        visit(*found);
    }
    return base::done;
}

}  // namespace ledger
