#include "unit/mailbox/fake_remote.hpp"

namespace tests {

namespace {

using transfer::Kind;
using transfer::RemoteEntry;
using transfer::Told;

constexpr std::size_t piece_bytes = 8;

std::string above(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

}  // namespace

std::vector<std::string> FakeServer::names(const std::string& directory) const {
    std::vector<std::string> found;
    for (const auto& [path, file] : files)
        if (path.starts_with(directory + "/")) found.push_back(path.substr(directory.size() + 1));
    return found;
}

RemoteEntry FakeRemote::entry(const std::string& path) const {
    const auto found = server_.files.find(path);
    const std::string name = path.substr(path.rfind('/') + 1);
    const base::Time epoch{};
    if (found == server_.files.end())
        return {name, server_.tells_kinds ? Kind::Directory : Kind::Unknown, 4096, epoch};
    Kind kind = server_.odd.contains(path) ? Kind::Other : Kind::File;
    if (!server_.tells_kinds) kind = Kind::Unknown;
    const std::int64_t time = server_.tells_times ? found->second.modified_s : 0;
    const std::uint64_t bytes =
        std::max<std::uint64_t>(found->second.bytes.size(), found->second.claimed_bytes);
    return {name, kind, bytes, epoch + std::chrono::seconds{time}};
}

base::Result<Told> FakeRemote::list(const std::string& directory,
                                    const std::function<bool(const RemoteEntry&)>& visit) {
    return ask<Told>("list", [&] {
        if (!server_.directories.contains(directory)) return Told::Missing;
        cut_ = server_.breaks.contains(directory);
        std::size_t listed = 0;
        for (const auto& [path, file] : server_.files) {
            if (above(path) != directory) continue;
            if (listed++ == server_.listed_max) return Told::Cut;
            RemoteEntry found = entry(path);
            if (!server_.lists_attributes) found = {found.name};
            if (!visit(found)) return Told::Done;
        }
        for (const std::string& path : server_.directories)
            if (above(path) == directory && !visit(entry(path))) return Told::Done;
        return Told::Done;
    });
}

base::Result<std::optional<RemoteEntry>> FakeRemote::look(const std::string& path) {
    return ask<std::optional<RemoteEntry>>("look", [&]() -> std::optional<RemoteEntry> {
        cut_ = server_.look_breaks.contains(path);
        if (!server_.files.contains(path) && !server_.directories.contains(path))
            return std::nullopt;
        const RemoteEntry found = entry(path);
        return server_.looks_tell ? found : RemoteEntry{found.name};
    });
}

base::Result<Told> FakeRemote::fetch(const std::string& path, std::uint64_t bytes_max,
                                     const std::function<bool(std::string_view)>& take) {
    return ask<Told>("fetch", [&] {
        for (std::size_t at = 0;; at += piece_bytes) {
            // Whoever replaces it in the middle makes a mixture.
            const auto found = server_.files.find(path);
            if (found == server_.files.end()) return Told::Missing;
            const std::string& bytes = found->second.bytes;
            if (bytes.size() > bytes_max) return Told::Changed;
            if (at >= bytes.size()) return Told::Done;
            if (!take(std::string_view{bytes}.substr(at, piece_bytes))) return Told::Failed;
            if (!server_.step() || server_.breaks.contains(path)) {
                cut_ = true;
                return Told::Failed;
            }
        }
    });
}

base::Result<Told> FakeRemote::put(const std::string& path, std::string_view bytes) {
    return ask<Told>("put", [&] {
        if (!server_.directories.contains(above(path))) return Told::Missing;
        server_.put(path, std::string{bytes.substr(0, bytes.size() / 2)});
        if (!server_.step() || server_.breaks.contains(path)) {
            cut_ = true;
            return Told::Failed;
        }
        std::size_t used = bytes.size();
        for (const auto& [name, file] : server_.files) used += name == path ? 0 : file.bytes.size();
        if (used > server_.room) return Told::Full;
        server_.put(path, std::string{bytes});
        return Told::Done;
    });
}

base::Result<Told> FakeRemote::rename(const std::string& from, const std::string& to) {
    return ask<Told>("rename", [&] {
        const auto found = server_.files.find(from);
        if (found == server_.files.end()) return Told::Missing;
        if (!server_.directories.contains(above(to))) return Told::Missing;
        if (server_.refuses.contains(above(to))) return Told::Refused;
        if (server_.files.contains(to)) {
            if (server_.on_taken == FakeServer::OnTaken::Exists) return Told::Exists;
            if (server_.on_taken == FakeServer::OnTaken::Failed) return Told::Failed;
        }
        server_.files[to] = found->second;
        server_.files.erase(from);
        return Told::Done;
    });
}

base::Result<Told> FakeRemote::remove(const std::string& path) {
    return ask<Told>("remove",
                     [&] { return server_.files.erase(path) != 0 ? Told::Done : Told::Missing; });
}

base::Result<Told> FakeRemote::make_directory(const std::string& path) {
    return ask<Told>("make_directory", [&] {
        if (server_.directories.contains(path))
            return server_.on_taken == FakeServer::OnTaken::Exists ? Told::Exists : Told::Failed;
        if (!above(path).empty() && !server_.makes_days) return Told::Refused;
        if (!above(path).empty() && !server_.directories.contains(above(path)))
            return Told::Missing;
        server_.directories.insert(path);
        return Told::Done;
    });
}

}  // namespace tests
