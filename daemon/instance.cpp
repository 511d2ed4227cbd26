#include "instance.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/stop.hpp"

namespace permitd {

namespace {

constexpr std::size_t mark_bytes_max = 4096;

// "<boot id> <mount id>"; the mount id is new with every mount.
std::string cache_of(const std::string& directory) {
    const auto boot = base::read_file("/proc/sys/kernel/random/boot_id", 100);
    struct statx found = {};
    ::statx(AT_FDCWD, directory.c_str(), 0, STATX_MNT_ID, &found);
    std::string name = boot ? *boot : "?";
    while (!name.empty() && name.back() == '\n') name.pop_back();
    return name + ' ' + std::to_string(found.stx_mnt_id);
}

}  // namespace

void mark_when_stopped(const std::string& mark_file, const std::string& state_directory) {
    // Composed now: when it is needed, as little as possible should still have to work.
    const std::string mark = cache_of(state_directory) + '\n';
    base::set_stop_handler([mark_file, mark](const base::Fault&) {
        const int fd = ::open(mark_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fd < 0) return;
        [[maybe_unused]] const auto written = ::write(fd, mark.data(), mark.size());
        ::close(fd);
    });
}

base::Outcome refuse_when_marked(const std::string& mark_file, const std::string& state_directory) {
    const auto mark = base::read_file(mark_file, mark_bytes_max);
    if (!mark) return base::done;
    if (*mark != cache_of(state_directory) + '\n') {
        ::unlink(mark_file.c_str());
        return base::done;
    }
    return base::Fault{base::Remedy::Stop, "the last run ended because a disk failed (" +
                                               mark_file + "): mount the file system of " +
                                               state_directory +
                                               " anew or restart the host, then start permitd"};
}

}  // namespace permitd
