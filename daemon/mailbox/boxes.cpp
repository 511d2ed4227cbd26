// The boxes as directories: made, given to their group, and rid of old days.
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/permissions.hpp"
#include "mailbox/mailbox.hpp"

namespace mailbox {

namespace {

// The OutBox is sticky: who may write need not be able to list, and nobody removes another one's
// file.
constexpr BoxKind kinds[] = {
    {".", 02750}, {"OutBox", 03730}, {"InBox", 02770}, {"SentBox", 02770}, {"FailBox", 02770}};

base::Result<gid_t> gid_of(const std::string& group) {
    std::array<char, 65'536> room;
    ::group entry{};
    ::group* found = nullptr;
    const int error = ::getgrnam_r(group.c_str(), &entry, room.data(), room.size(), &found);
    if (found) return entry.gr_gid;
    if (error != 0 && error != ENOENT) return base::fault_of_errno(error, "finding group " + group);
    return base::Fault{base::Remedy::AskOperator,
                       "there is no group " + group + " on this host: groupadd " + group};
}

base::Fault not_given(const std::string& path, const std::string& group, unsigned mode) {
    char octal[8];
    std::snprintf(octal, sizeof octal, "%04o", mode);
    return {base::Remedy::AskOperator, path + " cannot be given to the group " + group +
                                           ": make permitd's user a member of " + group +
                                           " and owner of it, or do it as root: chgrp " + group +
                                           ' ' + path + " && chmod " + octal + ' ' + path};
}

// The group first: a change of it may clear the setgid bit.
base::Outcome give(int directory, const std::string& path, const std::string& group,
                   unsigned mode) {
    const auto gid = gid_of(group);
    if (!gid) return gid.fault();
    struct stat status {};
    if (::fstat(directory, &status) != 0) return base::fault_of_errno(errno, "looking at " + path);
    if (status.st_gid == *gid && (status.st_mode & 07777) == mode) return base::done;
    if (status.st_gid != *gid && ::fchown(directory, static_cast<uid_t>(-1), *gid) != 0)
        return not_given(path, group, mode);
    if (!base::set_mode(directory, mode)) return not_given(path, group, mode);
    // Without the right to the group the kernel drops the bit and says nothing.
    if (::fstat(directory, &status) != 0 || (status.st_mode & 07777) != mode)
        return not_given(path, group, mode);
    return base::sync(directory);
}

// Our links are regular files that we own; anything else was put there by somebody.
bool is_link_of_ours(int day, const std::string& name) {
    struct stat status {};
    return ::fstatat(day, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

void sweep_box(int box, const std::string& before_day, std::uint64_t names_max, Swept& swept) {
    std::vector<std::string> old;
    (void)base::each_name(box, "listing a box", [&](const std::string& name) {
        const auto day = base::parse_date(name);
        if (day && base::iso(*day) == name && name < before_day) old.push_back(name);
        return true;
    });
    std::ranges::sort(old);
    for (const std::string& name : old) {
        const base::Fd day{
            ::openat(box, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (!day) continue;
        (void)base::each_name(day.number(), "listing a day", [&](const std::string& file) {
            swept.more = swept.files >= names_max;
            if (swept.more) return false;
            if (is_link_of_ours(day.number(), file) &&
                ::unlinkat(day.number(), file.c_str(), 0) == 0)
                ++swept.files;
            return true;
        });
        if (swept.more) return;
        if (::unlinkat(box, name.c_str(), AT_REMOVEDIR) == 0) ++swept.days;
    }
}

}  // namespace

std::span<const BoxKind> box_kinds() { return kinds; }

base::Result<Mailbox> Mailbox::open(const std::string& spool, const std::string& name,
                                    Terms terms) {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos)
        return base::Fault{base::Remedy::AskOperator, "'" + name + "' cannot name a mailbox"};
    auto above = base::open_directory(spool);
    if (!above) return above.fault();
    Mailbox made;
    made.name_ = name;
    made.terms_ = std::move(terms);
    made.spool_path_ = spool;
    base::Fd* const opened[] = {&made.root_, &made.outbox_, &made.inbox_, &made.sentbox_,
                                &made.failbox_};
    static_assert(std::size(opened) == std::size(kinds));
    for (std::size_t i = 0; i < std::size(kinds); ++i) {
        const bool is_root = i == 0;
        const std::string within = is_root ? spool : spool + '/' + name;
        const std::string folder = is_root ? name : kinds[i].name;
        auto box = base::make_directory_at(is_root ? above->number() : made.root_.number(), folder,
                                           kinds[i].mode);
        if (!box) return base::Fault{box.fault().remedy, box.fault().text + " in " + within};
        const std::string& group = made.terms_.group;
        if (!group.empty())
            if (auto given = give(box->number(), within + '/' + folder, group, kinds[i].mode);
                !given)
                return given.fault();
        *opened[i] = std::move(*box);
    }
    // Also of a mailbox that was remote once: the fates of what its courier fetched are still owed.
    if (made.terms_.place == Place::Remote || Notes::stand_in(made.root_.number())) {
        auto notes = Notes::open(made.root_.number());
        if (!notes) return notes.fault();
        made.notes_ = std::move(*notes);
    }
    return made;
}

bool Mailbox::is_gone(int spool_directory) const {
    struct stat status {};
    return ::fstatat(spool_directory, name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 &&
           errno == ENOENT;
}

bool Mailbox::boxes_stand() const {
    if (!base::stands(root_.number(), {AT_FDCWD, spool_path_ + '/' + name_})) return false;
    const base::Fd* const held[] = {&root_, &outbox_, &inbox_, &sentbox_, &failbox_};
    for (std::size_t i = 1; i < std::size(kinds); ++i)
        if (!base::stands(held[i]->number(), {root_.number(), kinds[i].name})) return false;
    return true;
}

std::vector<Mailbox::Settled> Mailbox::settle(int spool_directory,
                                              const base::Grounds& spool_before) {
    std::vector<Settled> settled;
    base::Fd* const held[] = {&root_, &outbox_, &inbox_, &sentbox_, &failbox_};
    const auto root = base::ground_of(root_.number());
    base::Grounds before = spool_before;
    for (std::size_t i = 0; i < std::size(kinds); ++i) {
        const int above = i == 0 ? spool_directory : root_.number();
        const std::string folder = i == 0 ? name_ : kinds[i].name;
        const std::string path = spool_path_ + '/' + (i == 0 ? "" : name_ + '/') + folder;
        auto [stand, fault] =
            base::settle(*held[i], {above, folder, kinds[i].mode, base::ground_of(above), before});
        if (i == 0) {
            if (stand == base::Stand::Anew && root) root_before_.push_back(*root);
            before.insert(before.end(), root_before_.begin(), root_before_.end());
        }
        if (stand == base::Stand::Anew) {
            days_.clear();
            not_given_.insert(i);
        }
        const bool holds = stand == base::Stand::Same || stand == base::Stand::Anew;
        if (holds && not_given_.contains(i)) fault = give_again(i, held[i]->number(), path);
        const bool fails = fault && fault->remedy == base::Remedy::Stop;
        if (stand != base::Stand::Same || fails) settled.push_back({path, stand, std::move(fault)});
        if (fails || (i == 0 && !holds)) return settled;
    }
    if (notes_ && !base::stands(notes_->directory(), {root_.number(), Notes::folder}))
        settled.push_back(settle_notes(spool_path_ + '/' + name_));
    if (std::ranges::all_of(settled,
                            [](const Settled& each) { return each.stand == base::Stand::Anew; }))
        root_before_.clear();
    return settled;
}

std::optional<base::Fault> Mailbox::give_again(std::size_t kind, int directory,
                                               const std::string& path) {
    if (!terms_.group.empty())
        if (auto given = give(directory, path, terms_.group, kinds[kind].mode); !given)
            return given.fault();
    not_given_.erase(kind);
    return std::nullopt;
}

Mailbox::Settled Mailbox::settle_notes(const std::string& within) {
    Settled settled{within + '/' + Notes::folder, base::Stand::Anew};
    auto notes = Notes::open(root_.number());
    if (notes) {
        notes_ = std::move(*notes);
    } else {
        settled.stand = base::Stand::Gone;
        settled.fault = notes.fault();
    }
    return settled;
}

Swept Mailbox::sweep(const std::string& before_day, std::size_t names_max) {
    Swept swept;
    // A day that is open would be written to without its name.
    days_.clear();
    for (const base::Fd* const box : {&sentbox_, &failbox_})
        if (!swept.more) sweep_box(box->number(), before_day, names_max, swept);
    return swept;
}

std::vector<std::string> names_in(const std::string& spool) {
    std::vector<std::string> names;
    const auto directory = base::open_directory(spool);
    if (!directory) return names;
    (void)base::each_name(directory->number(), "listing the spool", [&](const std::string& name) {
        struct stat status {};
        const std::string inbox = name + "/InBox";
        if (name.front() != '.' &&
            ::fstatat(directory->number(), inbox.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISDIR(status.st_mode))
            names.push_back(name);
        return true;
    });
    return names;
}

}  // namespace mailbox
