#include "mailbox/fate.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

#include "base/bytes.hpp"

namespace mailbox {

namespace {

constexpr unsigned folder_mode = 0700;
constexpr std::size_t bytes_max = 65'536;
constexpr std::uint64_t form = 1;  // of what is written; another one is not read
constexpr std::string_view note_ending = "~note", fate_ending = "~fate";

std::string note_name(const std::string& name) { return name + std::string{note_ending}; }
std::uint64_t number_of(base::Time time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

// 239 bytes at most.
std::string fate_name(const std::string& name, std::uint64_t inode, base::Time copied_at) {
    char copy[40];
    std::snprintf(copy, sizeof copy, "~%" PRIx64 "-%" PRIx64, inode, number_of(copied_at));
    return name + copy + std::string{fate_ending};
}

base::Time time_from(std::uint64_t number) {
    return base::Time{std::chrono::microseconds{static_cast<std::int64_t>(number)}};
}

std::string encode(const Note& note) {
    base::Writer out;
    for (const std::uint64_t each : {form, note.bytes, number_of(note.modified_at), note.inode,
                                     number_of(note.copied_at), note.replaces})
        out.number(each);
    out.text(note.sha256);
    return out.take();
}

std::optional<Note> decode_note(std::string_view bytes) {
    base::Reader in{bytes};
    if (in.number() != form) return std::nullopt;
    Note note;
    note.bytes = in.number();
    note.modified_at = time_from(in.number());
    note.inode = in.number();
    note.copied_at = time_from(in.number());
    note.replaces = in.number();
    note.sha256 = in.text();
    if (!in.complete()) return std::nullopt;
    return note;
}

std::string encode(const Fate& fate) {
    base::Writer out;
    for (const std::uint64_t each : {form, fate.inode, number_of(fate.copied_at),
                                     std::uint64_t{fate.box == edi::Box::Sent ? 0u : 1u}})
        out.number(each);
    for (const std::string* each : {&fate.day, &fate.box_name, &fate.receipt_name}) out.text(*each);
    return out.take();
}

std::optional<Fate> decode_fate(std::string_view bytes) {
    base::Reader in{bytes};
    if (in.number() != form) return std::nullopt;
    Fate fate;
    fate.inode = in.number();
    fate.copied_at = time_from(in.number());
    fate.box = in.number() == 0 ? edi::Box::Sent : edi::Box::Fail;
    fate.day = in.text();
    fate.box_name = in.text();
    fate.receipt_name = in.text();
    if (!in.complete()) return std::nullopt;
    return fate;
}

}  // namespace

bool can_be_remote(std::string_view name) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 200 && letter_or_digit(name.front()) &&
           std::ranges::all_of(name, [&](char c) {
               return letter_or_digit(c) || c == '.' || c == '_' || c == '-';
           });
}

bool belongs(const Fate& fate, const Note& note) {
    return fate.inode == note.inode && fate.copied_at == note.copied_at;
}

base::Result<Notes> Notes::open(int mailbox_directory) {
    auto opened = base::make_directory_at(mailbox_directory, folder, folder_mode);
    if (!opened) return opened.fault();
    Notes notes;
    notes.directory_ = std::move(*opened);
    return notes;
}

bool Notes::stand_in(int mailbox_directory) {
    struct stat status {};
    return ::fstatat(mailbox_directory, folder, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

base::Outcome Notes::write(const std::string& name, const Note& note) {
    return write(note_name(name), encode(note));
}

base::Outcome Notes::write(const std::string& name, const Fate& fate) {
    return write(fate_name(name, fate.inode, fate.copied_at), encode(fate));
}

base::Outcome Notes::write(const std::string& name, std::string_view bytes) {
    const std::string aside = "." + name;
    const base::Fd file{::openat(directory(), aside.c_str(),
                                 O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file) return base::fault_of_errno(errno, "creating " + name);
    if (auto written = base::write_all(file.number(), bytes); !written) return written;
    if (auto synced = base::sync(file.number()); !synced) return synced;
    base::durable_step("rename");
    if (::renameat(directory(), aside.c_str(), directory(), name.c_str()) != 0)
        return base::fault_of_errno(errno, "naming " + name);
    return base::sync(directory());
}

base::Result<std::optional<std::string>> Notes::read(const std::string& name) const {
    const base::Fd file{
        ::openat(directory(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!file && errno == ENOENT) return std::optional<std::string>{};
    if (!file) return base::fault_of_errno(errno, "opening " + name);
    auto bytes = base::read_all(file.number(), bytes_max);
    if (!bytes) return bytes.fault();
    return std::optional{std::move(*bytes)};
}

base::Result<std::optional<Note>> Notes::note(const std::string& name) const {
    const auto bytes = read(note_name(name));
    if (!bytes) return bytes.fault();
    return *bytes ? decode_note(**bytes) : std::nullopt;
}

base::Result<std::optional<Fate>> Notes::fate(const std::string& name, const Note& note) const {
    const auto bytes = read(fate_name(name, note.inode, note.copied_at));
    if (!bytes) return bytes.fault();
    return *bytes ? decode_fate(**bytes) : std::nullopt;
}

base::Outcome Notes::each(std::string_view ending,
                          const std::function<void(const std::string&)>& visit) const {
    return base::each_name(directory(), std::string{"listing "} + folder,
                           [&](const std::string& name) {
                               if (!name.starts_with('.') && name.ends_with(ending)) visit(name);
                               return true;
                           });
}

base::Result<std::set<std::string>> Notes::names() const {
    std::set<std::string> found;
    const auto listed = each(note_ending, [&](const std::string& name) {
        found.insert(name.substr(0, name.size() - note_ending.size()));
    });
    if (!listed) return listed.fault();
    return found;
}

base::Result<std::vector<Notes::Kept>> Notes::fates() const {
    std::vector<Kept> found;
    const auto listed = each(fate_ending, [&](const std::string& name) {
        found.push_back({name, name.substr(0, name.find('~'))});
    });
    if (!listed) return listed.fault();
    return found;
}

bool Notes::is_about(const Kept& kept, const Note& note) {
    return kept.kept_as == fate_name(kept.name, note.inode, note.copied_at);
}

base::Outcome Notes::remove(const std::string& name) {
    base::durable_step("unlink");
    if (::unlinkat(directory(), name.c_str(), 0) != 0 && errno != ENOENT)
        return base::fault_of_errno(errno, "removing " + name);
    return base::sync(directory());
}

base::Outcome Notes::forget(const std::string& name, const Note& note) {
    if (auto removed = remove(note_name(name)); !removed) return removed;
    return remove(fate_name(name, note.inode, note.copied_at));
}

}  // namespace mailbox
