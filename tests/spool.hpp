// Spool: a scratch directory with a spool in it, for tests; removed with its object.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace tests {

class Spool {
public:
    Spool() {
        // In memory where that is to be had: other work on the host's disk does not slow the tests.
        const std::filesystem::path above =
            ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
        std::string pattern = above / "permitd-spool-XXXXXX";
        root = ::mkdtemp(pattern.data());
        // Others may look in, so that a test can be another user.
        std::filesystem::permissions(root, std::filesystem::perms{0755});
    }
    ~Spool() { std::filesystem::remove_all(root); }
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    std::filesystem::path at(const std::string& path) const { return root / path; }
    // Writes a file and returns its path.
    std::filesystem::path put(const std::string& path, const std::string& bytes) const {
        std::ofstream{at(path), std::ios::binary} << bytes;
        return at(path);
    }
    std::string content(const std::string& path) const {
        std::ifstream in{at(path), std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    // Every regular file beneath, by relative path, with its bytes.
    std::map<std::string, std::string> files(const std::string& path) const {
        std::map<std::string, std::string> found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{at(path)})
            if (entry.is_regular_file())
                found[entry.path().lexically_relative(at(path))] =
                    content(entry.path().lexically_relative(root));
        return found;
    }
    unsigned mode(const std::string& path) const {
        struct stat status {};
        return ::stat(at(path).c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }

    std::filesystem::path root;
};

}  // namespace tests
