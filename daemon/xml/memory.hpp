// Quota: the memory of one document's parser. Beyond its limits it refuses, and what a thrown-away
// parser left behind is taken back by clear(), so that no document can leak into the next.
// The library tells of a start tag when it has read it whole, with all of its attributes, and each
// of them takes pieces of memory: so their number, too, is limited from one mark to the next.
// Threads: one. Throws: xercesc::OutOfMemoryException beyond the limits.
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
    void mark() { pieces_ = 0; }
    // While it lives, pieces are not counted: a value that is checked takes one a character.
    class Pause {
    public:
        explicit Pause(Quota& quota) : quota_(quota) { ++quota_.pauses_; }
        ~Pause() { --quota_.pauses_; }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        Quota& quota_;
    };
    // What was refused last was one piece too many.
    bool is_crowded() const { return pieces_ > pieces_max; }

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
    // An attribute takes up to 14 pieces. Long ones count more: the names of attributes are
    // compared with each other.
    static constexpr std::size_t pieces_max = 1024;
    static constexpr std::size_t large_weight = 8;

    std::size_t bytes_max_;
    std::size_t used_ = 0;
    std::size_t pieces_ = 0;
    unsigned pauses_ = 0;
    std::array<Free*, small_max / step + 1> free_{};
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t block_used_ = block_bytes;
    Large* large_ = nullptr;
};

}  // namespace xml
