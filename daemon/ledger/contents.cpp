#include "ledger/contents.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/files.hpp"

namespace ledger {

namespace {

constexpr unsigned directory_mode = 0750;
constexpr std::size_t beginning_bytes = 16'384;  // InReplyTo stands before all else
constexpr int same_names_max = 1'000;
constexpr std::string_view originals_name = "originals";

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

base::Outcome each_name_in(const std::string& path, const NameVisit& visit) {
    const auto directory = base::open_directory(path);
    if (!directory) return directory.fault();
    base::Outcome outcome = base::done;
    auto listed =
        base::each_name(directory->number(), "listing " + path, [&](const std::string& name) {
            outcome = visit(name);
            return static_cast<bool>(outcome);
        });
    return listed ? outcome : listed;
}

// Folders of a directory that pass, sorted.
base::Result<std::vector<std::string>> folders_in(const std::string& path, const auto& passes) {
    std::vector<std::string> found;
    auto listed = each_name_in(path, [&](const std::string& name) -> base::Outcome {
        if (passes(name) && is_directory(path + '/' + name)) found.push_back(name);
        return base::done;
    });
    if (!listed) return listed.fault();
    std::ranges::sort(found);
    return found;
}

base::Result<std::vector<std::string>> days_of(const std::string& mailbox) {
    std::vector<std::string> found{""};
    for (const std::size_t length : {4, 2, 2}) {
        std::vector<std::string> next;
        for (const std::string& each : found) {
            const auto folders = folders_in(mailbox + '/' + each, [&](const std::string& name) {
                return is_digits(name, length);
            });
            if (!folders) return folders.fault();
            for (const std::string& name : *folders)
                next.push_back(each.empty() ? name : each + '/' + name);
        }
        found = std::move(next);
    }
    for (std::string& each : found) std::ranges::replace(each, '/', '-');
    return found;
}

std::string with_number(const std::string& name, int number) {
    const std::filesystem::path path{name};
    return path.stem().string() + '.' + std::to_string(number) + path.extension().string();
}

}  // namespace

base::Outcome each_shelf(const std::string& archive,
                         const std::function<base::Outcome(const Shelf&)>& visit) {
    const auto mailboxes = folders_in(
        archive, [](const std::string& name) { return name.front() != '.' && name != "keys"; });
    if (!mailboxes) return mailboxes.fault();
    for (const std::string& mailbox : *mailboxes) {
        const auto days = days_of(archive + '/' + mailbox);
        if (!days) return days.fault();
        for (const std::string& day : *days)
            if (auto visited = visit({mailbox, day}); !visited) return visited;
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

std::string path_of_original(const std::string& archive, const Shelf& shelf,
                             const std::string& name) {
    const std::string folder = directory_of(archive, shelf) + '/' + std::string{originals_name};
    return name.empty() ? folder : folder + '/' + name;
}

base::Result<std::optional<Issued>> read_issued(const std::string& archive, const Shelf& shelf,
                                                const std::string& name) {
    if (!issued_of(name)) return std::optional<Issued>{};
    const std::string path = directory_of(archive, shelf) + '/' + name;
    const base::Fd file{
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    if (!file) return base::fault_of_errno(errno, "opening " + path);
    const auto bytes = base::read_all(file.number(), beginning_bytes);
    if (!bytes) return base::Fault{bytes.fault().remedy, bytes.fault().text + ' ' + path};
    auto issued = issued_of(name, *bytes);
    issued->mailbox = shelf.mailbox;
    return issued;
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
