#include "mailbox/mailbox.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <queue>

#include "edi/file_name.hpp"
#include "mailbox/given_names.hpp"
#include "mailbox/moment.hpp"

namespace mailbox {

namespace {

constexpr std::string_view unfinished_endings[] = {"~",        ".tmp", ".part", ".filepart",
                                                   ".partial", ".swp", ".lock", ".crdownload"};

base::Time change_time(const struct stat& status) {
    return base::Time{std::chrono::seconds{status.st_ctim.tv_sec} +
                      std::chrono::microseconds{status.st_ctim.tv_nsec / 1000}};
}

Entry entry_of(const std::string& name, const struct stat& status) {
    return {name,
            static_cast<std::uint64_t>(status.st_size),
            status.st_dev,
            status.st_ino,
            modification_time(status),
            change_time(status)};
}

bool is_older(const Entry& a, const Entry& b) {
    return a.modified_at != b.modified_at ? a.modified_at < b.modified_at : a.name < b.name;
}

bool is_same_moment(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool is_untouched(const struct stat& before, const struct stat& after) {
    return before.st_ino == after.st_ino && before.st_size == after.st_size &&
           is_same_moment(before.st_mtim, after.st_mtim) &&
           is_same_moment(before.st_ctim, after.st_ctim);
}

// O_NONBLOCK, because opening a FIFO would else wait for a writer.
base::Fd open_beneath(int directory, const std::string& name) {
    open_how how{};
    how.flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    const auto opened = ::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how);
    // A filter of system calls cannot look into `how`, so RestrictSUIDSGID of systemd says that
    // there is no such call. One name leads nowhere else, but for a mount on the file itself.
    if (opened >= 0 || errno != ENOSYS || name.find('/') != std::string::npos)
        return base::Fd{static_cast<int>(opened)};
    base::Fd file{::openat(directory, name.c_str(), static_cast<int>(how.flags))};
    struct stat above {
    }, found{};
    if (file && (::fstat(directory, &above) != 0 || ::fstat(file.number(), &found) != 0 ||
                 above.st_dev != found.st_dev)) {
        errno = EXDEV;
        return {};
    }
    return file;
}

std::optional<Oddity> oddity_of(const struct stat& status) {
    if (!S_ISREG(status.st_mode)) return Oddity::NotRegular;
    if (status.st_nlink != 1) return Oddity::SeveralLinks;
    return std::nullopt;
}

// Nothing when it is gone or not a regular file with one name.
std::optional<Entry> entry_at(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || oddity_of(status))
        return std::nullopt;
    return entry_of(name, status);
}

// The file itself, if the name still is what was seen. Everything from here on goes by the
// descriptor, never by the name.
base::Fd open_seen(int directory, const Entry& entry, struct stat& status) {
    base::Fd file = open_beneath(directory, entry.name);
    if (!file || ::fstat(file.number(), &status) != 0 || oddity_of(status)) return {};
    const Entry opened = entry_of(entry.name, status);
    if (opened.inode != entry.inode || opened.device != entry.device ||
        opened.bytes != entry.bytes || opened.modified_at != entry.modified_at)
        return {};
    return file;
}

}  // namespace

// Names of uploads that are not finished are nobody's mistake. Those of SFTPGo, Pure-FTPd and
// ProFTPd (.sftpgo-upload.*, .pureftpd-upload.*, .in.*.) all begin with a dot.
bool is_unfinished(std::string_view name) {
    return name.starts_with('.') ||
           std::ranges::any_of(unfinished_endings,
                               [&](std::string_view ending) { return edi::ends_in(name, ending); });
}

bool is_ours(std::string_view name) {
    return !is_unfinished(name) && (edi::ends_in(name, ".xml") || edi::is_zip_name(name));
}

base::Time modification_time(const struct stat& status) {
    using Seconds = std::chrono::seconds;
    // A second less than what fits, for the part of a second.
    constexpr auto last = std::chrono::floor<Seconds>(base::Time::max().time_since_epoch());
    const Seconds whole =
        std::clamp(Seconds{status.st_mtim.tv_sec}, -last + Seconds{1}, last - Seconds{1});
    const base::Time at{whole + std::chrono::microseconds{status.st_mtim.tv_nsec / 1000}};
    return at == base::Time{} ? at + std::chrono::microseconds{1} : at;
}

std::vector<Entry> Mailbox::scan(std::size_t limit, const std::function<bool(const Entry&)>& skip,
                                 const std::function<void(const std::string&, Oddity)>& odd) const {
    // The newest of the oldest is on top, and goes when an older one comes.
    std::priority_queue<Entry, std::vector<Entry>, decltype(&is_older)> oldest{&is_older};
    const auto take = [&](const std::string& name) {
        if (is_unfinished(name)) return true;
        if (!is_ours(name)) {
            const std::string vouched_for = vouched_for_by(name);
            if (vouched_for.empty())
                odd(name, Oddity::NotOurName);
            else if (::faccessat(outbox_.number(), vouched_for.c_str(), F_OK,
                                 AT_SYMLINK_NOFOLLOW) != 0)
                odd(name, Oddity::LoneMarker);
            return true;
        }
        struct stat status {};
        if (::fstatat(outbox_.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return true;
        if (const auto oddity = oddity_of(status)) {
            odd(name, *oddity);
            return true;
        }
        Entry entry = entry_of(name, status);
        if (skip(entry)) return true;
        if (oldest.size() == limit && (limit == 0 || !is_older(entry, oldest.top()))) return true;
        if (oldest.size() == limit) oldest.pop();
        oldest.push(std::move(entry));
        return true;
    };
    if (!base::each_name(outbox_.number(), "listing OutBox", take)) odd(".", Oddity::Unreadable);
    std::vector<Entry> entries(oldest.size());
    for (auto place = entries.rbegin(); place != entries.rend(); ++place) {
        *place = oldest.top();
        oldest.pop();
    }
    return entries;
}

std::optional<Entry> Mailbox::see(const std::string& entry_name) const {
    return is_ours(entry_name) ? entry_at(outbox_.number(), entry_name) : std::nullopt;
}

std::optional<Entry> Mailbox::see_taken(const edi::Taking& taking) const {
    return entry_at(outbox_.number(), std::string{taken_beginning} + edi::twelve_digits(taking.id));
}

std::optional<Entry> Mailbox::see_marker(const std::string& entry_name) const {
    return entry_at(outbox_.number(), entry_name + terms_.marker_ending);
}

std::string Mailbox::vouched_for_by(std::string_view marker_name) const {
    const std::string& ending = terms_.marker_ending;
    if (ending.empty() || !marker_name.ends_with(ending)) return {};
    marker_name.remove_suffix(ending.size());
    return is_ours(marker_name) ? std::string{marker_name} : std::string{};
}

std::optional<std::string> Mailbox::read(const Entry& entry, std::size_t bytes_max) const {
    struct stat before {
    }, after{};
    const base::Fd file = open_seen(outbox_.number(), entry, before);
    if (!file) return std::nullopt;
    auto bytes = base::read_all(file.number(), bytes_max);
    if (!bytes || ::fstat(file.number(), &after) != 0 || !is_untouched(before, after))
        return std::nullopt;
    if (bytes->size() < std::min<std::uint64_t>(entry.bytes, bytes_max)) return std::nullopt;
    return std::move(*bytes);
}

bool Mailbox::read_pieces(const Entry& entry, std::size_t piece_bytes,
                          const std::function<Go(std::string_view)>& take) const {
    struct stat before {
    }, after{};
    const base::Fd file = open_seen(outbox_.number(), entry, before);
    if (!file) return false;
    std::uint64_t total = 0;
    std::string piece(piece_bytes, '\0');
    for (;;) {
        const ssize_t got = ::read(file.number(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return false;
        if (got == 0) break;
        total += static_cast<std::uint64_t>(got);
        if (take({piece.data(), static_cast<std::size_t>(got)}) == Go::Stop) return false;
    }
    return ::fstat(file.number(), &after) == 0 && is_untouched(before, after) &&
           total == entry.bytes;
}

}  // namespace mailbox
