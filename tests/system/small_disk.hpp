// SmallDisk: a file system of its own, in memory, in the place of a folder; somebody else fills it.
// Seen by this process and its children.
//
// Threads: one. Throws: std::runtime_error when what was mounted cannot be filled.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace line {

class SmallDisk {
public:
    // `options` of tmpfs: "size=100m", "nr_inodes=4096".
    SmallDisk(std::filesystem::path folder, const std::string& options);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    // False where there is no right to mount.
    bool is_mounted() const { return is_mounted_; }
    std::uint64_t bytes_free() const;
    std::uint64_t inodes_free() const;
    // Somebody else's files, until so much is left.
    void fill_bytes(std::uint64_t left);
    void fill_inodes(std::uint64_t left);
    // These go.
    void clear();

private:
    std::filesystem::path ballast() const { return folder_ / ".ballast"; }

    std::filesystem::path folder_;
    bool is_mounted_ = false;
    std::uint64_t files_ = 0;
};

// How often that event stands in what a program said.
std::size_t times_told(const std::string& words, const std::string& event);

}  // namespace line
