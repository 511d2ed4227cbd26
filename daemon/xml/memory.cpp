#include "xml/memory.hpp"

#include <cstdint>
#include <cstdlib>
#include <new>

#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>

namespace xml {

namespace {

// Stands before every piece, so that deallocate() knows what it gets back.
struct alignas(16) Front {
    std::size_t size;  // rounded up to a step for small ones
};

}  // namespace

struct alignas(16) Quota::Large {
    Large* previous;
    Large* next;
};

Quota::Quota(std::size_t bytes_max) : bytes_max_(bytes_max) {}

Quota::~Quota() { clear(); }

xercesc::MemoryManager* Quota::getExceptionMemoryManager() {
    return xercesc::XMLPlatformUtils::fgMemoryManager;
}

void* Quota::carve(std::size_t bytes) {
    if (block_bytes - block_used_ < bytes) {
        blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block_bytes));
        block_used_ = 0;
    }
    void* piece = blocks_.back().get() + block_used_;
    block_used_ += bytes;
    return piece;
}

void* Quota::allocate_large(std::size_t size) {
    void* memory = std::malloc(sizeof(Large) + sizeof(Front) + size);
    if (!memory) throw xercesc::OutOfMemoryException();
    large_ = new (memory) Large{nullptr, large_};
    if (large_->next) large_->next->previous = large_;
    return static_cast<std::byte*>(memory) + sizeof(Large);
}

void* Quota::allocate(XMLSize_t size) {
    const std::size_t rounded = (size + step - 1) / step * step;
    if (pauses_ == 0) pieces_ += rounded > small_max ? large_weight : 1;
    if (is_crowded()) throw xercesc::OutOfMemoryException();
    if (size > bytes_max_ || used_ + rounded > bytes_max_) throw xercesc::OutOfMemoryException();
    void* piece = nullptr;
    if (rounded > small_max) {
        piece = allocate_large(rounded);
    } else if (Free*& first = free_[rounded / step]; first && rounded > 0) {
        piece = reinterpret_cast<std::byte*>(first) - sizeof(Front);
        first = first->next;
    } else {
        piece = carve(sizeof(Front) + rounded);
    }
    used_ += rounded;
    return new (piece) Front{rounded} + 1;
}

void Quota::deallocate(void* pointer) {
    if (!pointer) return;
    Front* front = static_cast<Front*>(pointer) - 1;
    const std::size_t size = front->size;
    used_ -= size;
    if (size > small_max) {
        Large* large = reinterpret_cast<Large*>(reinterpret_cast<std::byte*>(front)) - 1;
        (large->previous ? large->previous->next : large_) = large->next;
        if (large->next) large->next->previous = large->previous;
        std::free(large);
    } else if (size > 0) {
        Free*& first = free_[size / step];
        first = new (pointer) Free{first};
    }
}

void Quota::clear() {
    while (large_) {
        Large* next = large_->next;
        std::free(large_);
        large_ = next;
    }
    if (blocks_.size() > 1) blocks_.resize(1);
    block_used_ = blocks_.empty() ? block_bytes : 0;
    free_.fill(nullptr);
    used_ = 0;
    pieces_ = 0;
}

}  // namespace xml
