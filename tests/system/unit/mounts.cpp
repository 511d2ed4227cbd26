#include "system/unit/mounts.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace unit {

namespace {

namespace fs = std::filesystem;

void must(int result, const std::string& what) {
    if (result < 0) throw std::runtime_error{what + ": " + std::strerror(errno)};
}

// A tree of mounts that was taken aside before its place is covered.
struct Aside {
    std::string path;
    int tree;
};

Aside take_aside(const std::string& path) {
    const int tree =
        ::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | AT_RECURSIVE | OPEN_TREE_CLOEXEC);
    must(tree, "taking " + path);
    return {path, tree};
}

void put_back(const Aside& aside, bool is_directory) {
    const fs::path path{aside.path};
    if (is_directory)
        fs::create_directories(path);
    else if (!fs::exists(path))
        std::ofstream{path};
    must(::move_mount(aside.tree, "", AT_FDCWD, aside.path.c_str(), MOVE_MOUNT_F_EMPTY_PATH),
         "mounting " + aside.path);
}

void set_attributes(const std::string& path, std::uint64_t attributes) {
    mount_attr wanted{};
    wanted.attr_set = attributes;
    must(::mount_setattr(AT_FDCWD, path.c_str(), AT_RECURSIVE, &wanted, sizeof wanted),
         "restricting " + path);
}

void cover(const char* path, const char* options) {
    if (!fs::is_directory(path)) return;
    must(::mount("none", path, "tmpfs", MS_NOSUID | MS_NODEV, options),
         std::string{"covering "} + path);
}

constexpr const char* devices[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                   "/dev/random", "/dev/urandom", "/dev/tty"};

void cover_devices(const std::vector<Aside>& nodes) {
    must(::mount("none", "/dev", "tmpfs", MS_NOSUID, "mode=755,size=1m"), "covering /dev");
    for (const Aside& each : nodes) put_back(each, false);
    fs::create_directory("/dev/shm");
    must(::mount("none", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"), "/dev/shm");
}

void expect(const UnitFile& unit, const std::string& directive, const std::string& value) {
    if (unit.last(directive) != value)
        throw std::runtime_error{directive + '=' + unit.last(directive) + " is not known here"};
}

}  // namespace

void enter_mounts(const UnitFile& unit, const std::vector<std::string>& writable,
                  const std::vector<std::string>& readable) {
    for (const char* directive : {"PrivateDevices", "PrivateMounts", "PrivateTmp", "ProtectHome",
                                  "ProtectControlGroups", "ProtectKernelTunables"})
        expect(unit, directive, "yes");
    expect(unit, "ProtectSystem", "strict");
    expect(unit, "ProtectProc", "invisible");
    must(::unshare(CLONE_NEWNS), "unshare");
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    std::vector<Aside> nodes, installed, own;
    for (const char* each : devices)
        if (fs::exists(each)) nodes.push_back(take_aside(each));
    for (const std::string& each : readable) installed.push_back(take_aside(each));
    for (const std::string& each : writable) own.push_back(take_aside(each));
    set_attributes("/", MOUNT_ATTR_RDONLY);
    for (const char* home : {"/home", "/root", "/run/user"}) cover(home, "mode=755,size=1m");
    for (const char* scratch : {"/tmp", "/var/tmp"}) cover(scratch, "mode=1777");
    cover_devices(nodes);
    for (const Aside& each : installed) put_back(each, true);
    for (const Aside& each : installed) set_attributes(each.path, MOUNT_ATTR_RDONLY);
    for (const Aside& each : own) put_back(each, true);
    must(::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible"),
         "mounting /proc");
}

}  // namespace unit
