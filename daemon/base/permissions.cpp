#include "base/permissions.hpp"

#include <sys/stat.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace base {

namespace {

// linux/posix_acl_xattr.h, which Debian's headers have without its tags.
constexpr std::uint32_t list_version = 2;
constexpr std::uint16_t owner_tag = 0x01, group_tag = 0x04, others_tag = 0x20;
constexpr std::uint32_t nobody = 0xffffffff;

struct Entry {
    std::uint16_t tag;
    std::uint16_t permissions;
    std::uint32_t id;
};

// An access list of these three entries is kept as the permissions themselves.
struct List {
    std::uint32_t version;
    std::array<Entry, 3> entries;
};

constexpr std::uint16_t three_bits(unsigned mode, unsigned shift) {
    return static_cast<std::uint16_t>(mode >> shift & 07);
}

}  // namespace

bool set_mode(int directory, unsigned mode) {
    return ::fchmod(directory, static_cast<mode_t>(mode)) == 0 ||
           (errno == EPERM && set_permissions(directory, mode));
}

bool set_permissions(int directory, unsigned mode) {
    constexpr mode_t bits = S_ISUID | S_ISGID | S_ISVTX;
    struct stat status {};
    if (::fstat(directory, &status) != 0) return false;
    if ((status.st_mode & bits) != (mode & bits)) {
        errno = EPERM;
        return false;
    }
    const List list{list_version,
                    {{{owner_tag, three_bits(mode, 6), nobody},
                      {group_tag, three_bits(mode, 3), nobody},
                      {others_tag, three_bits(mode, 0), nobody}}}};
    if (::fsetxattr(directory, "system.posix_acl_access", &list, sizeof list, 0) != 0) return false;
    // Who is not of the directory's group loses the bit by it, and hears nothing.
    if (::fstat(directory, &status) == 0 && (status.st_mode & 07777) == mode) return true;
    errno = EPERM;
    return false;
}

const char* advice_about(unsigned mode) {
    return (mode & S_ISGID) != 0
               ? " (it has its group from the directory above: chmod g+s that one)"
               : "";
}

}  // namespace base
