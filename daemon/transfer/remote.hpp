// Remote: a directory with boxes on somebody else's server, as the courier of a mailbox needs it.
//
// Paths are relative to the directory of the server's URL ("OutBox/po-1.xml"). Every call, and the
// end of a Remote, is over within Server::time_max. A file may take longer while it moves: what has
// moved of it adds to the time of its call, at Server::bytes_a_second_min, and nothing moves for
// time_max at most. Only the system's search for a host's name has limits of its own, so the
// process that connects is killed at twice that.
// A fault of Remedy::RetryLater: the line is gone or was never there; nothing more can be asked of
// this connection. One of AskOperator before the first answer: host key, login, address. What is
// wrong with one file alone is a Told, never a fault.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace transfer {

struct Server {
    std::string host;
    std::uint16_t port = 22;
    std::string directory;  // from the login directory on, or absolute
    std::string user;
    std::string key_file;       // Ed25519; empty: password
    std::string password_file;  // its first line; empty: key
    // One of the two at least: a host that neither knows is refused.
    std::string known_hosts_file;
    std::string fingerprint;                     // "SHA256:…" as ssh-keygen -l writes it
    std::chrono::milliseconds time_max{30'000};  // for one call
    std::uint64_t bytes_a_second_min = 64u << 10;
};

// What a name on a server stands for. Links are never followed; a server that does not say what a
// name is makes it Unknown.
enum class Kind { File, Directory, Other, Unknown };

struct RemoteEntry {
    std::string name;  // bytes as the server has them
    Kind kind = Kind::Unknown;
    std::uint64_t bytes = 0;
    base::Time modified_at = {};  // by the server's clock, whole seconds
    bool operator==(const RemoteEntry&) const = default;
};

// How a server answered about one file.
enum class Told {
    Done,
    Missing,  // no such file
    Exists,   // the target's name is taken
    Refused,  // no permission, read-only, a name that it cannot bear
    Full,     // no space, no quota
    Changed,  // it grew beyond what was asked for, or ended early
    Cut,      // a listing took too long: only its beginning was visited
    Failed,   // it says no more than that (SFTP 3's SSH_FX_FAILURE)
};
const char* code_of(Told told);  // "missing"

class Remote {
public:
    virtual ~Remote() = default;

    // What is called each time that something of a file has moved, from within fetch and put.
    virtual void on_progress(const std::function<void()>& /*told*/) {}
    // The entries of a directory, without . and .., until the visitor returns false, or half of
    // time_max is over (Cut). Memory does not grow with their number.
    virtual base::Result<Told> list(const std::string& directory,
                                    const std::function<bool(const RemoteEntry&)>& visit) = 0;
    // What stands at that path now; nothing: no such name. Links are not followed. Unknown also
    // where the server refuses to say.
    virtual base::Result<std::optional<RemoteEntry>> look(const std::string& path) = 0;
    // The bytes of a file in pieces, at most bytes_max of them (more: Changed). `take` returns
    // false to give up: Failed. SFTP 3 follows a link here: look before and after.
    virtual base::Result<Told> fetch(const std::string& path, std::uint64_t bytes_max,
                                     const std::function<bool(std::string_view)>& take) = 0;
    // A new file of mode 0640; one of that name is overwritten, so give it a name of ours. Synced
    // there where the server can; what does not succeed leaves no torso while the line holds.
    virtual base::Result<Told> put(const std::string& path, std::string_view bytes) = 0;
    // Servers differ about a target that exists: Exists, Failed, or it is overwritten. So look
    // first, and give it a name that nobody else makes.
    virtual base::Result<Told> rename(const std::string& from, const std::string& to) = 0;
    virtual base::Result<Told> remove(const std::string& path) = 0;
    virtual base::Result<Told> make_directory(const std::string& path) = 0;
};

// Connects, proves the host's key before anything secret leaves, logs in and opens SFTP.
base::Result<std::unique_ptr<Remote>> connect_sftp(const Server& server);

// The parts of an sftp://host[:port]/path URL; a fault when it is none, or has a user or password.
// "/~/edi" is a path from the login directory on, every other one is absolute.
base::Result<Server> server_of_url(const std::string& url);

}  // namespace transfer
