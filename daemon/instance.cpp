#include "instance.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <sstream>

#include "base/files.hpp"
#include "base/stop.hpp"
#include "events.hpp"
#include "gate.hpp"

namespace permitd {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mark_bytes_max = 65'536;

// Opening writes a manifest of some KiB and what the write-ahead logs hold (8 MiB in memory).
constexpr std::uint64_t room_bytes = 32u << 20, room_files = 64;
// With systemd's ten starts in ten minutes this is tried for ever.
constexpr int room_waits_max = 60;

std::string boot_id() {
    const auto boot = base::read_file("/proc/sys/kernel/random/boot_id", 100);
    return boot ? boot->substr(0, boot->find('\n')) : "?";
}

std::string number_of(dev_t device) {
    return std::to_string(major(device)) + ':' + std::to_string(minor(device));
}

// "<boot> <major>:<minor> <life>"
struct Line {
    std::string boot;
    dev_t device = 0;
    std::string life;
};

std::string text_of(const Line& line) {
    return line.boot + ' ' + number_of(line.device) + ' ' + line.life + '\n';
}

// Nothing when it was torn.
std::optional<Line> line_of(const std::string& text) {
    Line line;
    unsigned upper = 0, lower = 0;
    char colon = 0;
    std::istringstream in{text};
    if (!(in >> line.boot >> upper >> colon >> lower) || colon != ':' || in.get() != ' ')
        return std::nullopt;
    std::getline(in, line.life);
    line.device = makedev(upper, lower);
    return line;
}

// As little as possible has to work: no disk is asked, and the run directory is in memory.
void add_to(const std::string& mark_file, dev_t device) {
    const std::string line = text_of({boot_id(), device, life_of(device)});
    const base::Fd mark{
        ::open(mark_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644)};
    const auto written = mark ? base::write_all(mark.number(), line)
                              : base::fault_of_errno(errno, "opening " + mark_file);
    if (!written) base::log(event::mark_not_left, {{"error", written.fault().text}});
}

bool is_over(const Line& line) {
    if (line.boot != boot_id()) return true;
    // Without sysfs no life is shown: that tells nothing.
    std::error_code none;
    return !line.life.empty() && fs::exists("/sys/dev/block", none) &&
           line.life != life_of(line.device);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& each : words) text += (text.empty() ? "" : ", ") + each;
    return text;
}

std::vector<std::string> those_on(dev_t device, const std::vector<std::string>& places) {
    std::vector<std::string> found;
    std::ranges::copy_if(places, std::back_inserter(found), [&](const std::string& place) {
        struct stat status {};
        return ::stat(place.c_str(), &status) == 0 && status.st_dev == device;
    });
    return found;
}

base::Fault not_trusted(const Line& line, const std::string& mark_file,
                        const std::vector<std::string>& places) {
    const auto ours = those_on(line.device, places);
    return {
        base::Remedy::Stop,
        "a sync failed on the file system of " +
            (ours.empty() ? "device " + number_of(line.device) : joined(ours)) +
            ": what is read there may never have reached the disk. See journalctl -k, mend the "
            "disk, then restart the host, or unmount the file system from all places (those of "
            "containers and other services too) and mount it again; then " +
            (line.life.empty() ? "rm " + mark_file + " (a new mount of this kind is not seen) and "
                               : "") +
            "start permitd. Where nothing of permitd stands on it any more, rm " + mark_file};
}

bool has_room(const Space& space) {
    return space.bytes_free >= room_bytes &&
           (space.inodes_all == 0 || space.inodes_free >= room_files);
}

// 0, or an errno. A quota shows in no figure, so the room is taken and given back; of a disk that
// is nearly full nothing is taken, not even for a moment.
int try_to_reserve(const std::string& directory, const base::Result<Space>& space) {
    const base::Fd file{::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)};
    if (!file) return errno;
    if (!space || !has_room(*space)) return 0;
    return ::fallocate(file.number(), 0, 0, off_t{room_bytes}) == 0 ? 0 : errno;
}

}  // namespace

std::string life_of(dev_t device) {
    std::error_code none;
    const fs::path name = fs::read_symlink("/sys/dev/block/" + number_of(device), none).filename();
    if (name.empty()) return "";
    for (const std::string kind : {"ext4", "xfs", "f2fs"}) {
        const fs::path shown = fs::path{"/sys/fs"} / kind / name;
        struct stat status {};
        if (::stat(shown.c_str(), &status) == 0)
            return shown.string() + ' ' + std::to_string(status.st_ino);
    }
    return "";
}

void mark_failed_syncs(const std::string& mark_file) {
    base::set_failed_sync_hook([mark_file](dev_t device) { add_to(mark_file, device); });
}

base::Outcome refuse_when_marked(const std::string& mark_file,
                                 const std::vector<std::string>& places) {
    struct stat status {};
    if (::lstat(mark_file.c_str(), &status) != 0 && errno == ENOENT) return base::done;
    const auto text = base::read_file(mark_file, mark_bytes_max);
    if (!text) return base::Fault{base::Remedy::Stop, text.fault().text};
    std::istringstream in{*text};
    for (std::string each; std::getline(in, each);) {
        const auto line = line_of(each);
        if (!line)
            return base::Fault{base::Remedy::Stop,
                               "a sync failed, and " + mark_file +
                                   " does not say on which file system: restart the host, or mount "
                                   "those of " +
                                   joined(places) + " anew and rm " + mark_file};
        if (!is_over(*line)) return not_trusted(*line, mark_file, places);
    }
    ::unlink(mark_file.c_str());
    return base::done;
}

base::Outcome wait_for_room(const std::string& state_directory, const sigset_t& signals) {
    const timespec pause{1, 0};
    for (int waited = 0; waited <= room_waits_max; ++waited) {
        const auto space = Gate::space_of(state_directory);
        const int error = try_to_reserve(state_directory, space);
        if (error == EROFS)
            return base::Fault{base::Remedy::Stop, "the file system of " + state_directory +
                                                       " is read-only: see journalctl -k, mount "
                                                       "it for writing, then start permitd"};
        // What is not there yet is made, what cannot be asked is told by whoever opens it.
        const bool is_full = error == ENOSPC || error == EDQUOT;
        if (!space || (has_room(*space) && !is_full)) return base::done;
        if (waited == 0)
            base::log(event::start_waits,
                      {{"place", state_directory},
                       {"bytes_free", static_cast<std::int64_t>(space->bytes_free)},
                       {"bytes_needed", static_cast<std::int64_t>(room_bytes)},
                       {"inodes_free", static_cast<std::int64_t>(space->inodes_free)}});
        if (::sigtimedwait(&signals, nullptr, &pause) > 0) break;
    }
    return base::Fault{base::Remedy::RetryLater, "the file system of " + state_directory +
                                                     " is full: free space, then permitd starts"};
}

}  // namespace permitd
