#include "snapshot.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "gate.hpp"
#include "store/layout.hpp"

namespace permitd {

namespace {

namespace fs = std::filesystem;
namespace layout = store::layout;

// What may have to be written: the memory tables (8 MiB), what of the log came meanwhile, a
// manifest. RocksDB must not meet a full disk.
constexpr std::uint64_t room_bytes = 128u << 20;
constexpr std::size_t key_bytes_max = 4096;

// Nothing when somebody has it.
bool is_free(const base::Fd& directory) {
    return ::flock(directory.number(), LOCK_EX | LOCK_NB) == 0;
}

base::Outcome remove_all(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (!error) return base::done;
    return base::fault_of_errno(error.value(), "removing " + path.string());
}

base::Outcome enough_room(const std::string& state) {
    const auto space = Gate::space_of(state);
    if (!space) return space.fault();
    if (space->bytes_free >= room_bytes) return base::done;
    return base::Fault{base::Remedy::RetryLater,
                       "a backup wants 128 MiB free on the file system of " + state + ", and " +
                           std::to_string(space->bytes_free >> 20) + " MiB are; free space first"};
}

base::Outcome link_to(const fs::path& from, const fs::path& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return base::done;
    return base::fault_of_errno(errno, "linking " + to.string());
}

base::Outcome make(const fs::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0) return base::done;
    return base::fault_of_errno(errno, "making " + directory.string());
}

base::Outcome link_batches(const fs::path& from, const fs::path& to) {
    if (auto made = make(to); !made) return made;
    base::Outcome linked = base::done;
    const auto listed = base::each_name_in(from, [&](const std::string& name) {
        if (!name.starts_with('.')) linked = link_to(from / name, to / name);
        return static_cast<bool>(linked);
    });
    return listed ? linked : listed;
}

base::Outcome copy_key(const std::string& from, const fs::path& to) {
    auto key = base::read_file(from, key_bytes_max);
    if (!key) return key.fault();
    const base::Fd file{
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!file) return base::fault_of_errno(errno, "making " + to.string());
    auto written = base::write_all(file.number(), *key);
    base::wipe(*key);
    return written;
}

// Files of the state directory that are replaced whole and never written in place.
base::Outcome link_notes(const fs::path& state, const fs::path& to) {
    for (const std::string& name : {layout::forgotten, layout::spool_id})
        if (::link((state / name).c_str(), (to / name).c_str()) != 0 && errno != ENOENT)
            return base::fault_of_errno(errno, "linking " + (to / name).string());
    return base::done;
}

base::Result<store::Copied> fill(const fs::path& snapshot, const Config& config,
                                 const edi::Store& store, const ledger::WorkingCopies& copies) {
    const fs::path state = config.state;
    const auto all_stay = copies.keep_all();
    const auto copied = store::copy_store(store, snapshot / layout::database);
    if (!copied) return copied.fault();
    if (auto linked = link_batches(state / layout::batches, snapshot / layout::batches); !linked)
        return linked.fault();
    if (auto kept = copy_key(config.state_key, snapshot / layout::state_key); !kept)
        return kept.fault();
    if (auto kept = copy_key(config.ledger_key, snapshot / layout::ledger_key); !kept)
        return kept.fault();
    if (auto linked = link_notes(state, snapshot); !linked) return linked.fault();
    return *copied;
}

}  // namespace

base::Result<Snapshot> take_snapshot(const Config& config, const edi::Store& store,
                                     const ledger::WorkingCopies& copies) {
    if (auto removed = remove_snapshot(config.state); !removed) return removed.fault();
    const std::string path = config.state + '/' + layout::snapshot;
    if (std::error_code none; fs::exists(path, none))
        return base::Fault{base::Remedy::RetryLater, "another backup is being made"};
    if (auto room = enough_room(config.state); !room) return room.fault();
    if (auto made = make(path); !made) return made.fault();
    auto filled = fill(path, config, store, copies);
    if (filled) return Snapshot{path, *filled};
    // What cannot be removed now is before the next one.
    if (auto removed = remove_all(path); !removed) return removed.fault();
    return filled.fault();
}

base::Outcome remove_snapshot(const std::string& state) {
    const std::string path = state + '/' + layout::snapshot;
    const base::Fd there{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!there && errno == ENOENT) return base::done;
    if (!there) return base::fault_of_errno(errno, "opening " + path);
    return is_free(there) ? remove_all(path) : base::done;
}

base::Outcome refuse_half_restored(const std::string& state) {
    const std::string path = state + '/' + layout::restoring;
    const base::Fd there{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!there && errno == ENOENT) return base::done;
    if (!there) return base::fault_of_errno(errno, "opening " + path);
    if (!is_free(there))
        return base::Fault{base::Remedy::RetryLater,
                           "permitctl restore puts a backup back to " + state};
    return base::Fault{base::Remedy::AskOperator,
                       path +
                           " is what a restore left that was cut off: run permitctl restore "
                           "again, with --force"};
}

}  // namespace permitd
