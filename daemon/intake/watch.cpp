#include "intake/watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "mailbox/given_names.hpp"

namespace intake {

namespace {

// IN_CREATE, because a file that is linked into the OutBox gives nothing else; IN_ATTRIB, because
// one that could not be read may be readable now; IN_MOVED_FROM, because it tells what comes back
// from aside.
constexpr std::uint32_t mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                               IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_ONLYDIR |
                               IN_EXCL_UNLINK;
constexpr std::size_t notices_max = 16'384;
// The halves of a rename follow each other at once; one whose other half never comes was moved out
// by somebody.
constexpr std::size_t halves_max = 64;

Sign sign_of(std::uint32_t event) {
    if ((event & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0) return Sign::Gone;
    if ((event & IN_MOVED_TO) != 0) return Sign::MovedIn;
    return (event & IN_CLOSE_WRITE) != 0 ? Sign::Closed : Sign::Touched;
}

}  // namespace

Watch::Watch() : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

bool Watch::add(std::size_t outbox, int directory) {
    if (!inotify_) return false;
    const std::string path = "/proc/self/fd/" + std::to_string(directory);
    const int watch = ::inotify_add_watch(inotify_.number(), path.c_str(), mask);
    forget(outbox, watch);
    if (watch >= 0) watched_.emplace_back(watch, outbox);
    return watch >= 0;
}

void Watch::remove(std::size_t outbox) { forget(outbox, -1); }

void Watch::forget(std::size_t outbox, int but) {
    std::erase_if(watched_, [&](const std::pair<int, std::size_t>& each) {
        if (each.second != outbox) return false;
        // A directory that was deleted has lost its watch by itself.
        if (each.first != but) ::inotify_rm_watch(inotify_.number(), each.first);
        return true;
    });
}

bool Watch::is_given_back(std::uint32_t cookie) {
    const auto half = std::ranges::find(given_back_, cookie);
    if (half == given_back_.end()) return false;
    given_back_.erase(half);
    return true;
}

std::vector<Notice> Watch::read() {
    std::vector<Notice> notices;
    alignas(inotify_event) std::array<char, 65'536> buffer;
    while (inotify_ && notices.size() < notices_max) {
        const ssize_t got = ::read(inotify_.number(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* const name = buffer.data() + at + sizeof event;
            at += sizeof event + event.len;
            if ((event.mask & IN_Q_OVERFLOW) != 0) notices.push_back({Sign::Overflow, 0, {}});
            const auto watched =
                std::ranges::find(watched_, event.wd, &std::pair<int, std::size_t>::first);
            if (watched == watched_.end()) continue;
            std::string file = event.len == 0 ? "" : std::string{name, ::strnlen(name, event.len)};
            if ((event.mask & IN_MOVED_FROM) != 0) {
                if (!file.starts_with(mailbox::taken_beginning)) continue;
                if (given_back_.size() == halves_max) given_back_.pop_front();
                given_back_.push_back(event.cookie);
                continue;
            }
            Sign sign = sign_of(event.mask);
            if (sign == Sign::MovedIn && is_given_back(event.cookie)) sign = Sign::Touched;
            notices.push_back({sign, watched->second, std::move(file)});
        }
    }
    return notices;
}

}  // namespace intake
