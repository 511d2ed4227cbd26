// What becomes of a file after its commit. remove() knows the only states there can be, by what the
// names in the OutBox are; every step leads down this table, and a crash leaves one of its rows:
//
//   x.xml     .taken-n   what remove() does
//   ours      -          renames x.xml to .taken-n, looks again
//   any       ours       unlinks .taken-n, looks again (x.xml is ours too only after a crash on a
//                        file system without RENAME_NOREPLACE)
//   - | new   -          done
//   -         other      the enterprise replaced the file in the moment of the rename: the other
//                        one is renamed back to x.xml and is a new arrival, which may not be whole
//                        yet (intake/watch.hpp knows such a rename): done
//   new       other      x.xml was given again meanwhile: the other one is kept beside it under a
//                        name that is a new arrival as well (x.again-n.xml): done
//
// "Ours" is decided by inode, size and mtime, because an inode number is used again at once and a
// file may be rewritten in place after it was read. What is not ours is never unlinked.
//
// A marker goes first, while the name still keeps the enterprise from using it again: afterwards
// one of that name may vouch for the next file. It leads down a table of its own:
//
//   x.xml   x.xml.done   .taken-n.done   what remove_marker() does
//   ours    there        -               renames the marker to .taken-n.done, looks again
//   ours    any          there           unlinks .taken-n.done: done
//   other   any          there           the file was replaced meanwhile, and perhaps its marker:
//                                        renamed back, or unlinked where there is a new one: done
//   other   any          -               done
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "mailbox/given_names.hpp"
#include "mailbox/mailbox.hpp"
#include "mailbox/moment.hpp"

namespace mailbox {

namespace {

constexpr unsigned day_mode = 02750;
constexpr std::size_t name_bytes_max = 255;
// File systems allow 65,000 names for a file or more; an enterprise may send the same bytes again
// and again, and all of them are boxed as names of one copy.
constexpr nlink_t links_max = 60'000;

enum class Found { Nothing, Ours, Other };

// The device is not compared: its number may be another one after a restart of the host, and
// everything in one OutBox is on one device anyway.
base::Result<Found> look(int directory, const std::string& name, const edi::Arrival& file) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return Found::Nothing;
        // A directory that does not answer has not lost its files.
        return base::fault_of_errno(errno, "looking at a taken file in OutBox");
    }
    if (!S_ISREG(status.st_mode) || status.st_ino != file.inode) return Found::Other;
    const bool same = static_cast<std::uint64_t>(status.st_size) == file.bytes &&
                      modification_time(status) == file.modified_at;
    return same || file.modified_at == base::Time{} ? Found::Ours : Found::Other;
}

// Whatever else stands there is no marker, and stays.
bool is_file(int directory, const std::string& name) {
    struct stat status {};
    return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode);
}

// 0, or an errno; never overwrites.
int rename_to_free(int directory, const std::string& from, const std::string& to) {
    base::durable_step("rename");
    if (::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // File systems without RENAME_NOREPLACE (NFS).
    if (::linkat(directory, from.c_str(), directory, to.c_str(), 0) != 0) return errno;
    return ::unlinkat(directory, from.c_str(), 0) == 0 ? 0 : errno;
}

std::string taken_name(const edi::Taking& taking) {
    return std::string{taken_beginning} + edi::twelve_digits(taking.id);
}

base::Outcome copied(int from_directory, const std::string& from, int to_directory,
                     const std::string& to) {
    const base::Fd copy{::openat(from_directory, from.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (!copy) return base::fault_of_errno(errno, "opening " + from);
    const auto bytes = base::read_all(copy.number(), std::size_t{1} << 32);
    if (!bytes) return bytes.fault();
    return base::write_new(to_directory, to, *bytes, 0444, base::ReplaceTorso::Yes);
}

}  // namespace

base::Result<int> Mailbox::day_of(const edi::Taking& taking) {
    const std::pair key{taking.box, taking.file.day};
    if (const auto found = days_.find(key); found != days_.end()) return found->second.number();
    const auto date = base::parse_date(taking.file.day);
    if (!date || base::iso(*date) != taking.file.day)
        return base::Fault{base::Remedy::AskOperator, "'" + taking.file.day + "' is not a day"};
    const int box = taking.box == edi::Box::Sent ? sentbox_.number() : failbox_.number();
    auto day = base::make_directory_at(box, taking.file.day, day_mode);
    if (!day) return day.fault();
    return days_.emplace(key, std::move(*day)).first->second.number();
}

base::Outcome Mailbox::box(const edi::Taking& taking, int copy_directory,
                           const std::string& copy_name) {
    const auto day = day_of(taking);
    if (!day) return day.fault();
    struct stat status {};
    if (::fstatat(copy_directory, copy_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_nlink >= links_max)
        return copied(copy_directory, copy_name, *day, taking.box_name);
    return named(taking, base::link_new(copy_directory, copy_name, *day, taking.box_name,
                                        base::ReplaceTorso::Yes));
}

// The day may have been moved or deleted under us: the next attempt opens it again.
base::Outcome Mailbox::named(const edi::Taking& taking, base::Outcome outcome) {
    if (!outcome) days_.erase({taking.box, taking.file.day});
    return outcome;
}

base::Outcome Mailbox::box_receipt(const edi::Taking& taking, int receipt_directory) {
    const auto day = day_of(taking);
    if (!day) return day.fault();
    return named(taking, base::link_new(receipt_directory, taking.receipt_name, *day,
                                        taking.receipt_name, base::ReplaceTorso::Yes));
}

base::Outcome Mailbox::tell_fate(const edi::Taking& taking) {
    const edi::Arrival& file = taking.file;
    if (!notes_ || !can_be_remote(file.name)) return base::done;
    const auto note = notes_->note(file.name);
    if (!note) return note.fault();
    const Fate fate{file.inode, file.modified_at, taking.box,
                    file.day,   taking.box_name,  taking.receipt_name};
    if (!*note || !belongs(fate, **note)) return base::done;
    const auto told = notes_->fate(file.name, **note);
    if (!told) return told.fault();
    return *told == fate ? base::done : notes_->write(file.name, fate);
}

base::Outcome Mailbox::remove_marker(const edi::Taking& taking) {
    const int outbox = outbox_.number();
    const std::string marker = taking.file.name + terms_.marker_ending;
    const std::string taken = taken_name(taking) + terms_.marker_ending;
    const auto before = look(outbox, taking.file.name, taking.file);
    if (!before) return before.fault();
    if (*before == Found::Ours && !is_file(outbox, taken) && is_file(outbox, marker)) {
        const int error = rename_to_free(outbox, marker, taken);
        if (error != 0 && error != ENOENT)
            return base::fault_of_errno(error, "renaming a marker in OutBox");
    }
    if (!is_file(outbox, taken)) return base::done;
    // The file is looked at again after the rename: a new marker comes only after its new file.
    // So may one whose file is not there yet: what vouches for nothing harms nobody.
    const auto now = look(outbox, taking.file.name, taking.file);
    if (!now) return now.fault();
    if (*now != Found::Ours) {
        const int error = rename_to_free(outbox, taken, marker);
        if (error == 0 || error == ENOENT) return base::done;
        if (error != EEXIST) return base::fault_of_errno(error, "giving a marker its name back");
    }
    base::durable_step("unlink");
    if (::unlinkat(outbox, taken.c_str(), 0) != 0 && errno != ENOENT)
        return base::fault_of_errno(errno, "removing a marker from OutBox");
    return base::done;
}

base::Outcome Mailbox::remove(const edi::Taking& taking) {
    if (auto told = tell_fate(taking); !told) return told;
    if (!terms_.marker_ending.empty())
        if (auto removed = remove_marker(taking); !removed) return removed;
    const int outbox = outbox_.number();
    const std::string& name = taking.file.name;
    const std::string taken = taken_name(taking);
    for (;;) {
        const auto aside = look(outbox, taken, taking.file);
        if (!aside) return aside.fault();
        if (*aside == Found::Nothing) {
            const auto there = look(outbox, name, taking.file);
            if (!there) return there.fault();
            if (*there != Found::Ours) return base::done;
            const int error = rename_to_free(outbox, name, taken);
            if (error == ENOENT) return base::done;
            if (error != 0) return base::fault_of_errno(error, "renaming a taken file in OutBox");
        }
        const auto renamed = look(outbox, taken, taking.file);
        if (!renamed) return renamed.fault();
        switch (*renamed) {
            case Found::Nothing: return base::done;
            case Found::Other: return give_back(taken, taking);
            case Found::Ours: break;
        }
        base::durable_step("unlink");
        if (::unlinkat(outbox, taken.c_str(), 0) != 0 && errno != ENOENT)
            return base::fault_of_errno(errno, "removing a taken file from OutBox");
    }
}

base::Outcome Mailbox::give_back(const std::string& taken_name, const edi::Taking& taking) {
    int error = rename_to_free(outbox_.number(), taken_name, taking.file.name);
    if (error == EEXIST)
        error = rename_to_free(
            outbox_.number(), taken_name,
            again_name(taking.file.name, edi::twelve_digits(taking.id), name_bytes_max));
    if (error == 0 || error == ENOENT) return base::done;
    return base::fault_of_errno(error, "giving a new file its name back in OutBox");
}

base::Outcome Mailbox::sync_boxes() {
    for (const base::Fd* const box : {&inbox_, &outbox_})
        if (auto synced = base::sync(box->number()); !synced) return synced;
    for (const auto& [key, day] : days_)
        if (auto synced = base::sync(day.number()); !synced) return synced;
    // Closed, so that a day that the enterprise moves away is found out with the next group.
    days_.clear();
    return base::done;
}

}  // namespace mailbox
