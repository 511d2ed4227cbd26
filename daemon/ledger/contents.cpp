#include "ledger/contents.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/files.hpp"
#include "ledger/sums.hpp"

namespace ledger {

namespace {

constexpr unsigned directory_mode = 0750;
constexpr std::size_t beginning_bytes = 16'384;  // InReplyTo and Subject stand before all else
constexpr int same_names_max = 1'000;

bool is_digits(std::string_view text, std::size_t length) {
    return text.size() == length &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string directory_of(const std::string& archive, const Shelf& shelf) {
    std::string day = shelf.day;
    std::ranges::replace(day, '-', '/');
    return archive + '/' + shelf.mailbox + '/' + day;
}

bool is_directory(const std::string& path) {
    std::error_code none;
    return std::filesystem::is_directory(std::filesystem::symlink_status(path, none));
}

bool is_missing(const std::string& path) {
    return ::access(path.c_str(), F_OK) != 0 && errno == ENOENT;
}

base::Outcome each_name_in(const std::string& path, const NameVisit& visit) {
    base::Outcome outcome = base::done;
    auto listed = base::each_name_in(path, [&](const std::string& name) {
        outcome = visit(name);
        return static_cast<bool>(outcome);
    });
    return listed ? outcome : listed;
}

// Folders of a directory that pass, the last name first.
base::Result<std::vector<std::string>> folders_in(const std::string& path, const auto& passes) {
    std::vector<std::string> found;
    auto listed = each_name_in(path, [&](const std::string& name) -> base::Outcome {
        if (passes(name) && is_directory(path + '/' + name)) found.push_back(name);
        return base::done;
    });
    if (!listed) return listed.fault();
    std::ranges::sort(found, std::greater{});
    return found;
}

enum class Walk { GoesOn, Ends };
using DayVisit = std::function<base::Result<Walk>(const Shelf&)>;

// The days of a mailbox, the newest first; nothing older than where the walk ends is looked at.
base::Result<Walk> each_day(const std::string& archive, const Shelf& part, const DayVisit& visit) {
    constexpr std::size_t day_length = 10, year_length = 4, other_length = 2;
    if (part.day.size() == day_length) return visit(part);
    const std::size_t length = part.day.empty() ? year_length : other_length;
    const auto folders = folders_in(directory_of(archive, part), [&](const std::string& name) {
        return is_digits(name, length);
    });
    if (!folders) return folders.fault();
    for (const std::string& name : *folders) {
        const std::string day = part.day.empty() ? name : part.day + '-' + name;
        auto walked = each_day(archive, {part.mailbox, day}, visit);
        if (!walked || *walked == Walk::Ends) return walked;
    }
    return Walk::GoesOn;
}

// The facts at the beginning of a receipt; its name is one of a receipt.
base::Result<Issued> read_facts(int fd, const std::string& path, const std::string& name) {
    const auto bytes = base::read_all(fd, beginning_bytes);
    if (!bytes) return base::Fault{bytes.fault().remedy, bytes.fault().text + ' ' + path};
    return *issued_of(name, *bytes);
}

base::Fd opened(const std::string& path) {
    return base::Fd{
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
}

bool is_ours(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

std::string with_number(const std::string& name, int number) {
    const std::filesystem::path path{name};
    return path.stem().string() + '.' + std::to_string(number) + path.extension().string();
}

}  // namespace

base::Result<std::vector<std::string>> mailboxes_of(const std::string& archive) {
    return folders_in(
        archive, [](const std::string& name) { return name.front() != '.' && name != keys_name; });
}

base::Result<std::vector<std::string>> days_of(const std::string& archive,
                                               const std::string& mailbox) {
    std::vector<std::string> days;
    const auto walked =
        each_day(archive, {mailbox, ""}, [&](const Shelf& shelf) -> base::Result<Walk> {
            days.push_back(shelf.day);
            return Walk::GoesOn;
        });
    if (!walked) return walked.fault();
    std::ranges::reverse(days);
    return days;
}

base::Outcome each_shelf(const std::string& archive,
                         const std::function<base::Outcome(const Shelf&)>& visit) {
    const auto mailboxes = mailboxes_of(archive);
    if (!mailboxes) return mailboxes.fault();
    for (const std::string& mailbox : *mailboxes) {
        const auto walked =
            each_day(archive, {mailbox, ""}, [&](const Shelf& shelf) -> base::Result<Walk> {
                if (auto visited = visit(shelf); !visited) return visited.fault();
                return Walk::GoesOn;
            });
        if (!walked) return walked.fault();
    }
    return base::done;
}

base::Outcome each_issued_name(const std::string& archive, const Shelf& shelf,
                               const NameVisit& visit) {
    return each_name_in(directory_of(archive, shelf), [&](const std::string& name) {
        return name == originals_name ? base::Outcome{base::done} : visit(name);
    });
}

base::Outcome each_original_name(const std::string& archive, const Shelf& shelf,
                                 const NameVisit& visit) {
    const std::string path = path_of_original(archive, shelf, "");
    return is_directory(path) ? each_name_in(path, visit) : base::Outcome{base::done};
}

std::string path_of_issued(const std::string& archive, const Shelf& shelf,
                           const std::string& name) {
    return directory_of(archive, shelf) + '/' + name;
}

std::string path_of_original(const std::string& archive, const Shelf& shelf,
                             const std::string& name) {
    const std::string folder = directory_of(archive, shelf) + '/' + originals_name;
    return name.empty() ? folder : folder + '/' + name;
}

base::Result<std::optional<Issued>> read_issued(const std::string& archive, const Shelf& shelf,
                                                const std::string& name) {
    if (!issued_of(name)) return std::optional<Issued>{};
    const std::string path = path_of_issued(archive, shelf, name);
    const base::Fd file = opened(path);
    if (!file) return base::fault_of_errno(errno, "opening " + path);
    auto issued = read_facts(file.number(), path, name);
    if (!issued) return issued.fault();
    issued->mailbox = shelf.mailbox;
    return std::optional{std::move(*issued)};
}

base::Result<std::string> each_issued(const std::string& archive, std::uint64_t after,
                                      const std::function<void(const Issued&)>& visit) {
    std::string newest;
    if (is_missing(archive)) return newest;
    const auto look_at = [&](const Shelf& shelf) -> base::Result<Walk> {
        std::uint64_t greatest = 0;
        auto looked =
            each_issued_name(archive, shelf, [&](const std::string& name) -> base::Outcome {
                const auto named = issued_of(name);
                if (!named) return base::done;
                greatest = std::max(greatest, named->number);
                if (named->number <= after) return base::done;
                const auto issued = read_issued(archive, shelf, name);
                if (!issued) return issued.fault();
                visit(**issued);
                return base::done;
            });
        if (!looked) return looked.fault();
        if (greatest > 0) newest = std::max(newest, shelf.day);
        return greatest == 0 || greatest > after ? Walk::GoesOn : Walk::Ends;
    };
    const auto mailboxes = mailboxes_of(archive);
    if (!mailboxes) return mailboxes.fault();
    for (const std::string& mailbox : *mailboxes)
        if (const auto walked = each_day(archive, {mailbox, ""}, look_at); !walked)
            return walked.fault();
    return newest;
}

base::Outcome each_issued_in(const std::string& inbox, const std::string& mailbox,
                             std::uint64_t after, const std::function<void(const Issued&)>& visit) {
    if (is_missing(inbox)) return base::done;
    return each_name_in(inbox, [&](const std::string& name) -> base::Outcome {
        const auto named = issued_of(name);
        if (!named || named->number <= after) return base::done;
        const std::string path = inbox + '/' + name;
        const base::Fd file = opened(path);
        // The enterprise may take it away meanwhile, or have put there what cannot be read.
        if (!file || !is_ours(file.number())) return base::done;
        auto found = read_facts(file.number(), path, name);
        if (!found) return found.fault();
        if (found->sequence == 0) return base::done;
        found->mailbox = mailbox;
        visit(*found);
        return base::done;
    });
}

base::Result<std::string> set_aside(const std::string& archive, const Shelf& shelf,
                                    const std::string& name) {
    const auto from = base::open_directory(path_of_original(archive, shelf, ""));
    if (!from) return from.fault();
    auto to = base::open_directory(archive);
    std::string path = archive;
    for (const std::string& step : {std::string{".orphans"}, shelf.mailbox, shelf.day}) {
        if (!to) return to.fault();
        to = base::make_directory_at(to->number(), step, directory_mode);
        path += '/' + step;
    }
    if (!to) return to.fault();
    std::string given = name;
    for (int number = 2;; ++number) {
        base::durable_step("rename");
        if (::renameat2(from->number(), name.c_str(), to->number(), given.c_str(),
                        RENAME_NOREPLACE) == 0)
            break;
        if (errno != EEXIST || number > same_names_max)
            return base::fault_of_errno(errno, "moving " + name + " to " + path);
        given = with_number(name, number);
    }
    // Where it is now before where it was: a power cut may leave two names, never none.
    for (const int directory : {to->number(), from->number()})
        if (auto synced = base::sync(directory); !synced) return synced.fault();
    return path + '/' + given;
}

}  // namespace ledger
