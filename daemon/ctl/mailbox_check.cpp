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
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>

#include "base/files.hpp"
#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/test_drop.hpp"
#include "ctl/words.hpp"
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

std::optional<gid_t> gid_of(const std::string& name) {
    const ::group* const found = name.empty() ? nullptr : ::getgrnam(name.c_str());
    return found ? std::optional{found->gr_gid} : std::nullopt;
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

// permitd's user, as the owner of its state.
struct Daemon {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name;
};

std::optional<Daemon> daemon_of(const Boxes& boxes) {
    struct stat state {};
    if (::stat(boxes.state.c_str(), &state) != 0) return std::nullopt;
    const passwd* const found = ::getpwuid(state.st_uid);
    return Daemon{state.st_uid, found ? found->pw_gid : state.st_gid, user_of(state.st_uid)};
}

bool is_member(const Daemon& daemon, gid_t group) {
    std::array<gid_t, 1024> groups;
    int count = groups.size();
    if (::getgrouplist(daemon.name.c_str(), daemon.gid, groups.data(), &count) < 0) return false;
    return std::ranges::find(groups.begin(), groups.begin() + count, group) !=
           groups.begin() + count;
}

// Commands, one after the other.
class Remedy {
public:
    void then(const std::string& command) { text_ += (text_.empty() ? "" : " && ") + command; }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

class BoxCheck {
public:
    BoxCheck(const Boxes& boxes, const std::string& mailbox)
        : boxes_(boxes), mailbox_(mailbox), daemon_(daemon_of(boxes)) {
        struct stat found {};
        // An sshd that locks somebody in a mailbox demands that it belong to root.
        roots_ = ::lstat(mailbox.c_str(), &found) == 0 && found.st_uid == 0 &&
                 (!daemon_ || daemon_->uid != 0);
    }
    int run() {
        for (const mailbox::BoxKind& kind : mailbox::box_kinds()) look_at(kind);
        std::cout << table_.text();
        return status_;
    }

private:
    void look_at(const mailbox::BoxKind& kind) {
        const bool is_root = std::strcmp(kind.name, ".") == 0;
        const std::string path = is_root ? mailbox_ : mailbox_ + '/' + kind.name;
        struct stat found {};
        if (::lstat(path.c_str(), &found) != 0) {
            const bool missing = errno == ENOENT;
            table_.add({path, "", "", "", octal(kind.mode),
                        missing ? remedy_of_missing(path, kind.mode) : std::strerror(errno)});
            status_ = worse(status_, missing ? EX_IOERR : EX_NOPERM);
            return;
        }
        Remedy remedy;
        if (!S_ISDIR(found.st_mode))
            remedy.then("mv -i " + path + ' ' + path + ".old && mkdir " + path);
        else
            see_rights(remedy, path, found, kind.mode, is_root && roots_);
        if (!remedy.text().empty()) status_ = worse(status_, EX_NOPERM);
        table_.add({path, user_of(found.st_uid), group_of(found.st_gid), octal(found.st_mode),
                    octal(kind.mode), remedy.text().empty() ? say("ok") : remedy.text()});
    }
    std::string remedy_of_missing(const std::string& path, unsigned mode) const {
        if (!roots_ || !daemon_) return say("start permitd: it makes it");
        const std::string group = boxes_.group.empty() ? group_of(daemon_->gid) : boxes_.group;
        return "install -d -o " + daemon_->name + " -g " + group + " -m " + octal(mode) + ' ' +
               path;
    }
    void see_rights(Remedy& remedy, const std::string& path, const struct stat& found,
                    unsigned mode, bool roots) const {
        if (daemon_ && found.st_uid != daemon_->uid && !roots)
            remedy.then("chown " + daemon_->name + ' ' + path);
        const std::optional<gid_t> wanted = gid_of(boxes_.group);
        if (!boxes_.group.empty() && !wanted) remedy.then("groupadd " + boxes_.group);
        if (!boxes_.group.empty() && wanted != found.st_gid)
            remedy.then("chgrp " + boxes_.group + ' ' + path);
        // What belongs to root permitd enters by its group alone.
        const bool enters =
            !roots || !daemon_ || is_member(*daemon_, wanted.value_or(found.st_gid));
        if (!enters && boxes_.group.empty())
            remedy.then("chgrp " + group_of(daemon_->gid) + ' ' + path);
        else if (!enters)
            remedy.then("usermod -aG " + boxes_.group + ' ' + daemon_->name +
                        " && systemctl restart permitd");
        if ((found.st_mode & 07777) != mode) remedy.then("chmod " + octal(mode) + ' ' + path);
    }

    const Boxes& boxes_;
    const std::string& mailbox_;
    const std::optional<Daemon> daemon_;
    bool roots_ = false;  // the mailbox belongs to root, and permitd is somebody else
    Table table_{{say("DIRECTORY"), say("OWNER"), say("GROUP"), say("MODE"), say("WANTED"),
                  say("WHAT TO DO")}};
    int status_ = EX_OK;
};

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
    const int error = errno;
    return works ? say("yes") : say("no: {1}", {std::strerror(error)});
}

// Mounts are told apart by statx: two of them may be of one device.
std::optional<std::uint64_t> mount_of(const std::string& path) {
    struct statx found {};
    if (::statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &found) != 0) return std::nullopt;
    return found.stx_mnt_id;
}

void tell_row(const std::string& what, const std::string& value) {
    std::cout << padded(what, std::max<std::size_t>(28, width_of(what) + 1)) << value << '\n';
}

int check_file_system(const Boxes& boxes, const std::string& mailbox) {
    struct statfs kind {};
    struct statvfs space {};
    const std::string outbox = mailbox + "/OutBox";
    std::cout << '\n';
    if (::statfs(outbox.c_str(), &kind) != 0 || ::statvfs(outbox.c_str(), &space) != 0) {
        tell_row(say("file system"), std::strerror(errno));
        return EX_IOERR;
    }
    const auto known = std::ranges::find_if(file_systems, [&](const FileSystem& each) {
        return each.magic == static_cast<long>(kind.f_type);
    });
    const bool is_known = known != std::end(file_systems);
    tell_row(say("file system"), is_known ? known->name : say("one that permitd was not tried on"));
    tell_row(say("events (inotify)"), is_known ? word_of(known->events) : say("see the test drop"));
    const base::Fd nameless{::open(outbox.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)};
    tell_row(say("files without a name"), error_or_yes(static_cast<bool>(nameless)));
    const std::uint64_t all = std::max<std::uint64_t>(1, space.f_blocks);
    tell_row(say("free"),
             say("{1} MiB, {2} %", {std::to_string((space.f_bavail * space.f_frsize) >> 20),
                                    std::to_string(space.f_bavail * 100 / all)}));
    const auto here = mount_of(mailbox + "/InBox"), there = mount_of(boxes.archive);
    const bool same = here && there && *here == *there;
    tell_row(say("one mount with the archive"),
             same ? say("yes")
             : !there
                 ? say("unknown: {1} cannot be looked at", {boxes.archive})
                 : say("no: receipts cannot be linked from {1}; put `archive` on the spool's mount",
                       {boxes.archive}));
    return same || !there ? EX_OK : EX_IOERR;
}

int check_drop(const std::string& mailbox, const Who& who) {
    int status = EX_OK;
    std::cout << '\n'
              << say("as {1}", {who.name.empty() ? user_of(::geteuid()) : who.name}) << '\n'
              << std::flush;
    for (const Step& each : test_drop(mailbox, who)) {
        tell_row(word_of(each.what), each.error == 0 ? say("ok") : std::strerror(each.error));
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
        std::cerr << "permitctl: " << boxes.fault().text << '\n';
        return EX_NOINPUT;
    }
    if (boxes->remote) {
        std::cout << say("The boxes of {1} stand on its partner's server; `permitctl mailboxes` "
                         "tells how they are.",
                         {name})
                  << '\n';
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
    int status = BoxCheck{*boxes, mailbox}.run();
    if (::access((mailbox + "/OutBox").c_str(), F_OK) != 0) return status;
    status = worse(status, check_file_system(*boxes, mailbox));
    return worse(status, check_drop(mailbox, who));
}

}  // namespace ctl
