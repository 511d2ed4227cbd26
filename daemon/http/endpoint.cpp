#include "http/endpoint.hpp"

#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <set>

namespace http {

namespace {

using base::Fault;
using base::Remedy;

Fault bad_address(const std::string& address) {
    return {Remedy::AskOperator, "cannot listen on '" + address +
                                     "': it must read ADDRESS:PORT with a numeric address, such as "
                                     "127.0.0.1:8443 or [::1]:8443"};
}

// 0 when somebody accepts connections there, else the errno of connect().
int try_connect(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return errno;
    const int result = connect(probe, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    const int error = result == 0 ? 0 : errno;
    close(probe);
    return error;
}

// acl(5), as the kernel takes it (linux/posix_acl_xattr.h): the mode's three, these groups, and
// what they may at most. `groups` may hold one twice.
std::string access_list(unsigned mode, const std::vector<unsigned>& groups) {
    std::string list;
    const auto put = [&](std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) list += static_cast<char>(value >> (8 * i) & 0xff);
    };
    constexpr std::uint64_t nobody = ACL_UNDEFINED_ID & 0xffffffff;
    const auto entry = [&](unsigned tag, unsigned may, std::uint64_t id) {
        put(tag, 2);
        put(may, 2);
        put(id, 4);
    };
    const unsigned of_group = mode >> 3 & 7;
    put(POSIX_ACL_XATTR_VERSION, 4);
    entry(ACL_USER_OBJ, mode >> 6 & 7, nobody);
    entry(ACL_GROUP_OBJ, of_group, nobody);
    for (const unsigned each : std::set<unsigned>{groups.begin(), groups.end()})
        entry(ACL_GROUP, of_group, each);
    entry(ACL_MASK, of_group, nobody);
    entry(ACL_OTHER, mode & 7, nobody);
    return list;
}

int let_in(const std::string& path, unsigned mode, const std::vector<unsigned>& groups) {
    if (groups.empty()) return 0;
    const std::string list = access_list(mode, groups);
    if (setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0)
        return 0;
    return errno == EOPNOTSUPP ? 0 : errno;
}

}  // namespace

base::Result<TcpEndpoint> parse_tcp(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) return bad_address(address);
    TcpEndpoint endpoint{address.substr(0, colon), 0};
    const char* const end = address.data() + address.size();
    const auto read = std::from_chars(address.data() + colon + 1, end, endpoint.port);
    if (read.ec != std::errc{} || read.ptr != end) return bad_address(address);
    if (endpoint.host.size() > 2 && endpoint.host.front() == '[' && endpoint.host.back() == ']')
        endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
    if (endpoint.host == "localhost") endpoint.host = "127.0.0.1";
    if (endpoint.host.empty()) return bad_address(address);
    return endpoint;
}

std::optional<std::string> unix_path(const std::string& address) {
    constexpr std::string_view prefix = "unix:";
    if (address.compare(0, prefix.size(), prefix) != 0) return std::nullopt;
    return address.substr(prefix.size());
}

base::Outcome clear_stale_socket(const std::string& path) {
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path))
        return Fault{Remedy::AskOperator,
                     "the socket path '" + path + "' must have 1 to 107 bytes"};
    struct stat found {};
    if (lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return base::done;
        return Fault{Remedy::AskOperator, "cannot look at " + path + ": " + std::strerror(errno)};
    }
    if (!S_ISSOCK(found.st_mode))
        return Fault{Remedy::AskOperator,
                     path + " exists and is not a socket: remove it or name another path"};
    const int error = try_connect(path);
    if (error != ECONNREFUSED)
        return Fault{Remedy::AskOperator, error == 0 || error == EAGAIN
                                              ? "somebody listens on " + path + " already"
                                              : "cannot tell whether anybody listens on " + path +
                                                    ": " + std::strerror(error)};
    if (unlink(path.c_str()) != 0 && errno != ENOENT)
        return Fault{Remedy::AskOperator,
                     "cannot remove the stale socket " + path + ": " + std::strerror(errno)};
    return base::done;
}

SocketFile::~SocketFile() {
    struct stat found {};
    if (!path_.empty() && lstat(path_.c_str(), &found) == 0 && found.st_ino == inode_)
        unlink(path_.c_str());
}

int SocketFile::adopt(const std::string& path, unsigned mode, const std::vector<unsigned>& groups) {
    struct stat found {};
    if (chmod(path.c_str(), mode) != 0 || lstat(path.c_str(), &found) != 0) return errno;
    if (const int error = let_in(path, mode, groups)) return error;
    path_ = path;
    inode_ = found.st_ino;
    return 0;
}

std::optional<Peer> peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
    Peer peer{credentials.uid, credentials.gid};
    // So many as it takes: the kernel says it when there was not room enough.
    for (socklen_t room = 32 * sizeof(gid_t);;) {
        peer.groups.resize(room / sizeof(gid_t));
        socklen_t taken = room;
        if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &taken) == 0) {
            peer.groups.resize(taken / sizeof(gid_t));
            return peer;
        }
        if (errno != ERANGE || taken <= room) break;
        room = taken;
    }
    peer.groups.clear();
    return peer;
}

}  // namespace http
