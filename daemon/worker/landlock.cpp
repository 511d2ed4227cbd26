#include "worker/landlock.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/files.hpp"

namespace worker {

namespace {

// Debian's headers know Landlock's first versions only; the kernel's interface is stable and grows
// at the end (Documentation/userspace-api/landlock.rst).
struct LandlockRules {
    std::uint64_t files = 0;
    std::uint64_t network = 0;
    std::uint64_t scoped = 0;
};
constexpr long create_ruleset = 444, add_rule = 445, restrict_self = 446;
constexpr unsigned ask_version = 1;

LandlockRules everything_of(int version) {
    LandlockRules rules;
    rules.files = (1u << 13) - 1;                         // version 1
    if (version >= 2) rules.files |= 1u << 13;            // links and renames between directories
    if (version >= 3) rules.files |= 1u << 14;            // truncate
    if (version >= 4) rules.network = 1u << 0 | 1u << 1;  // bind, connect
    if (version >= 5) rules.files |= 1u << 15;            // ioctl on devices
    if (version >= 6) rules.scoped = 1u << 0 | 1u << 1;   // abstract sockets, signals
    return rules;
}

std::size_t size_of_rules(int version) {
    if (version >= 6) return sizeof(LandlockRules);
    return version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

// Rights of files, by their bits.
constexpr std::uint64_t write_file = 1u << 1, read_file = 1u << 2, read_directory = 1u << 3,
                        remove_file = 1u << 5, make_directory = 1u << 7, make_file = 1u << 8,
                        refer = 1u << 13, truncate = 1u << 14;
constexpr std::uint64_t of_files_alone = write_file | read_file | truncate;
constexpr std::uint64_t connect_port = 1u << 1;
constexpr int beneath_path = 1, net_port = 2;

struct [[gnu::packed]] BeneathPath {
    std::uint64_t allowed = 0;
    std::int32_t directory = -1;
};

struct NetPort {
    std::uint64_t allowed = 0;
    std::uint64_t port = 0;
};

base::Fault cannot(const std::string& what, int error) {
    return {base::Remedy::AskOperator,
            "the process cannot lock itself in (" + what + "): " + std::strerror(error)};
}

base::Outcome allow(int set, const std::string& path, std::uint64_t rights) {
    const base::Fd beneath{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!beneath && (errno == ENOENT || errno == ENOTDIR || errno == EACCES)) return base::done;
    if (!beneath) return cannot(path, errno);
    struct stat status {};
    if (::fstat(beneath.number(), &status) != 0) return cannot(path, errno);
    if (!S_ISDIR(status.st_mode)) rights &= of_files_alone;
    const BeneathPath rule{rights, beneath.number()};
    if (::syscall(add_rule, set, beneath_path, &rule, 0) != 0) return cannot(path, errno);
    return base::done;
}

base::Outcome add_rules(int set, const Allowed& allowed, const LandlockRules& known) {
    constexpr std::uint64_t reading = read_file | read_directory;
    constexpr std::uint64_t writing =
        reading | write_file | remove_file | make_directory | make_file | refer | truncate;
    for (const std::string& each : allowed.written)
        if (auto added = allow(set, each, writing & known.files); !added) return added;
    for (const std::string& each : allowed.read)
        if (auto added = allow(set, each, reading & known.files); !added) return added;
    if (known.network == 0) return base::done;
    for (const std::uint16_t port : allowed.ports) {
        const NetPort rule{connect_port, port};
        if (::syscall(add_rule, set, net_port, &rule, 0) != 0) return cannot("a port", errno);
    }
    return base::done;
}

}  // namespace

int landlock_version() {
    const long version = ::syscall(create_ruleset, nullptr, 0, ask_version);
    return version > 0 ? static_cast<int>(version) : 0;
}

base::Outcome lock_by_landlock(const Allowed& allowed) {
    const int version = landlock_version();
    if (version == 0) return base::done;
    const LandlockRules rules = everything_of(version);
    const base::Fd set{
        static_cast<int>(::syscall(create_ruleset, &rules, size_of_rules(version), 0))};
    if (!set) return cannot("landlock_create_ruleset", errno);
    if (auto added = add_rules(set.number(), allowed, rules); !added) return added;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("no_new_privs", errno);
    if (::syscall(restrict_self, set.number(), 0) != 0)
        return cannot("landlock_restrict_self", errno);
    return base::done;
}

}  // namespace worker
