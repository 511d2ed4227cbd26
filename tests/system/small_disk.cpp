#include "system/small_disk.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/files.hpp"

namespace line {

namespace {

namespace fs = std::filesystem;

struct statvfs free_of(const fs::path& folder) {
    struct statvfs all {};
    if (::statvfs(folder.c_str(), &all) != 0)
        throw std::runtime_error{folder.string() + ": " + std::strerror(errno)};
    return all;
}

base::Fd made(const fs::path& file) {
    return base::Fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
}

}  // namespace

SmallDisk::SmallDisk(fs::path folder, const std::string& options) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
    is_mounted_ =
        ::mount("none", folder_.c_str(), "tmpfs", 0, ("mode=755," + options).c_str()) == 0;
    if (is_mounted_) fs::create_directory(ballast());
}

SmallDisk::~SmallDisk() {
    if (is_mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

std::uint64_t SmallDisk::bytes_free() const {
    const struct statvfs all = free_of(folder_);
    return all.f_bavail * all.f_frsize;
}

std::uint64_t SmallDisk::inodes_free() const { return free_of(folder_).f_favail; }

void SmallDisk::fill_bytes(std::uint64_t left) {
    const base::Fd file = made(ballast() / "bytes");
    off_t length = ::lseek(file.number(), 0, SEEK_END);
    // Others take and give meanwhile.
    for (std::uint64_t free = bytes_free(); free > left; free = bytes_free()) {
        const auto more = static_cast<off_t>(free - left);
        const int error = ::posix_fallocate(file.number(), length, more);
        if (error == 0) length += more;
        if (error != 0 && error != ENOSPC) throw std::runtime_error{std::strerror(error)};
    }
}

void SmallDisk::fill_inodes(std::uint64_t left) {
    while (inodes_free() > left)
        if (!made(ballast() / std::to_string(++files_)) && errno != ENOSPC)
            throw std::runtime_error{std::strerror(errno)};
}

void SmallDisk::clear() {
    fs::remove_all(ballast());
    fs::create_directory(ballast());
}

std::size_t times_told(const std::string& words, const std::string& event) {
    const std::string line = "\"event\":\"" + event + '"';
    std::size_t times = 0;
    for (std::size_t at = words.find(line); at != std::string::npos; at = words.find(line, at + 1))
        ++times;
    return times;
}

}  // namespace line
