#include "base/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/hash.hpp"
#include "base/permissions.hpp"
#include "base/stop.hpp"

namespace base {

namespace {

std::function<void(const char*)> step_hook;

// An errno of 0 means that it worked.
int write_bytes(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        if (written == 0) return EIO;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

// Some file systems report a failed write only here. Linux frees the number in any case, EINTR too.
int close_checked(Fd& fd) {
    if (::close(fd.release()) != 0 && errno != EINTR) return errno;
    return 0;
}

// As many bytes as the buffer holds unless the file ends before; -1 on an error.
ssize_t read_block(int fd, char* buffer, std::size_t size, off_t from) {
    std::size_t have = 0;
    while (have < size) {
        const ssize_t got =
            ::pread(fd, buffer + have, size - have, from + static_cast<off_t>(have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return static_cast<ssize_t>(have);
}

// Whether the name is a regular file that is, or has the same bytes as, the open one.
bool is_same(int ours, int directory, const std::string& name) {
    // Neither follows a link nor waits at a FIFO that somebody put there.
    const Fd theirs{::openat(directory, name.c_str(),
                             O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    struct stat a {
    }, b{};
    if (!theirs || ::fstat(ours, &a) != 0 || ::fstat(theirs.number(), &b) != 0) return false;
    if (!S_ISREG(b.st_mode)) return false;
    if (a.st_dev == b.st_dev && a.st_ino == b.st_ino) return true;
    if (a.st_size != b.st_size) return false;
    std::array<char, 16'384> left, right;
    for (off_t at = 0;;) {
        const ssize_t n = read_block(ours, left.data(), left.size(), at);
        const ssize_t m = read_block(theirs.number(), right.data(), right.size(), at);
        if (n < 0 || n != m) return false;
        if (std::memcmp(left.data(), right.data(), static_cast<std::size_t>(n)) != 0) return false;
        if (n < static_cast<ssize_t>(left.size())) return true;
        at += n;
    }
}

// Whether the name is what a crash leaves of the open file: a regular file that is not longer, and
// zero wherever it is not the same. Anything else has been whole once, under the same name.
bool is_torso(int ours, int directory, const std::string& name) {
    const Fd theirs{::openat(directory, name.c_str(),
                             O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    struct stat a {
    }, b{};
    if (!theirs || ::fstat(ours, &a) != 0 || ::fstat(theirs.number(), &b) != 0) return false;
    if (!S_ISREG(b.st_mode) || b.st_size > a.st_size) return false;
    std::array<char, 16'384> left, right;
    for (off_t at = 0; at < b.st_size;) {
        const ssize_t n = read_block(ours, left.data(), left.size(), at);
        const ssize_t m = read_block(theirs.number(), right.data(), right.size(), at);
        if (m <= 0 || n < m) return false;
        for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i)
            if (right[i] != 0 && right[i] != left[i]) return false;
        at += m;
    }
    return true;
}

bool is_link(int directory, const std::string& name) {
    struct stat status {};
    return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(status.st_mode);
}

// Whether it may be replaced: the torso of a crash, or a link, which holds nothing.
bool gives_way(int ours, int directory, const std::string& name, ReplaceTorso replace) {
    return replace == ReplaceTorso::Yes &&
           (is_link(directory, name) || is_torso(ours, directory, name));
}

// Begins with a dot: nobody who lists a box by the contract takes it for a document.
std::string temporary_name() { return ".permitd-" + hex(random_bytes(12)); }

// Puts a file that has the name `temporary` in the place of `name`.
Outcome rename_over(int directory, const std::string& temporary, const std::string& name) {
    durable_step("rename");
    if (::renameat(directory, temporary.c_str(), directory, name.c_str()) == 0) return done;
    const int error = errno;
    ::unlinkat(directory, temporary.c_str(), 0);
    return fault_of_errno(error, "replacing the incomplete file " + name);
}

Fault occupied(const std::string& name) {
    return {Remedy::AskOperator, "the name " + name +
                                     " is taken by a file with other bytes; it is left untouched: "
                                     "find out who wrote it and move it away"};
}

// What to do after EEXIST: `link` gives the file a further name.
template <class Link>
Outcome settle_existing(int ours, int directory, const std::string& name, ReplaceTorso replace,
                        Link link) {
    if (is_same(ours, directory, name)) return done;
    if (!gives_way(ours, directory, name, replace)) return occupied(name);
    const std::string temporary = temporary_name();
    durable_step("link");
    if (link(temporary) != 0) return fault_of_errno(errno, "linking " + temporary);
    return rename_over(directory, temporary, name);
}

Outcome fill(int fd, std::string_view bytes, unsigned mode, const std::string& name) {
    if (const int error = write_bytes(fd, bytes)) return fault_of_errno(error, "writing " + name);
    // Not by open(): there the umask would have its say.
    if (::fchmod(fd, static_cast<mode_t>(mode)) != 0)
        return fault_of_errno(errno, "setting the mode of " + name);
    return done;
}

// For file systems without unnamed files (NFS, some overlays): a dot-name, then the name.
Outcome write_named(int directory, const std::string& name, std::string_view bytes, unsigned mode,
                    ReplaceTorso replace) {
    const std::string temporary = temporary_name();
    Fd fd{::openat(directory, temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   0600)};
    if (!fd) return fault_of_errno(errno, "creating " + name);
    Outcome filled = fill(fd.number(), bytes, mode, name);
    if (filled) {
        durable_step("link");
        if (::linkat(directory, temporary.c_str(), directory, name.c_str(), 0) == 0)
            filled = done;
        else if (errno != EEXIST)
            filled = fault_of_errno(errno, "naming " + name);
        else if (is_same(fd.number(), directory, name))
            filled = done;
        else if (gives_way(fd.number(), directory, name, replace))
            return rename_over(directory, temporary, name);
        else
            filled = occupied(name);
    }
    ::unlinkat(directory, temporary.c_str(), 0);
    if (!filled) return filled;
    if (const int error = close_checked(fd)) return fault_of_errno(error, "closing " + name);
    return done;
}

// A directory of ours bears these permissions until it is finished. Nobody gives them to one by
// hand, so who finds them knows what a crash left. (A parent with the setgid bit passes that on.)
constexpr mode_t unfinished = S_IRUSR;

bool is_unfinished(const struct stat& status) {
    return (status.st_mode & 0777) == unfinished && status.st_uid == ::geteuid();
}

// With the sticky bit from the beginning: it cannot be had by set_permissions().
mode_t begun(unsigned mode) { return unfinished | (static_cast<mode_t>(mode) & S_ISVTX); }

// Makes the directory if it is missing; whether it is yet to be finished, or an errno below 0.
int make_one(const std::string& path, unsigned mode) {
    if (::mkdir(path.c_str(), begun(mode)) == 0) return 1;
    if (errno != EEXIST) return -errno;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return -errno;
    if (!S_ISDIR(status.st_mode)) return -ENOTDIR;
    return is_unfinished(status) ? 1 : 0;
}

// Whatever the errno, a full disk's too: what the kernel could not write it takes for written.
Fault not_durable(int fd, int error, const std::string& doing) {
    struct stat status {};
    if (::fstat(fd, &status) == 0) failed_sync(status.st_dev);
    return {Remedy::Stop, fault_of_errno(error, doing).text};
}

// The parent first: where the mode is the wanted one, the name is durable.
Outcome finish(int directory, unsigned mode, int parent, const std::string& path) {
    if (Outcome synced = sync(parent); !synced) return synced;
    // Afterwards, because mkdir knows neither the setgid bit nor how to pass by the umask.
    if (set_mode(directory, mode)) return done;
    return fault_of_errno(errno, "setting the mode of " + path + advice_about(mode));
}

std::string parent_of(const std::string& path) {
    const std::size_t end = path.find_last_not_of('/');
    const std::size_t slash = path.rfind('/', end);
    if (end == std::string::npos) return "/";
    if (slash == std::string::npos) return ".";
    const std::size_t last = path.find_last_not_of('/', slash);
    return last == std::string::npos ? "/" : path.substr(0, last + 1);
}

}  // namespace

Fd::~Fd() {
    if (number_ >= 0) ::close(number_);
}

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        if (number_ >= 0) ::close(number_);
        number_ = other.release();
    }
    return *this;
}

void set_durable_step_hook(std::function<void(const char*)> hook) { step_hook = std::move(hook); }

void durable_step(const char* step) {
    if (step_hook) step_hook(step);
}

Result<Fd> open_directory(const std::string& path) {
    Fd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd) return fault_of_errno(errno, "opening the directory " + path);
    return fd;
}

Outcome make_directories(const std::string& path, unsigned mode) {
    int made = make_one(path, mode);
    if (made == -ENOENT && parent_of(path) != path) {
        if (Outcome above = make_directories(parent_of(path), mode); !above) return above;
        made = make_one(path, mode);
    }
    if (made < 0) return fault_of_errno(-made, "making the directory " + path);
    if (made == 0) return done;
    const Result<Fd> fresh = open_directory(path);
    if (!fresh) return fresh.fault();
    // Not open_directory: the parent may be a link.
    const Fd parent{::open(parent_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!parent) return fault_of_errno(errno, "opening the directory " + parent_of(path));
    return finish(fresh->number(), mode, parent.number(), path);
}

Result<Fd> make_directory_at(int directory, const std::string& name, unsigned mode) {
    const bool made = ::mkdirat(directory, name.c_str(), begun(mode)) == 0;
    if (!made && errno != EEXIST) return fault_of_errno(errno, "making the directory " + name);
    Fd fd{::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd) return fault_of_errno(errno, "opening the directory " + name);
    struct stat status {};
    if (::fstat(fd.number(), &status) != 0) return fault_of_errno(errno, "looking at " + name);
    if (made || is_unfinished(status))
        if (Outcome finished = finish(fd.number(), mode, directory, name); !finished)
            return finished.fault();
    return fd;
}

Outcome each_name(int directory, const std::string& doing,
                  const std::function<bool(const std::string&)>& visit) {
    Fd listed{::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{
        listed ? ::fdopendir(listed.number()) : nullptr, ::closedir};
    if (!stream) return fault_of_errno(errno, doing);
    listed.release();
    // The end and an error look alike but for errno; a visitor may leave its own there.
    for (;;) {
        errno = 0;
        const dirent* const found = ::readdir(stream.get());
        if (!found) return errno == 0 ? Outcome{done} : fault_of_errno(errno, doing);
        const std::string name = found->d_name;
        if (name != "." && name != ".." && !visit(name)) return done;
    }
}

Outcome each_name_in(const std::string& path,
                     const std::function<bool(const std::string&)>& visit) {
    const auto directory = open_directory(path);
    if (!directory) return directory.fault();
    return each_name(directory->number(), "listing " + path, visit);
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    const Fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!fd) return fault_of_errno(errno, "opening " + path);
    Result<std::string> bytes = read_all(fd.number(), bytes_max);
    if (!bytes) return Fault{bytes.fault().remedy, bytes.fault().text + " " + path};
    if (bytes->size() > bytes_max)
        return Fault{Remedy::AskOperator,
                     path + " is larger than " + std::to_string(bytes_max) + " bytes"};
    return bytes;
}

Result<std::string> read_all(int fd, std::size_t bytes_max) {
    std::string bytes;
    std::array<char, 65'536> block;
    while (bytes.size() <= bytes_max) {
        const std::size_t wanted = std::min(block.size(), bytes_max - bytes.size() + 1);
        const ssize_t got = ::read(fd, block.data(), wanted);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fault_of_errno(errno, "reading");
        if (got == 0) break;
        bytes.append(block.data(), static_cast<std::size_t>(got));
    }
    return bytes;
}

Outcome write_all(int fd, std::string_view bytes) {
    if (const int error = write_bytes(fd, bytes)) return fault_of_errno(error, "writing");
    return done;
}

Outcome write_new(int directory, const std::string& name, std::string_view bytes, unsigned mode,
                  ReplaceTorso replace) {
    // Without a name until it is whole: a crash leaves nothing, a reader sees all or nothing.
    Fd fd{::openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (!fd && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        return write_named(directory, name, bytes, mode, replace);
    if (!fd) return fault_of_errno(errno, "creating " + name);
    if (Outcome filled = fill(fd.number(), bytes, mode, name); !filled) return filled;
    const std::string unnamed = "/proc/self/fd/" + std::to_string(fd.number());
    const auto link = [&](const std::string& to) {
        return ::linkat(AT_FDCWD, unnamed.c_str(), directory, to.c_str(), AT_SYMLINK_FOLLOW);
    };
    durable_step("link");
    if (link(name) != 0) {
        if (errno != EEXIST) return fault_of_errno(errno, "naming " + name);
        if (Outcome settled = settle_existing(fd.number(), directory, name, replace, link);
            !settled)
            return settled;
    }
    if (const int error = close_checked(fd)) return fault_of_errno(error, "closing " + name);
    return done;
}

Outcome link_new(int from_directory, const std::string& from, int to_directory,
                 const std::string& to, ReplaceTorso replace) {
    const auto link = [&](const std::string& name) {
        return ::linkat(from_directory, from.c_str(), to_directory, name.c_str(), 0);
    };
    durable_step("link");
    if (link(to) == 0) return done;
    if (errno != EEXIST) return fault_of_errno(errno, "linking " + from + " as " + to);
    const Fd ours{::openat(from_directory, from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!ours) return fault_of_errno(errno, "opening " + from);
    return settle_existing(ours.number(), to_directory, to, replace, link);
}

Outcome sync(int fd) {
    durable_step("sync");
    if (::fsync(fd) == 0) return done;
    return not_durable(fd, errno, "making a file durable (fsync)");
}

Outcome sync_filesystem(int fd) {
    durable_step("syncfs");
    if (::syncfs(fd) == 0) return done;
    return not_durable(fd, errno, "making files durable (syncfs)");
}

Fault fault_of_errno(int error, const std::string& doing) {
    Remedy remedy = Remedy::AskOperator;
    switch (error) {
        // What passes when somebody frees space or something else ends.
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case ENOBUFS:
        case EINTR:
        case EAGAIN:
        case EBUSY:
        case ETXTBSY:
        case ETIMEDOUT:
        case ESTALE: remedy = Remedy::RetryLater;
    }
    return {remedy, std::string{std::strerror(error)} + ": " + doing};
}

}  // namespace base
