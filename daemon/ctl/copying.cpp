#include "ctl/copying.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/hash.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

constexpr std::size_t block_bytes = 1u << 20;

volatile std::sig_atomic_t asked_to_end = 0;

// Not base::sync: a disk that a backup is written to is not one that permitd relies on.
base::Outcome sync(const base::Fd& file, const std::string& path) {
    if (::fsync(file.number()) == 0) return base::done;
    return base::fault_of_errno(errno, "making durable " + path);
}

base::Result<base::Fd> open_to_read(const std::string& path) {
    base::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)};
    if (!file) return base::fault_of_errno(errno, "opening " + path);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0)
        return base::fault_of_errno(errno, "looking at " + path);
    if (!S_ISREG(status.st_mode))
        return base::Fault{base::Remedy::AskOperator, path + " is not a regular file"};
    return file;
}

// Block for block from the file, to another one if there is one.
base::Result<Carried> carry(const base::Fd& from, const std::string& path, const base::Fd* to) {
    Carried carried;
    base::Sha256 sum;
    std::string block(block_bytes, '\0');
    for (;;) {
        if (asked_to_end)
            return base::Fault{base::Remedy::RetryLater,
                               say("stopped by a signal; nothing is left")};
        const ssize_t got = ::read(from.number(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fault_of_errno(errno, "reading " + path);
        if (got == 0) break;
        const std::string_view bytes{block.data(), static_cast<std::size_t>(got)};
        if (to)
            if (auto written = base::write_all(to->number(), bytes); !written)
                return base::Fault{written.fault().remedy,
                                   written.fault().text + " the copy of " + path};
        sum.add(bytes);
        carried.bytes += bytes.size();
    }
    carried.sha256 = base::hex(sum.sum());
    return carried;
}

}  // namespace

void stop_at_signals() {
    struct sigaction action {};
    action.sa_handler = [](int) { asked_to_end = 1; };
    for (const int each : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(each, &action, nullptr);
}

base::Result<Carried> carry_copy(const std::string& from, const std::string& to) {
    const auto source = open_to_read(from);
    if (!source) return source.fault();
    const base::Fd copy{
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!copy) return base::fault_of_errno(errno, "making " + to);
    auto carried = carry(*source, from, &copy);
    if (!carried) return carried;
    if (auto synced = sync(copy, to); !synced) return synced.fault();
    return carried;
}

base::Result<Carried> carry_link(const std::string& from, const std::string& to) {
    if (::link(from.c_str(), to.c_str()) != 0) return carry_copy(from, to);
    return digest_of(to);
}

base::Result<Carried> digest_of(const std::string& file) {
    const auto source = open_to_read(file);
    if (!source) return source.fault();
    return carry(*source, file, nullptr);
}

base::Outcome make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return base::done;
    return base::fault_of_errno(errno, "making " + path);
}

base::Outcome sync_directory(const std::string& path) {
    const auto directory = base::open_directory(path);
    if (!directory) return directory.fault();
    return sync(*directory, path);
}

base::Outcome give(const std::string& path, const Owner& owner) {
    if (::lchown(path.c_str(), owner.uid, owner.gid) == 0) return base::done;
    return base::fault_of_errno(errno, "giving away " + path);
}

int status_of_fault(const base::Fault& fault) {
    switch (fault.remedy) {
        case base::Remedy::RetryLater: return EX_TEMPFAIL;
        case base::Remedy::AskOperator:
        case base::Remedy::Stop: return EX_IOERR;
    }
    return EX_SOFTWARE;
}

}  // namespace ctl
