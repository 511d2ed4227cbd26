#include "ctl/mailbox_check.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>

#include "base/files.hpp"
#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/test_drop.hpp"
#include "mailbox/mailbox.hpp"

namespace ctl {

namespace {

std::string user_of(uid_t uid) {
    const passwd* const found = ::getpwuid(uid);
    return found ? found->pw_name : std::to_string(uid);
}

std::string group_of(gid_t gid) {
    const ::group* const found = ::getgrgid(gid);
    return found ? found->gr_name : std::to_string(gid);
}

std::string octal(unsigned mode) {
    char text[8];
    std::snprintf(text, sizeof text, "%04o", mode & 07777);
    return text;
}

// The worse of two exit statuses: what is broken goes before what is not allowed.
int worse(int a, int b) {
    if (a == EX_IOERR || b == EX_IOERR) return EX_IOERR;
    return std::max(a, b);
}

// Each box: what it is, what it should be, and the commands that make it so.
int check_boxes(const Boxes& boxes, const std::string& mailbox) {
    struct stat state {};
    const bool owner_known = ::stat(boxes.state.c_str(), &state) == 0;
    Table table{{"DIRECTORY", "OWNER", "GROUP", "MODE", "WANTED", "WHAT TO DO"}};
    int status = EX_OK;
    for (const mailbox::BoxKind& kind : mailbox::box_kinds()) {
        const bool is_root = std::strcmp(kind.name, ".") == 0;
        const std::string path = is_root ? mailbox : mailbox + '/' + kind.name;
        struct stat found {};
        if (::lstat(path.c_str(), &found) != 0) {
            const bool missing = errno == ENOENT;
            table.add({path, "", "", "", octal(kind.mode),
                       missing ? "start permitd: it makes it" : std::strerror(errno)});
            status = worse(status, missing ? EX_IOERR : EX_NOPERM);
            continue;
        }
        std::string remedy;
        const auto then = [&](const std::string& command) {
            remedy += (remedy.empty() ? "" : " && ") + command + ' ' + path;
        };
        if (!S_ISDIR(found.st_mode)) {
            then("mv -i " + path + ' ' + path + ".old; mkdir");
        } else {
            // An sshd that locks somebody in a mailbox demands that it belong to root.
            const bool roots = is_root && found.st_uid == 0;
            if (owner_known && found.st_uid != state.st_uid && !roots)
                then("chown " + user_of(state.st_uid));
            if (!boxes.group.empty() && group_of(found.st_gid) != boxes.group)
                then("chgrp " + boxes.group);
            if ((found.st_mode & 07777) != kind.mode) then("chmod " + octal(kind.mode));
        }
        if (!remedy.empty()) status = worse(status, EX_NOPERM);
        table.add({path, user_of(found.st_uid), group_of(found.st_gid), octal(found.st_mode),
                   octal(kind.mode), remedy.empty() ? "ok" : remedy});
    }
    std::cout << table.text();
    return status;
}

struct FileSystem {
    long magic;
    const char* name;
    const char* events;
};
constexpr const char* has_events = "yes";
constexpr const char* has_none = "not of other hosts: files settle";
constexpr FileSystem file_systems[] = {{EXT4_SUPER_MAGIC, "ext4", has_events},
                                       {XFS_SUPER_MAGIC, "xfs", has_events},
                                       {BTRFS_SUPER_MAGIC, "btrfs", has_events},
                                       {TMPFS_MAGIC, "tmpfs", has_events},
                                       {OVERLAYFS_SUPER_MAGIC, "overlay", has_events},
                                       {NFS_SUPER_MAGIC, "nfs", has_none},
                                       {SMB_SUPER_MAGIC, "smb", has_none},
                                       {0xff534d42, "cifs", has_none},
                                       {FUSE_SUPER_MAGIC, "fuse", has_none}};

std::string error_or_yes(bool works) {
    return works ? "yes" : std::string{"no: "} + std::strerror(errno);
}

// Mounts are told apart by statx: two of them may be of one device.
std::optional<std::uint64_t> mount_of(const std::string& path) {
    struct statx found {};
    if (::statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &found) != 0) return std::nullopt;
    return found.stx_mnt_id;
}

void tell(const std::string& what, const std::string& value) {
    std::cout << what << std::string(what.size() < 28 ? 28 - what.size() : 1, ' ') << value << '\n';
}

int check_file_system(const Boxes& boxes, const std::string& mailbox) {
    struct statfs kind {};
    struct statvfs space {};
    const std::string outbox = mailbox + "/OutBox";
    std::cout << '\n';
    if (::statfs(outbox.c_str(), &kind) != 0 || ::statvfs(outbox.c_str(), &space) != 0) {
        tell("file system", std::strerror(errno));
        return EX_IOERR;
    }
    const auto known = std::ranges::find_if(file_systems, [&](const FileSystem& each) {
        return each.magic == static_cast<long>(kind.f_type);
    });
    const bool is_known = known != std::end(file_systems);
    tell("file system", is_known ? known->name : "one that permitd was not tried on");
    tell("events (inotify)", is_known ? known->events : "see the test drop");
    const base::Fd nameless{::open(outbox.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)};
    tell("files without a name", error_or_yes(static_cast<bool>(nameless)));
    const std::uint64_t all = std::max<std::uint64_t>(1, space.f_blocks);
    tell("free", std::to_string((space.f_bavail * space.f_frsize) >> 20) + " MiB, " +
                     std::to_string(space.f_bavail * 100 / all) + " %");
    const auto here = mount_of(mailbox + "/InBox"), there = mount_of(boxes.archive);
    const bool same = here && there && *here == *there;
    tell("one mount with the archive", same ? "yes"
                                       : !there
                                           ? "unknown: " + boxes.archive + " cannot be looked at"
                                           : "no: receipts cannot be linked from " + boxes.archive +
                                                 "; put `archive` on the spool's mount");
    return same || !there ? EX_OK : EX_IOERR;
}

int check_drop(const std::string& mailbox, const Who& who) {
    int status = EX_OK;
    std::cout << "\nas " << (who.name.empty() ? user_of(::geteuid()) : who.name) << '\n'
              << std::flush;
    for (const Step& each : test_drop(mailbox, who)) {
        tell(each.what, each.error == 0 ? "ok" : std::strerror(each.error));
        if (each.error == 0) continue;
        const bool refused = each.error == EACCES || each.error == EPERM;
        status = worse(status, refused ? EX_NOPERM : EX_IOERR);
    }
    return status;
}

}  // namespace

int check_mailbox(const std::string& configuration_file, const std::string& name,
                  const std::string& as_user) {
    const auto boxes = boxes_of(configuration_file, name);
    if (!boxes) {
        std::cerr << "permitctl: " << configuration_file << " has no mailbox " << name << '\n';
        return EX_NOINPUT;
    }
    if (boxes->remote) {
        std::cout << "The boxes of " << name
                  << " stand on its partner's server; `permitctl mailboxes` tells how they are.\n";
        return EX_OK;
    }
    Who who;
    if (!as_user.empty()) {
        const passwd* const found = ::getpwnam(as_user.c_str());
        if (!found || ::geteuid() != 0) {
            std::cerr << "permitctl: "
                      << (found ? "only root may drop as somebody else: run it by sudo"
                                : "there is no user " + as_user)
                      << '\n';
            return found ? EX_NOPERM : EX_NOINPUT;
        }
        who = {as_user, found->pw_uid, found->pw_gid};
    }
    const std::string mailbox = boxes->spool + '/' + name;
    int status = check_boxes(*boxes, mailbox);
    if (::access((mailbox + "/OutBox").c_str(), F_OK) != 0) return status;
    status = worse(status, check_file_system(*boxes, mailbox));
    return worse(status, check_drop(mailbox, who));
}

}  // namespace ctl
