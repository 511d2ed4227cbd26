// Tree: the Merkle tree of RFC 6962, 2.1, grown leaf by leaf. Of all leaves it keeps the roots of
// the whole subtrees only: as many digests as the size has bits that are 1.
// Threads: value types. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.hpp"

namespace ledger {

class Tree {
public:
    Tree() = default;
    // A tree that goes on where another one was; the subtrees are the largest first. Nothing when
    // their number is not that of the size.
    static std::optional<Tree> of(std::uint64_t size, std::span<const base::Digest> subtrees);

    void add(std::string_view leaf);
    std::uint64_t size() const { return size_; }
    // Of no leaf: SHA-256 of nothing.
    base::Digest root() const;
    const std::vector<base::Digest>& subtrees() const { return subtrees_; }

private:
    std::uint64_t size_ = 0;
    std::vector<base::Digest> subtrees_;  // the largest first
};

}  // namespace ledger
