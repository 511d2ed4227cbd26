#include "ledger/merkle.hpp"

#include <bit>

namespace ledger {

namespace {

std::string_view bytes_of(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The first byte tells leaves and nodes apart, so that none can pass for the other.
base::Digest leaf_hash(std::string_view leaf) {
    return base::Sha256{}.add(std::string_view{"\0", 1}).add(leaf).sum();
}

base::Digest node_hash(const base::Digest& left, const base::Digest& right) {
    return base::Sha256{}.add("\1").add(bytes_of(left)).add(bytes_of(right)).sum();
}

}  // namespace

std::optional<Tree> Tree::of(std::uint64_t size, std::span<const base::Digest> subtrees) {
    if (static_cast<std::size_t>(std::popcount(size)) != subtrees.size()) return std::nullopt;
    Tree tree;
    tree.size_ = size;
    tree.subtrees_.assign(subtrees.begin(), subtrees.end());
    return tree;
}

void Tree::add(std::string_view leaf) {
    base::Digest hash = leaf_hash(leaf);
    for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
    }
    subtrees_.push_back(hash);
    ++size_;
}

base::Digest Tree::root() const {
    if (subtrees_.empty()) return base::sha256("");
    base::Digest hash = subtrees_.back();
    for (std::size_t i = subtrees_.size() - 1; i > 0; --i) hash = node_hash(subtrees_[i - 1], hash);
    return hash;
}

}  // namespace ledger
