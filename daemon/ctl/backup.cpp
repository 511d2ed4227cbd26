#include "ctl/backup.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <filesystem>
#include <iostream>

#include "ctl/backup_list.hpp"
#include "ctl/copying.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "store/layout.hpp"

namespace ctl {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
namespace layout = store::layout;

constexpr std::size_t mark_bytes_max = 4096;
constexpr std::uint64_t megabyte = 1'000'000;

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

int status_of_errno(int error) {
    switch (error) {
        case EACCES:
        case EPERM: return EX_NOPERM;
        case ENOENT:
        case ENOTDIR: return EX_NOINPUT;
        case ENOSPC:
        case EDQUOT: return EX_TEMPFAIL;
        default: return EX_IOERR;
    }
}

enum class Directory { WasThere, IsMade };

// The directory that the backup goes to, private and empty; anything but 0 is the exit status.
int prepare(const std::string& directory, Directory& found) {
    std::error_code error;
    if (::mkdir(directory.c_str(), 0700) == 0) {
        found = Directory::IsMade;
        return EX_OK;
    }
    if (errno != EEXIST)
        return fail(status_of_errno(errno),
                    base::fault_of_errno(errno, "making " + directory).text);
    found = Directory::WasThere;
    if (!fs::is_directory(fs::symlink_status(directory, error)))
        return fail(EX_USAGE, say("{1} is no directory", {directory}));
    const bool is_empty = fs::is_empty(directory, error);
    if (error)
        return fail(status_of_errno(error.value()),
                    base::fault_of_errno(error.value(), "looking into " + directory).text);
    if (!is_empty)
        return fail(EX_USAGE,
                    say("{1} is not empty; a backup wants a directory of its own, empty or not "
                        "there yet",
                        {directory}));
    if (::chmod(directory.c_str(), 0700) != 0)  // it holds a secret
        return fail(status_of_errno(errno),
                    base::fault_of_errno(errno, "making private " + directory).text);
    return EX_OK;
}

void clear(const std::string& directory, Directory found) {
    std::error_code none;
    for (const auto& each : fs::directory_iterator{directory, none}) fs::remove_all(each, none);
    if (found == Directory::IsMade) fs::remove(directory, none);
}

// The snapshot, as long as it is copied from: nobody else removes it, and we do.
class Held {
public:
    explicit Held(std::string path)
        : path_(std::move(path)),
          directory_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
        if (directory_) ::flock(directory_.number(), LOCK_SH);
    }
    ~Held() {
        std::error_code none;
        if (directory_) fs::remove_all(path_, none);
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    const std::string& path() const { return path_; }

private:
    const std::string path_;
    const base::Fd directory_;
};

bool never_changes(const fs::path& file) {
    return file.extension() == ".sst" || file.extension() == ".blob";
}

class Progress {
public:
    void step(std::uint64_t files, std::uint64_t bytes) const {
        if (shown_)
            std::cerr << "\r\x1b[K"
                      << say("{1} files, {2} MB copied",
                             {std::to_string(files), std::to_string(bytes / megabyte)})
                      << std::flush;
    }
    ~Progress() {
        if (shown_) std::cerr << "\r\x1b[K";
    }

private:
    const bool shown_ = ::isatty(STDERR_FILENO);
};

base::Outcome copy_one(const fs::path& from, const fs::path& to, const std::string& path,
                       Backup& backup) {
    const auto carried = never_changes(from) ? carry_link(from / path, to / path)
                                             : carry_copy(from / path, to / path);
    if (!carried) return carried.fault();
    backup.files.push_back({path, carried->sha256});
    ++backup.facts.files;
    backup.facts.bytes += carried->bytes;
    return base::done;
}

base::Outcome copy_folder(const fs::path& from, const fs::path& to, const std::string& folder,
                          Backup& backup, const Progress& progress) {
    if (auto made = make_directory(to / folder); !made) return made;
    std::vector<std::string> names;
    const auto listed = base::each_name_in(from / folder, [&](const std::string& name) {
        if (belongs_in_a_backup(folder + '/' + name)) names.push_back(folder + '/' + name);
        return true;
    });
    if (!listed) return listed;
    std::ranges::sort(names);
    for (const std::string& each : names) {
        if (auto copied = copy_one(from, to, each, backup); !copied) return copied;
        progress.step(backup.facts.files, backup.facts.bytes);
    }
    return sync_directory(to / folder);
}

base::Outcome copy_all(const fs::path& from, const fs::path& to, Backup& backup) {
    const Progress progress;
    for (const std::string& folder : {layout::database, layout::batches})
        if (auto copied = copy_folder(from, to, folder, backup, progress); !copied) return copied;
    for (const std::string& name :
         {layout::state_key, layout::ledger_key, layout::forgotten, layout::spool_id}) {
        std::error_code none;
        if (!fs::exists(from / name, none)) continue;
        if (auto copied = copy_one(from, to, name, backup); !copied) return copied;
    }
    if (auto mark = base::read_file(from / layout::spool_id, mark_bytes_max); mark)
        backup.facts.spool_id = mark->substr(0, mark->find('\n'));
    if (auto synced = sync_directory(to); !synced) return synced;
    if (auto written = write_list(to, backup); !written) return written;
    return sync_directory(to.parent_path());
}

std::string text_in(const json::object& from, const char* name) {
    const json::value* const value = from.if_contains(name);
    return value && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::uint64_t number_in(const json::object& from, const char* name) {
    const json::value* const value = from.if_contains(name);
    boost::system::error_code wrong;
    return value ? value->to_number<std::uint64_t>(wrong) : 0;
}

BackupFacts facts_of(const json::object& answer) {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    BackupFacts facts;
    facts.version = text_in(answer, "version");
    facts.record_format = number_in(answer, "record_format");
    facts.taken_at = text_in(answer, "taken_at");
    facts.host = host.data();
    facts.receipts_issued = number_in(answer, "receipts_issued");
    facts.state = text_in(answer, "state");
    facts.spool = text_in(answer, "spool");
    facts.archive = text_in(answer, "archive");
    return facts;
}

base::Result<Answer> ask_for_snapshot(const std::string& socket) {
    const auto response = post(socket, "/backup", {});
    if (!response) return response.fault();
    return answer_of(socket, *response);
}

// 503 may pass; the daemon's other faults are of its disk.
int status_of_answer(const base::Result<Answer>& answer) {
    if (!answer) return fail(EX_UNAVAILABLE, answer.fault().text);
    if (answer->status == 200) return EX_OK;
    const int status = answer->status == 403   ? EX_NOPERM
                       : answer->status == 503 ? EX_TEMPFAIL
                       : answer->status == 404 ? EX_UNAVAILABLE
                                               : EX_IOERR;
    return fail(status, text_in(answer->body, "error"));
}

void tell_done(const BackupFacts& facts, const std::string& directory, Form form) {
    if (form == Form::Json) {
        std::cout << json::serialize(json::object{{"backup", directory},
                                                  {"taken_at", facts.taken_at},
                                                  {"receipts_issued", facts.receipts_issued},
                                                  {"record_format", facts.record_format},
                                                  {"files", facts.files},
                                                  {"bytes", facts.bytes},
                                                  {"spool", facts.spool},
                                                  {"archive", facts.archive}})
                  << '\n';
        return;
    }
    std::cout << say("{1} to {2}: the state of {3}, receipts up to {4}, {5} files, {6} MB. It "
                     "holds the keys of the passwords and of the ledger: keep it private.",
                     {in_colour(32, say("backed up")), directory, facts.taken_at,
                      std::to_string(facts.receipts_issued), std::to_string(facts.files),
                      std::to_string(facts.bytes / megabyte)})
              << '\n'
              << say("Now copy, in this order and with their hard links (rsync -aH), the archive "
                     "and the spool:")
              << "\n  " << facts.archive << '\n';
    if (facts.archive != facts.spool + "/.archive") std::cout << "  " << facts.spool << '\n';
}

}  // namespace

int backup(const Common& common, const std::string& wanted) {
    std::error_code none;
    fs::path path = fs::absolute(wanted, none).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();  // "backup/"
    const std::string directory = path;
    Directory found = Directory::WasThere;
    if (const int status = prepare(directory, found); status != EX_OK) return status;
    const auto answer = ask_for_snapshot(socket_of(common));
    if (const int status = status_of_answer(answer); status != EX_OK) {
        clear(directory, found);
        return status;
    }
    stop_at_signals();
    Backup backup{facts_of(answer->body), {}};
    const Held snapshot{text_in(answer->body, "snapshot")};
    if (auto copied = copy_all(snapshot.path(), directory, backup); !copied) {
        clear(directory, found);
        return fail(status_of_fault(copied.fault()), copied.fault().text);
    }
    tell_done(backup.facts, directory, common.form());
    return EX_OK;
}

}  // namespace ctl
