#include "spool_mark.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/hash.hpp"

namespace permitd {

namespace {

const std::string mark_name = ".spool-id";
const std::string memory_name = "spool-id";
constexpr std::size_t mark_bytes_max = 4096;
constexpr std::size_t mark_random_bytes = 16;
constexpr unsigned mark_mode = 0640;
constexpr unsigned memory_mode = 0600;

// Neither follows a link nor waits at a FIFO that somebody put there.
std::string content_of(int directory, const std::string& name) {
    const base::Fd fd{::openat(directory, name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat status {};
    if (!fd || ::fstat(fd.number(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    const auto content = base::read_all(fd.number(), mark_bytes_max);
    return content && content->size() <= mark_bytes_max ? *content : std::string{};
}

// What is not whole was left by a crash: nobody relies on it.
std::string remembered_in(int state) {
    std::string memory = content_of(state, memory_name);
    const bool is_whole = memory.ends_with('\n') && memory.find('\0') == std::string::npos;
    return is_whole ? memory : std::string{};
}

}  // namespace

std::string mark_in(int spool) { return content_of(spool, mark_name); }

std::string leave_mark(int spool, const std::string& mark) {
    const std::string there = mark.empty() ? mark_in(spool) : mark;
    const std::string wanted =
        there.empty() ? base::hex(base::random_bytes(mark_random_bytes)) + '\n' : there;
    const auto left = base::write_new(spool, mark_name, wanted, mark_mode, base::ReplaceTorso::Yes);
    return left ? wanted : mark;
}

base::Outcome recognise_spool(const std::string& state, const std::string& spool) {
    const auto ours = base::open_directory(state);
    if (!ours) return ours.fault();
    const auto there = base::open_directory(spool);
    if (!there) return there.fault();
    const std::string memory = remembered_in(ours->number());
    const std::string mark = mark_in(there->number());
    if (memory.empty() || mark == memory) return base::done;
    return base::Fault{
        base::Remedy::AskOperator,
        spool + " is not the spool that " + state + " belongs to: " +
            (mark.empty() ? "there is no " + mark_name +
                                " in it, as in a mount point whose disk is not mounted. Mount it"
                          : "its " + mark_name + " is another's. Mount the right disk") +
            "; or, if the spool was made anew on purpose, remove " + state + '/' + memory_name};
}

base::Outcome remember_spool(const std::string& state, int spool, const std::string& mark) {
    const auto ours = base::open_directory(state);
    if (!ours) return ours.fault();
    if (mark.empty() || remembered_in(ours->number()) == mark) return base::done;
    if (auto synced = base::sync_filesystem(spool); !synced) return synced;
    if (auto left = base::write_new(ours->number(), memory_name, mark, memory_mode,
                                    base::ReplaceTorso::Yes);
        !left)
        return left;
    return base::sync_filesystem(ours->number());
}

}  // namespace permitd
