#include "ctl/restore.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/clock.hpp"
#include "ctl/backup_list.hpp"
#include "ctl/copying.hpp"
#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "store/holder.hpp"
#include "store/layout.hpp"
#include "store/rocks_store.hpp"

namespace ctl {

namespace {

namespace fs = std::filesystem;
namespace layout = store::layout;

constexpr std::uint64_t room_to_spare = 64u << 20;
constexpr const char* service_user = "permitd";

struct Failed {
    int status;
    std::string text;
};
using Trouble = std::optional<Failed>;  // nothing: go on

Trouble trouble_of(const base::Outcome& outcome) {
    if (outcome) return std::nullopt;
    return Failed{status_of_fault(outcome.fault()), outcome.fault().text};
}

bool is_there(const fs::path& path) {
    std::error_code none;
    return fs::exists(fs::symlink_status(path, none));
}

const std::vector<std::string>& names_of_a_state() {
    static const std::vector<std::string> names{
        layout::database,  layout::batches,  layout::state_key, layout::ledger_key,
        layout::forgotten, layout::spool_id, layout::put_back};
    return names;
}

// A directory with nothing in it but, perhaps, the lock that we took there.
bool is_hollow(const fs::path& directory) {
    std::error_code none;
    for (const auto& each : fs::directory_iterator{directory, none})
        if (each.path().filename() != "holder") return false;
    return fs::is_directory(fs::symlink_status(directory, none));
}

class Restoring {
public:
    Restoring(std::string from, Ground ground, Force force)
        : from_(std::move(from)), ground_(std::move(ground)), state_(ground_.state),
          made_(state_ / layout::restoring), force_(force) {}

    Trouble run(const Backup& backup) {
        for (const auto step : {&Restoring::open_state, &Restoring::check_key,
                                &Restoring::check_digests, &Restoring::begin, &Restoring::copy,
                                &Restoring::move_aside, &Restoring::move_in, &Restoring::end})
            if (auto failed = (this->*step)(backup)) return failed;
        return std::nullopt;
    }
    // Where the old state went; empty when there was none.
    const std::string& aside() const { return aside_; }

private:
    Trouble open_state(const Backup& backup);
    Trouble find_owner();
    Trouble take_lock();
    Trouble check_key(const Backup& backup);
    Trouble check_digests(const Backup& backup);
    Trouble begin(const Backup& backup);
    Trouble copy(const Backup& backup);
    Trouble move_aside(const Backup& backup);
    Trouble move_in(const Backup& backup);
    Trouble end(const Backup& backup);
    Trouble sync_state() const { return trouble_of(sync_directory(state_)); }
    // Keys by name, as the configuration has them.
    std::map<std::string, std::string> keys() const {
        return {{layout::state_key, ground_.state_key}, {layout::ledger_key, ground_.ledger_key}};
    }
    bool is_key_elsewhere(const std::string& name) const {
        const auto all = keys();
        const auto key = all.find(name);
        return key != all.end() && fs::path{key->second} != state_ / name;
    }
    bool is_occupied() const;
    Trouble make_own(const fs::path& directory) const;
    Trouble give_away(const fs::path& path) const;

    const std::string from_;
    const Ground ground_;
    const fs::path state_, made_;
    const Force force_;
    std::string aside_;
    std::optional<Owner> owner_;  // who gets what root makes
    std::optional<store::Holder> holder_;
    base::Fd lock_;
};

Trouble Restoring::find_owner() {
    struct stat status {};
    const bool stands = ::stat(state_.c_str(), &status) == 0;
    if (::geteuid() != 0) {
        if (!stands || status.st_uid == ::geteuid()) return std::nullopt;
        return Failed{EX_NOPERM, say("{1} is another user's: restore as root", {state_})};
    }
    if (stands) {
        owner_ = Owner{status.st_uid, status.st_gid};
    } else if (const passwd* const user = ::getpwnam(service_user)) {
        owner_ = Owner{user->pw_uid, user->pw_gid};
    }
    return std::nullopt;
}

Trouble Restoring::give_away(const fs::path& path) const {
    return owner_ ? trouble_of(give(path, *owner_)) : std::nullopt;
}

Trouble Restoring::make_own(const fs::path& directory) const {
    if (auto failed = trouble_of(make_directory(directory))) return failed;
    return give_away(directory);
}

// The lock that permitd takes too: whoever has it, the other one does not begin.
Trouble Restoring::take_lock() {
    const fs::path store = state_ / layout::database;
    if (!is_there(store))
        if (auto failed = make_own(store)) return failed;
    auto holder = store::Holder::take(store);
    if (!holder) return Failed{status_of_fault(holder.fault()), holder.fault().text};
    holder_.emplace(std::move(*holder));
    return give_away(store / "holder");
}

bool Restoring::is_occupied() const {
    std::error_code none;
    return std::ranges::any_of(names_of_a_state(), [&](const std::string& name) {
        const fs::path path = state_ / name;
        return is_there(path) && !is_hollow(path);
    });
}

Trouble Restoring::open_state(const Backup&) {
    if (auto failed = find_owner()) return failed;
    if (!is_there(state_)) {
        std::error_code error;
        fs::create_directories(state_.parent_path(), error);
        if (auto failed = make_own(state_)) return failed;
    }
    if (auto failed = take_lock()) return failed;
    if (force_ == Force::Yes || !is_occupied()) return std::nullopt;
    return Failed{EX_USAGE, say("{1} holds a state. With --force it is moved to {1}/before-<time>, "
                                "and the backup takes its place",
                                {state_})};
}

// Keys may be kept somewhere else; there they are the operator's to put.
Trouble Restoring::check_key(const Backup& backup) {
    for (const auto& [name, path] : keys()) {
        if (!is_key_elsewhere(name)) continue;
        const auto listed = std::ranges::find(backup.files, name, &Listed::path);
        const auto there = digest_of(path);
        if (listed == backup.files.end() || (there && there->sha256 == listed->sha256)) continue;
        const std::string key = name == layout::state_key ? "state_key" : "ledger_key";
        return Failed{EX_CONFIG, say("{1} names {2}, which is not the key of this backup: put {3} "
                                     "there (mode 0600, permitd's own) first",
                                     {key, path, from_ + '/' + name})};
    }
    return std::nullopt;
}

Trouble Restoring::check_digests(const Backup& backup) {
    for (const Listed& each : backup.files) {
        const std::string file = from_ + '/' + each.path;
        if (!is_there(file))
            return Failed{EX_DATAERR, say("{1} is missing: the backup is not whole", {file})};
        const auto found = digest_of(file);
        if (!found) return Failed{status_of_fault(found.fault()), found.fault().text};
        if (found->sha256 != each.sha256)
            return Failed{EX_DATAERR, say("{1} is not the file that was backed up (SHA-256 {2}): "
                                          "the backup is damaged",
                                          {file, found->sha256})};
    }
    return std::nullopt;
}

Trouble Restoring::begin(const Backup& backup) {
    struct statvfs space {};
    if (::statvfs(state_.c_str(), &space) == 0 &&
        space.f_bavail * space.f_frsize < backup.facts.bytes + room_to_spare)
        return Failed{EX_TEMPFAIL,
                      say("the file system of {1} has too little room: the backup takes {2} MiB, "
                          "and 64 MiB are to stay free",
                          {state_, std::to_string((backup.facts.bytes >> 20) + 1)})};
    std::error_code error;
    fs::remove_all(made_, error);  // what a restore that was cut off had copied
    if (auto failed = make_own(made_)) return failed;
    lock_ = base::Fd{::open(made_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!lock_ || ::flock(lock_.number(), LOCK_EX | LOCK_NB) != 0)
        return Failed{EX_IOERR, base::fault_of_errno(errno, "locking " + made_.string()).text};
    return sync_state();
}

Trouble Restoring::copy(const Backup& backup) {
    for (const std::string& folder : {layout::database, layout::batches})
        if (auto failed = make_own(made_ / folder)) return failed;
    for (const Listed& each : backup.files) {
        if (is_key_elsewhere(each.path)) continue;
        const auto copied = carry_copy(from_ + '/' + each.path, made_ / each.path);
        if (!copied) return Failed{status_of_fault(copied.fault()), copied.fault().text};
        if (copied->sha256 != each.sha256)
            return Failed{EX_DATAERR, say("{1} changed while it was read", {each.path})};
        if (auto failed = give_away(made_ / each.path)) return failed;
    }
    const base::Fd mark{
        ::open((made_ / layout::put_back).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!mark || ::fsync(mark.number()) != 0)
        return Failed{EX_IOERR, base::fault_of_errno(errno, "leaving the mark put-back").text};
    if (auto failed = give_away(made_ / layout::put_back)) return failed;
    for (const fs::path& folder : {made_ / layout::database, made_ / layout::batches, made_})
        if (auto failed = trouble_of(sync_directory(folder))) return failed;
    return std::nullopt;
}

Trouble Restoring::move_aside(const Backup&) {
    std::string time = base::iso(base::SystemClock{}.now());
    std::erase_if(time, [](char c) { return c == ':' || c == '-'; });
    const fs::path aside = state_ / ("before-" + time);
    for (const std::string& name : names_of_a_state()) {
        const fs::path there = state_ / name;
        if (!is_there(there)) continue;
        std::error_code error;
        if (is_hollow(there)) {  // our lock stays ours until we end
            fs::remove_all(there, error);
            continue;
        }
        if (aside_.empty())
            if (auto failed = make_own(aside)) return failed;
        aside_ = aside;
        fs::rename(there, aside / name, error);
        if (error)
            return Failed{
                EX_IOERR,
                base::fault_of_errno(error.value(), "moving aside " + there.string()).text};
    }
    if (!aside_.empty())
        if (auto failed = trouble_of(sync_directory(aside_))) return failed;
    return sync_state();
}

Trouble Restoring::move_in(const Backup&) {
    for (const std::string& name : names_of_a_state()) {
        if (!is_there(made_ / name)) continue;
        std::error_code error;
        fs::rename(made_ / name, state_ / name, error);
        if (error)
            return Failed{EX_IOERR,
                          base::fault_of_errno(error.value(), "putting in place " + name).text};
    }
    return sync_state();
}

Trouble Restoring::end(const Backup&) {
    if (::rmdir(made_.c_str()) != 0)
        return Failed{EX_IOERR, base::fault_of_errno(errno, "removing " + made_.string()).text};
    return sync_state();
}

Trouble newer(const BackupFacts& facts) {
    if (facts.record_format <= store::known_format()) return std::nullopt;
    return Failed{EX_CONFIG, say("the backup is of permitd {1} (record format {2}, this one knows "
                                 "{3}): install that version first",
                                 {facts.version, std::to_string(facts.record_format),
                                  std::to_string(store::known_format())})};
}

void tell_done(const BackupFacts& facts, const Ground& ground, const std::string& aside,
               Form form) {
    if (form == Form::Json) {
        std::cout << boost::json::serialize(
                         boost::json::object{{"state", ground.state},
                                             {"taken_at", facts.taken_at},
                                             {"receipts_issued", facts.receipts_issued},
                                             {"moved_aside", aside}})
                  << '\n';
        return;
    }
    std::cout << say("{1} {2}: the state of {3} of host {4}, receipts up to {5}.",
                     {in_colour(32, say("restored")), ground.state, facts.taken_at, facts.host,
                      std::to_string(facts.receipts_issued)})
              << '\n';
    if (!aside.empty()) std::cout << say("What was there is in {1}.", {aside}) << '\n';
    std::cout << say("Next: see that the spool and the archive are in place ({1}, {2}), then start "
                     "permitd. It asks the ministry for what happened since, and lists in "
                     "{3}/restored the messages that have to be sent again.",
                     {ground.spool, ground.archive, ground.state})
              << '\n';
}

int fail(const Failed& failed) {
    std::cerr << "permitctl: " << failed.text << '\n';
    return failed.status;
}

}  // namespace

int restore(const Common& common, const std::string& wanted, Force force) {
    ::umask(077);
    const auto ground = ground_of(common.config);
    if (!ground) return fail({EX_CONFIG, ground.fault().text});
    std::error_code none;
    const std::string directory = fs::absolute(wanted, none).lexically_normal();
    if (!fs::is_directory(directory, none))
        return fail({EX_NOINPUT, say("there is no backup {1}", {directory})});
    const auto backup = read_list(directory);
    if (!backup)
        return fail({::access(directory.c_str(), R_OK | X_OK) == 0 ? EX_DATAERR : EX_NOPERM,
                     backup.fault().text});
    if (const auto failed = newer(backup->facts)) return fail(*failed);
    stop_at_signals();
    Restoring restoring{directory, *ground, force};
    if (const auto failed = restoring.run(*backup)) return fail(*failed);
    tell_done(backup->facts, *ground, restoring.aside(), common.form());
    return EX_OK;
}

}  // namespace ctl
