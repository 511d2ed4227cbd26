// Mapped: a file's bytes without a copy of them: Ed25519 wants a message whole, and a list of a
// busy day has a hundred megabytes.
// Threads: a value. Throws: nothing. A file that is cut while it is mapped ends the process; the
// lists that are signed get no shorter.
#pragma once

#include <string_view>

#include "base/files.hpp"

namespace ledger {

class Mapped {
public:
    static base::Result<Mapped> of(int fd);
    ~Mapped();
    Mapped(Mapped&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Mapped& operator=(Mapped&&) = delete;
    std::string_view bytes() const { return bytes_; }

private:
    explicit Mapped(std::string_view bytes) : bytes_(bytes) {}
    std::string_view bytes_;
};

}  // namespace ledger
