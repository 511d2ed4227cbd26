// Disk: a file system of its own on a loop device in memory, whose power can be cut: what was not
// synced is gone. Its mounts are seen by this process and its children alone and end with them.
//
// Threads: one. Throws: std::runtime_error when a mount fails that went well before.
#pragma once

#include <filesystem>
#include <memory>

#include "base/files.hpp"
#include "base/result.hpp"

namespace crash {

enum class FileSystem { Ext4, Xfs };

class Disk {
public:
    // In the place of a folder, which is made if need be. A fault says why there is none to be had.
    static base::Result<std::unique_ptr<Disk>> make(FileSystem kind, std::filesystem::path folder);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    // Everybody who wrote to it must have been killed before: what still runs could promise
    // something after the cut. A host loses the power of all its disks before one is on again.
    void lose_power();
    // Waits for who still has it open.
    void unmount();
    void mount();

private:
    Disk(FileSystem kind, std::filesystem::path folder)
        : kind_(kind), folder_(std::move(folder)), image_(folder_.string() + ".img") {}
    base::Outcome format() const;
    base::Outcome attach();

    FileSystem kind_;
    std::filesystem::path folder_;
    std::filesystem::path image_;
    std::string device_;
    base::Fd loop_;
    bool is_mounted_ = false;
};

}  // namespace crash
