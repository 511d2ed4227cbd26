#include "base/held.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
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

bool contains(const Grounds& grounds, const Ground& ground) {
    return std::ranges::find(grounds, ground) != grounds.end();
}

}  // namespace

std::optional<Ground> ground_of(int held) {
    struct statx found {};
    // A server need not be asked: it may not know the directory any more.
    if (::statx(held, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &found) != 0)
        return std::nullopt;
    return Ground{found.stx_mnt_id, makedev(found.stx_dev_major, found.stx_dev_minor)};
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
    // What was a mount of its own may come back, and what is one now may go.
    const auto ground = ground_of(held.number());
    const bool was_beneath =
        ground ? ground == place.ground || contains(place.before, *ground) : deleted;
    const bool is_left = was_beneath && (deleted || !place.before.empty());
    if (!named && !is_left) {
        if (error == ENOENT || error == ENOTDIR) return {Stand::Gone};
        return {Stand::Gone, fault_of_errno(error, "looking at " + place.name)};
    }
    if (!was_beneath) return {Stand::Foreign};
    // Also where it is there: it may be one that could not be finished.
    auto fresh = make_directory_at(place.above, place.name, place.mode);
    if (!fresh) return {Stand::Gone, fresh.fault()};
    if (ground_of(fresh->number()) != place.ground) return {Stand::Foreign};
    if (auto taken = hold_instead(held, std::move(*fresh)); !taken)
        return {Stand::Gone, taken.fault()};
    return {Stand::Anew};
}

}  // namespace base
