#include "ctl/test_drop.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/files.hpp"

namespace ctl {

namespace {

constexpr int event_wait_ms = 2'000;
constexpr const char* steps[] = {"become the user",           "leave a file in OutBox",
                                 "make it durable",           "rename it there",
                                 "remove it again",           "list InBox",
                                 "remove receipts from InBox"};
constexpr std::size_t step_count = std::size(steps);
using Errors = std::array<int, step_count>;

int error_unless(bool worked) { return worked ? 0 : errno; }

// Of the child: no step after one that failed, but the InBox is looked at all the same.
Errors go_through(const std::string& mailbox, const Who& who, const std::string& name) {
    Errors errors{};
    if (!who.name.empty()) {
        errors[0] = error_unless(::initgroups(who.name.c_str(), who.gid) == 0 &&
                                 ::setgid(who.gid) == 0 && ::setuid(who.uid) == 0);
        if (errors[0] != 0) return errors;
    }
    const std::string hidden = mailbox + "/OutBox/" + name;
    const std::string renamed = hidden + ".tmp";
    const base::Fd file{
        ::open(hidden.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640)};
    errors[1] = error_unless(static_cast<bool>(file));
    if (file) {
        errors[2] =
            error_unless(::write(file.number(), "test\n", 5) == 5 && ::fsync(file.number()) == 0);
        errors[3] = error_unless(::renameat2(AT_FDCWD, hidden.c_str(), AT_FDCWD, renamed.c_str(),
                                             RENAME_NOREPLACE) == 0);
        errors[4] = error_unless(::unlink((errors[3] == 0 ? renamed : hidden).c_str()) == 0);
    }
    const std::string inbox = mailbox + "/InBox";
    const base::Fd listed{::open(inbox.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    errors[5] = error_unless(static_cast<bool>(listed));
    errors[6] = error_unless(::faccessat(AT_FDCWD, inbox.c_str(), W_OK | X_OK, AT_EACCESS) == 0);
    return errors;
}

// Whether the rename of that name is told of.
int hear(const base::Fd& watch, const std::string& name) {
    alignas(inotify_event) std::array<char, 65'536> buffer;
    pollfd ready{watch.number(), POLLIN, 0};
    while (::poll(&ready, 1, event_wait_ms) > 0) {
        const ssize_t got = ::read(watch.number(), buffer.data(), buffer.size());
        if (got <= 0) return errno;
        for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* const told = buffer.data() + at + sizeof event;
            if (event.len > 0 && name == told) return 0;
            at += sizeof event + event.len;
        }
    }
    return ETIMEDOUT;
}

}  // namespace

std::vector<Step> test_drop(const std::string& mailbox, const Who& who) {
    const std::string name = ".permitd-check-" + std::to_string(::getpid());
    const base::Fd watch{::inotify_init1(IN_CLOEXEC)};
    const std::string outbox = mailbox + "/OutBox";
    const int unwatched =
        error_unless(::inotify_add_watch(watch.number(), outbox.c_str(), IN_MOVED_TO) >= 0);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {{steps[0], errno}};
    const base::Fd from{ends[0]};
    base::Fd to{ends[1]};
    const pid_t child = ::fork();
    if (child < 0) return {{steps[0], errno}};
    if (child == 0) {
        const Errors errors = go_through(mailbox, who, name);
        [[maybe_unused]] const ssize_t written = ::write(ends[1], errors.data(), sizeof errors);
        ::_exit(0);
    }
    to = {};
    Errors errors{};
    if (::read(from.number(), errors.data(), sizeof errors) != sizeof errors) errors[0] = EPROTO;
    ::waitpid(child, nullptr, 0);
    std::vector<Step> done;
    for (std::size_t i = 0; i < step_count; ++i) {
        if (i == 0 && errors[0] == 0) continue;
        done.push_back({steps[i], errors[i]});
        // Nothing was done as somebody that could not be become, nor with a file that is not there.
        if (i == 0) return done;
        if (i == 1 && errors[1] != 0) i = 4;
    }
    if (errors[1] != 0 || errors[3] != 0) return done;
    done.push_back(
        {"see the rename (inotify)", unwatched != 0 ? unwatched : hear(watch, name + ".tmp")});
    return done;
}

}  // namespace ctl
