// Quota: the memory of one document's parser. Beyond its limit it refuses, and what a thrown-away
// parser left behind is taken back by clear(), so that no document can leak into the next.
// Threads: one. Throws: xercesc::OutOfMemoryException beyond the limit.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include <xercesc/framework/MemoryManager.hpp>

namespace xml {

class Quota final : public xercesc::MemoryManager {
public:
    explicit Quota(std::size_t bytes_max);
    ~Quota() override;
    Quota(const Quota&) = delete;
    Quota& operator=(const Quota&) = delete;

    xercesc::MemoryManager* getExceptionMemoryManager() override;
    void* allocate(XMLSize_t size) override;
    void deallocate(void* pointer) override;

    // Everything that was given out is invalid from now on; the first block is kept for the next.
    void clear();
    std::size_t bytes_used() const { return used_; }

private:
    struct Large;
    struct Free {
        Free* next;
    };
    void* carve(std::size_t bytes);
    void* allocate_large(std::size_t size);

    static constexpr std::size_t step = 16;
    static constexpr std::size_t small_max = 2048;
    static constexpr std::size_t block_bytes = 256u << 10;

    std::size_t bytes_max_;
    std::size_t used_ = 0;
    std::array<Free*, small_max / step + 1> free_{};
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t block_used_ = block_bytes;
    Large* large_ = nullptr;
};

}  // namespace xml
