#include "transfer/ssh_memory.hpp"

#include <string.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace transfer {

SshMemory::~SshMemory() {
    while (ring_.after != &ring_) give_back(ring_.after + 1);
}

void* SshMemory::take(std::size_t size) {
    if (size > SIZE_MAX - sizeof(Piece)) return nullptr;
    auto* piece = static_cast<Piece*>(std::malloc(sizeof(Piece) + size));
    if (!piece) return nullptr;
    *piece = {&ring_, ring_.after, size};
    ring_.after->before = piece;
    ring_.after = piece;
    return piece + 1;
}

void SshMemory::give_back(void* memory) {
    if (!memory) return;
    Piece* piece = piece_of(memory);
    piece->before->after = piece->after;
    piece->after->before = piece->before;
    ::explicit_bzero(memory, piece->size);
    std::free(piece);
}

void* SshMemory::change(void* memory, std::size_t size) {
    void* changed = take(size);
    if (!changed || !memory) return changed;
    ::memcpy(changed, memory, std::min(size, piece_of(memory)->size));
    give_back(memory);
    return changed;
}

}  // namespace transfer
