#include "base/held.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace base {

namespace {

// Else errno says why.
std::optional<struct stat> status_at(const Place& place) {
    struct stat status {};
    if (::fstatat(place.above, place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return std::nullopt;
    if (S_ISDIR(status.st_mode)) return status;
    errno = ENOTDIR;
    return std::nullopt;
}

bool is_one(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::optional<dev_t> device_of(int held) {
    struct stat status {};
    if (::fstat(held, &status) != 0) return std::nullopt;
    return status.st_dev;
}

// Its last name went, or (network file systems) its server does not know it any more.
bool is_deleted(int held) {
    struct stat status {};
    if (::fstat(held, &status) != 0) return errno == ESTALE;
    return status.st_nlink == 0;
}

bool stands(int held, const Place& place) {
    struct stat status {};
    const auto named = status_at(place);
    return named && ::fstat(held, &status) == 0 && is_one(*named, status);
}

Outcome hold_instead(Fd& held, Fd fresh) {
    if (::dup3(fresh.number(), held.number(), O_CLOEXEC) >= 0) return done;
    return fault_of_errno(errno, "opening a directory anew");
}

Settled settle(Fd& held, const Place& place) {
    if (stands(held.number(), place)) return {Stand::Same};
    const bool deleted = is_deleted(held.number());
    const auto named = status_at(place);
    const int error = named ? 0 : errno;
    if (!named && !deleted && place.stood == Above::AsItWas) {
        if (error == ENOENT || error == ENOTDIR) return {Stand::Gone};
        return {Stand::Gone, fault_of_errno(error, "looking at " + place.name)};
    }
    // What was a mount of its own may come back, and what is one now may go.
    const bool was_beneath = deleted || place.stood == Above::Anew ||
                             (place.device && device_of(held.number()) == place.device);
    if (named && (!was_beneath || named->st_dev != place.device)) return {Stand::Foreign};
    // Also where it is there: it may be one that could not be finished.
    auto fresh = make_directory_at(place.above, place.name, place.mode);
    if (!fresh) return {Stand::Gone, fresh.fault()};
    if (auto taken = hold_instead(held, std::move(*fresh)); !taken)
        return {Stand::Gone, taken.fault()};
    return {Stand::Anew};
}

}  // namespace base
