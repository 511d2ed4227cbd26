#include <algorithm>
#include <array>
#include <sstream>

#include "crash/syscalls.hpp"

namespace crash {

namespace {

// What fails where a disk is full.
constexpr std::array writing{"write",    "pwrite64",        "writev",    "fsync",     "fdatasync",
                             "syncfs",   "sync_file_range", "fallocate", "ftruncate", "rename",
                             "renameat", "renameat2",       "link",      "linkat",    "mkdir",
                             "mkdirat",  "openat"};
// What waits, or may: a signal can end it.
constexpr std::array waiting{
    "read",      "pread64", "readv",      "write",  "pwrite64",  "writev",    "fsync",
    "fdatasync", "openat",  "connect",    "accept", "accept4",   "sendto",    "recvfrom",
    "sendmsg",   "recvmsg", "epoll_wait", "poll",   "fallocate", "ftruncate", "flock"};
// Nobody can do anything but be interrupted there.
constexpr std::array only_waiting{"poll", "epoll_wait"};
constexpr std::array others{
    "open",   "unlink", "unlinkat", "rmdir",      "close",   "getdents64", "newfstatat", "fstat",
    "stat",   "lstat",  "statx",    "statfs",     "fstatfs", "chmod",      "fchmod",     "chown",
    "fchown", "fcntl",  "socket",   "socketpair", "bind",    "listen",     "readv",      "preadv"};

constexpr std::array harms{Harm::Kill, Harm::Eio, Harm::Enospc, Harm::Eintr};

const char* text_of(Harm harm) {
    switch (harm) {
        case Harm::Kill: return "KILL";
        case Harm::Eio: return "EIO";
        case Harm::Enospc: return "ENOSPC";
        case Harm::Eintr: return "EINTR";
    }
    return "";
}

std::string text_of(const Caller& caller) {
    switch (caller.kind) {
        case Caller::Kind::Daemon: return "daemon";
        case Caller::Kind::Thread: return "thread-" + std::to_string(caller.thread);
        case Caller::Kind::Worker: return "worker-" + std::to_string(caller.thread);
    }
    return "";
}

template <class Names>
bool is_among(const Names& names, const std::string& call) {
    return std::ranges::count(names, call) > 0;
}

// Paths outside of the test's folder, and no socket or pipe, which have none.
bool is_loading(const Seen& each, const std::string& folder) {
    const bool has_place = each.about.find(folder) != std::string::npos;
    return !has_place && (each.about.find("\"/") != std::string::npos ||
                          each.about.find("</") != std::string::npos);
}

// A daemon without the library that moves its clock would live on another day than everybody else.
bool is_of_the_test(const Seen& each) {
    return each.about.find("libtest_shim") != std::string::npos;
}

bool fits(Harm harm, const Seen& each, const std::string& folder) {
    if (is_of_the_test(each)) return false;
    const bool loading = is_loading(each, folder);
    switch (harm) {
        // Between two calls that read what is installed nothing happens.
        case Harm::Kill: return !loading || each.call == "openat";
        // strace leaves out what fails: a socket whose close fails would stay open, as none does.
        case Harm::Eio:
            return !is_among(only_waiting, each.call) &&
                   (each.call != "close" || each.about.find(folder) != std::string::npos);
        case Harm::Enospc: return !loading && is_among(writing, each.call);
        case Harm::Eintr: return !loading && is_among(waiting, each.call);
    }
    return false;
}

}  // namespace

std::string text_of(const Point& point) {
    return text_of(point.caller) + ' ' + point.call + ' ' + std::to_string(point.number) + ' ' +
           text_of(point.harm);
}

std::optional<Point> point_in(const std::string& text) {
    std::istringstream words{text};
    std::string caller, harm;
    Point point;
    if (!(words >> caller >> point.call >> point.number >> harm)) return std::nullopt;
    const std::size_t dash = caller.find('-');
    if (dash != std::string::npos) {
        point.caller.thread = static_cast<unsigned>(std::stoul(caller.substr(dash + 1)));
        point.caller.kind =
            caller.starts_with("worker") ? Caller::Kind::Worker : Caller::Kind::Thread;
    }
    for (const Harm each : harms)
        if (harm == text_of(each)) point.harm = each;
    return point;
}

std::string watched_calls() {
    std::string names;
    const auto add = [&](const auto& list) {
        for (const char* each : list) names += std::string{names.empty() ? "?" : ",?"} + each;
    };
    add(writing), add(waiting), add(others);
    return names;
}

std::vector<Point> points_of(const std::vector<Seen>& calls, const std::string& folder) {
    std::vector<Point> points;
    std::map<std::pair<Caller, std::string>, unsigned> counts;
    for (const Seen& each : calls) {
        const unsigned number = ++counts[{each.caller, each.call}];
        for (const Harm harm : harms)
            if (fits(harm, each, folder))
                points.push_back({each.caller, each.call, number, harm, is_loading(each, folder)});
    }
    return points;
}

}  // namespace crash
