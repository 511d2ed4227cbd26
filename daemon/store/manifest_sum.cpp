#include "store/manifest_sum.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <sstream>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/stop.hpp"

namespace store {

namespace {

const std::string sum_name = "manifest-sum";
constexpr std::size_t manifest_bytes_max = std::size_t{1} << 30;  // an older permitd's may be long
constexpr std::size_t line_bytes_max = 4096;

base::Fault damaged(const std::string& file) {
    return {base::Remedy::AskOperator,
            "store: " + file + " is damaged: its end is missing or was changed; restore a backup"};
}

// base::sync is a step at which tests stop by an exception; RocksDB calls this on threads of its
// own.
base::Outcome sync(int fd) {
    if (::fsync(fd) == 0) return base::done;
    const int error = errno;
    struct stat status {};
    if (::fstat(fd, &status) == 0) base::failed_sync(status.st_dev);
    return base::Fault{base::Remedy::Stop,
                       base::fault_of_errno(error, "store: syncing " + sum_name).text};
}

}  // namespace

base::Outcome keep_sum(const std::string& directory, const std::string& manifest) {
    const auto bytes = base::read_file(directory + '/' + manifest, manifest_bytes_max);
    if (!bytes) return bytes.fault();
    const std::string line =
        manifest + ' ' + std::to_string(bytes->size()) + ' ' + base::sha256_hex(*bytes) + '\n';
    const std::string name = directory + '/' + sum_name, fresh = name + ".new";
    const base::Fd file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)};
    if (!file) return base::fault_of_errno(errno, "opening " + fresh);
    if (auto written = base::write_all(file.number(), line); !written) return written;
    if (auto synced = sync(file.number()); !synced) return synced;
    if (::rename(fresh.c_str(), name.c_str()) != 0)
        return base::fault_of_errno(errno, "replacing " + name);
    const auto opened = base::open_directory(directory);
    if (!opened) return opened.fault();
    return sync(opened->number());
}

base::Outcome check_sum(const std::string& directory) {
    const std::string name = directory + '/' + sum_name;
    if (::access(name.c_str(), F_OK) != 0) return base::done;
    const auto kept = base::read_file(name, line_bytes_max);
    if (!kept) return kept.fault();
    const auto current = base::read_file(directory + "/CURRENT", line_bytes_max);
    if (!current) return current.fault();
    std::istringstream in{*kept};
    std::string manifest, digest;
    std::size_t length = 0;
    if (!(in >> manifest >> length >> digest)) return damaged(name);
    if (*current != manifest + '\n') return base::done;
    const auto bytes = base::read_file(directory + '/' + manifest, manifest_bytes_max);
    if (!bytes && ::access((directory + '/' + manifest).c_str(), F_OK) != 0 && errno == ENOENT)
        return damaged(directory + '/' + manifest);
    if (!bytes) return base::Fault{base::Remedy::Stop, "store: " + bytes.fault().text};
    if (bytes->size() < length || base::sha256_hex(bytes->substr(0, length)) != digest)
        return damaged(directory + '/' + manifest);
    return base::done;
}

}  // namespace store
