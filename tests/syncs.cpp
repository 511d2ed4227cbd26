#include "syncs.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <set>
#include <utility>

namespace {

struct Seen {
    std::mutex mutex;
    std::set<std::pair<dev_t, ino_t>> files;
    std::set<dev_t> file_systems;
};

Seen& seen() {
    static Seen all;
    return all;
}

std::atomic<bool> all_fail = false;

long sync_by(long call, int fd) {
    if (!all_fail) return ::syscall(call, fd);
    errno = EIO;
    return -1;
}

int note_file(long outcome, int fd) {
    struct stat status {};
    if (outcome == 0 && ::fstat(fd, &status) == 0) {
        const std::lock_guard lock{seen().mutex};
        seen().files.emplace(status.st_dev, status.st_ino);
    }
    return static_cast<int>(outcome);
}

}  // namespace

// In place of the C library's.
extern "C" int fsync(int fd) { return note_file(sync_by(SYS_fsync, fd), fd); }
extern "C" int fdatasync(int fd) { return note_file(sync_by(SYS_fdatasync, fd), fd); }
extern "C" int syncfs(int fd) noexcept {
    const long outcome = sync_by(SYS_syncfs, fd);
    const int error = errno;
    struct stat status {};
    if (outcome == 0 && ::fstat(fd, &status) == 0) {
        const std::lock_guard lock{seen().mutex};
        seen().file_systems.insert(status.st_dev);
    }
    errno = error;
    return static_cast<int>(outcome);
}

namespace tests {

void fail_syncs() { all_fail = true; }

void watch_syncs() {
    const std::lock_guard lock{seen().mutex};
    seen().files.clear();
    seen().file_systems.clear();
}

bool was_synced(const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0)
        throw std::filesystem::filesystem_error{"syncs", path,
                                                std::error_code{errno, std::generic_category()}};
    const std::lock_guard lock{seen().mutex};
    return seen().file_systems.contains(status.st_dev) ||
           seen().files.contains({status.st_dev, status.st_ino});
}

}  // namespace tests
