#include "crash/disk.hpp"

#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "system/child.hpp"

namespace crash {

namespace fs = std::filesystem;

namespace {

// Sparse. permitd wants 64 MiB and four times the largest file free; xfs takes nothing below 300 MiB.
constexpr std::uintmax_t image_bytes = std::uintmax_t{2} << 30;

// EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are the same; the journal is not written either.
constexpr unsigned long shut_down = _IOR('X', 125, std::uint32_t);
constexpr std::uint32_t without_flush = 2;

constexpr line::milliseconds unmount_time_max{20'000};

base::Fault fault(const std::string& what) {
    return {base::Remedy::AskOperator, what + ": " + std::strerror(errno)};
}

// Mounts that nobody else sees, and that nobody has to clean up after us.
base::Outcome own_mounts() {
    static const bool own = ::unshare(CLONE_NEWNS) == 0 &&
                            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    if (!own) return fault("no mounts of our own");
    return base::done;
}

void mount_or_throw(const std::string& what, const fs::path& where, const char* kind,
                    unsigned long flags) {
    if (::mount(what.c_str(), where.c_str(), kind, flags, nullptr) != 0)
        throw std::runtime_error{"mounting " + what + " on " + where.string() + ": " +
                                 std::strerror(errno)};
}

}  // namespace

// The device frees itself when its last user closes it.
base::Outcome Disk::attach() {
    const base::Fd control{::open("/dev/loop-control", O_RDWR | O_CLOEXEC)};
    if (control.number() < 0) return fault("/dev/loop-control");
    const base::Fd file{::open(image_.c_str(), O_RDWR | O_CLOEXEC)};
    for (int tries = 0; tries < 20; ++tries) {
        const int free = ::ioctl(control.number(), LOOP_CTL_GET_FREE);
        if (free < 0) return fault("no loop device is free");
        device_ = "/dev/loop" + std::to_string(free);
        loop_ = base::Fd{::open(device_.c_str(), O_RDWR | O_CLOEXEC)};
        if (loop_.number() < 0) return fault(device_);
        loop_config config{};
        config.fd = static_cast<std::uint32_t>(file.number());
        config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
        if (::ioctl(loop_.number(), LOOP_CONFIGURE, &config) == 0) return base::done;
        if (errno != EBUSY) return fault(device_);
    }
    return fault(device_);
}

base::Result<std::unique_ptr<Disk>> Disk::make(FileSystem kind, const fs::path& above,
                                               const std::vector<std::string>& folders) {
    std::unique_ptr<Disk> disk{new Disk{kind, above, folders}};
    const std::string program = kind == FileSystem::Ext4 ? "/sbin/mkfs.ext4" : "/sbin/mkfs.xfs";
    if (::access(program.c_str(), X_OK) != 0) return fault(program);
    if (const auto own = own_mounts(); !own) return own.fault();
    { const base::Fd made{::open(disk->image_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)}; }
    fs::resize_file(disk->image_, image_bytes);
    const line::Ended formatted =
        line::run({program, "-q", disk->image_}, {{"PATH", "/usr/bin:/bin:/sbin"}}, above);
    if (formatted.status != 0)
        return base::Fault{base::Remedy::AskOperator, program + ": " + formatted.errors};
    if (const auto attached = disk->attach(); !attached) return attached.fault();
    fs::create_directories(disk->place_);
    const char* name = kind == FileSystem::Ext4 ? "ext4" : "xfs";
    if (::mount(disk->device_.c_str(), disk->place_.c_str(), name, 0, nullptr) != 0)
        return fault("mounting " + disk->device_);
    for (const std::string& each : folders) {
        fs::create_directories(above / each);
        fs::create_directories(disk->place_ / each);
    }
    ::umount2(disk->place_.c_str(), 0);
    disk->mount();
    return disk;
}

void Disk::mount() {
    mount_or_throw(device_, place_, kind_ == FileSystem::Ext4 ? "ext4" : "xfs", 0);
    for (const std::string& each : folders_)
        mount_or_throw(place_ / each, above_ / each, nullptr, MS_BIND);
    is_mounted_ = true;
}

void Disk::unmount() {
    for (const std::string& each : folders_)
        line::becomes_true([&] { return ::umount2((above_ / each).c_str(), 0) == 0; },
                           unmount_time_max);
    if (!line::becomes_true([&] { return ::umount2(place_.c_str(), 0) == 0; }, unmount_time_max))
        throw std::runtime_error{"somebody still uses " + place_.string()};
    is_mounted_ = false;
}

void Disk::lose_power() {
    {
        const base::Fd root{::open(place_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        std::uint32_t how = without_flush;
        if (::ioctl(root.number(), shut_down, &how) != 0)
            throw std::runtime_error{"the file system cannot be shut down: " +
                                     std::string{std::strerror(errno)}};
    }
    unmount();
    mount();
}

Disk::~Disk() {
    if (!is_mounted_) return;
    for (const std::string& each : folders_) ::umount2((above_ / each).c_str(), MNT_DETACH);
    ::umount2(place_.c_str(), MNT_DETACH);
}

}  // namespace crash
