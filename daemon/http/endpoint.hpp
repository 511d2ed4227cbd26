// Endpoints: the addresses that a server listens on, and the care that Unix sockets need.
// Threads: functions are free of state. Throws: nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace http {

struct TcpEndpoint {
    std::string host;  // a numeric address without brackets
    unsigned short port = 0;
};

// "127.0.0.1:8443", "[::1]:0", "localhost:8443"; names other than localhost are not looked up.
base::Result<TcpEndpoint> parse_tcp(const std::string& address);
// The path behind "unix:", if it is such an address.
std::optional<std::string> unix_path(const std::string& address);
// Removes a socket file that nobody listens on any more. A fault when somebody does, or when the
// path is something else than a socket.
base::Outcome clear_stale_socket(const std::string& path);

// The file of a socket that was bound: removed at the end if it is still that one.
class SocketFile {
public:
    SocketFile() = default;
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;
    ~SocketFile();
    // Sets its mode, lets these groups in beside its own (where the file system can: an access
    // control list), and keeps it in mind; an errno when that fails, else 0.
    int adopt(const std::string& path, unsigned mode, const std::vector<unsigned>& groups = {});
    const std::string& path() const { return path_; }

private:
    std::string path_;
    unsigned long inode_ = 0;
};

struct Peer {
    unsigned uid = 0;
    unsigned gid = 0;
    std::vector<unsigned> groups = {};  // supplementary
};
// Who is at the other end of a connected Unix socket (SO_PEERCRED, SO_PEERGROUPS): as it was when
// it connected.
std::optional<Peer> peer_of(int socket);

}  // namespace http
