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

// Sparse. permitd wants 64 MiB and four of the largest files free, xfs 300 MiB in all.
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

base::Outcome Disk::format() const {
    const std::string program = kind_ == FileSystem::Ext4 ? "/sbin/mkfs.ext4" : "/sbin/mkfs.xfs";
    if (::access(program.c_str(), X_OK) != 0) return fault(program);
    { const base::Fd made{::open(image_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)}; }
    fs::resize_file(image_, image_bytes);
    const line::Ended done = line::run({program, "-q", image_}, {{"PATH", "/usr/bin:/bin:/sbin"}},
                                       folder_.parent_path());
    if (done.status != 0)
        return base::Fault{base::Remedy::AskOperator, program + ": " + done.errors};
    return base::done;
}

base::Result<std::unique_ptr<Disk>> Disk::make(FileSystem kind, fs::path folder) {
    std::unique_ptr<Disk> disk{new Disk{kind, std::move(folder)}};
    if (const auto own = own_mounts(); !own) return own.fault();
    if (const auto formatted = disk->format(); !formatted) return formatted.fault();
    if (const auto attached = disk->attach(); !attached) return attached.fault();
    fs::create_directories(disk->folder_);
    try {
        disk->mount();
    } catch (const std::runtime_error& error) {
        return base::Fault{base::Remedy::AskOperator, error.what()};
    }
    return disk;
}

void Disk::mount() {
    const char* kind = kind_ == FileSystem::Ext4 ? "ext4" : "xfs";
    if (::mount(device_.c_str(), folder_.c_str(), kind, 0, nullptr) != 0)
        throw std::runtime_error{fault("mounting " + device_ + " as " + kind).text};
    is_mounted_ = true;
}

void Disk::lose_power() {
    {
        const base::Fd root{::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        std::uint32_t how = without_flush;
        if (::ioctl(root.number(), shut_down, &how) != 0)
            throw std::runtime_error{fault("shutting down " + folder_.string()).text};
    }
    unmount();
}

void Disk::unmount() {
    if (!line::becomes_true([&] { return ::umount2(folder_.c_str(), 0) == 0; }, unmount_time_max))
        throw std::runtime_error{fault("unmounting " + folder_.string()).text};
    is_mounted_ = false;
}

Disk::~Disk() {
    if (is_mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

}  // namespace crash
