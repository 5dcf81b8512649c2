#include "codec/merkle.h"

#include "base/assert.h"
#include "codec/hash.h"

#include <bit>

namespace govlog {

void MerkleFrontier::append(const Hash& leaf) { append_subtree(leaf, 1); }

void MerkleFrontier::append_subtree(const Hash& root, std::uint64_t leaves) {
  GOVLOG_ASSERT(std::has_single_bit(leaves), "a subtree of {} leaves", leaves);
  GOVLOG_ASSERT(size_ % leaves == 0, "a subtree of {} leaves after {}", leaves, size_);
  Subtree subtree{root, leaves};
  size_ += leaves;
  completed_.assign(1, subtree);
  while (!subtrees_.empty() && subtrees_.back().leaves == subtree.leaves) {
    subtree = {node_hash(subtrees_.back().root, subtree.root), 2 * subtree.leaves};
    subtrees_.pop_back();
    completed_.push_back(subtree);
  }
  subtrees_.push_back(subtree);
}

Hash MerkleFrontier::root() const {
  if (subtrees_.empty()) return sha256("");
  Hash root = subtrees_.back().root;
  for (std::size_t i = subtrees_.size() - 1; i-- > 0;) root = node_hash(subtrees_[i].root, root);
  return root;
}

std::vector<Hash> MerkleFrontier::subtree_roots() const {
  std::vector<Hash> roots;
  for (const Subtree& subtree : subtrees_) roots.push_back(subtree.root);
  return roots;
}

std::optional<MerkleFrontier> MerkleFrontier::resume(std::uint64_t size, const std::vector<Hash>& roots) {
  if (static_cast<std::size_t>(std::popcount(size)) != roots.size()) return std::nullopt;
  MerkleFrontier tree;
  for (const Hash& root : roots) tree.append_subtree(root, std::bit_floor(size - tree.size()));
  return tree;
}

const Hash& MerkleFrontier::last_subtree(std::uint64_t leaves) const {
  GOVLOG_ASSERT(std::has_single_bit(leaves), "a subtree of {} leaves", leaves);
  GOVLOG_ASSERT(!completed_.empty() && completed_.front().leaves <= leaves && leaves <= completed_.back().leaves,
                "the last append completed no subtree of {} leaves", leaves);
  const int level = std::countr_zero(leaves) - std::countr_zero(completed_.front().leaves);
  return completed_[static_cast<std::size_t>(level)].root;
}

}  // namespace govlog
