// SshMemory: what libssh2 allocates for one session. Passwords and keys pass through it, so it is
// wiped when it is given back. What was not is given back with the object: libssh2 1.10 loses some
// of what a broken connection leaves behind (31 KB for a file that changed, 392 bytes for a
// handshake that broke off).
//
// Threads: one. Throws: nothing.
#pragma once

#include <cstddef>

namespace transfer {

class SshMemory {
public:
    SshMemory() = default;
    ~SshMemory();
    SshMemory(const SshMemory&) = delete;
    SshMemory& operator=(const SshMemory&) = delete;

    void* take(std::size_t size);  // null when there is none
    void give_back(void* memory);
    // Another size, with what fits of the bytes; null when there is none, and all is as before.
    void* change(void* memory, std::size_t size);

private:
    struct alignas(std::max_align_t) Piece {
        Piece* before;
        Piece* after;
        std::size_t size;
    };
    static Piece* piece_of(void* memory) { return static_cast<Piece*>(memory) - 1; }

    Piece ring_{&ring_, &ring_, 0};
};

}  // namespace transfer
