#include "ledger/mapped.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

namespace ledger {

base::Result<Mapped> Mapped::of(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return base::fault_of_errno(errno, "looking at a list");
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return Mapped{{}};
    void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return base::fault_of_errno(errno, "mapping a list");
    return Mapped{{static_cast<const char*>(at), size}};
}

Mapped::~Mapped() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace ledger
