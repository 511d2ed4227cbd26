// Disk: a file system of its own on a loop device in memory, whose power can be cut: what was not
// synced is gone. Its mounts are seen by this process and its children alone and end with them.
//
// Threads: one. Throws: std::runtime_error when a mount fails that went well before.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/files.hpp"
#include "base/result.hpp"

namespace crash {

enum class FileSystem { Ext4, Xfs };

class Disk {
public:
    // `folders`: of `above`; each then is a folder of the new disk, empty. A fault says why there is
    // none to be had here.
    static base::Result<std::unique_ptr<Disk>> make(FileSystem kind,
                                                    const std::filesystem::path& above,
                                                    const std::vector<std::string>& folders);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    // And has it again: mounted, as a host would after its start. Everybody who wrote to it must
    // have been killed before: what still runs could promise something after the cut.
    void lose_power();
    const std::filesystem::path& image() const { return image_; }

private:
    Disk(FileSystem kind, std::filesystem::path above, std::vector<std::string> folders)
        : kind_(kind), above_(std::move(above)), folders_(std::move(folders)),
          image_(above_ / "disk.img"), place_(above_ / "disk") {}
    base::Outcome attach();
    void mount();
    void unmount();

    FileSystem kind_;
    std::filesystem::path above_;
    std::vector<std::string> folders_;
    std::filesystem::path image_;
    std::filesystem::path place_;
    std::string device_;
    base::Fd loop_;
    bool is_mounted_ = false;
};

}  // namespace crash
