#include <sys/mman.h>

#include "fuzz/target.hpp"

namespace fuzz {

MemoryFile::MemoryFile(std::string_view bytes)
    : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)),
      path_("/proc/self/fd/" + std::to_string(descriptor_)) {
    if (descriptor_ < 0 ||
        ::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error("a file in memory cannot be made");
}

MemoryFile::~MemoryFile() { ::close(descriptor_); }

}  // namespace fuzz
