#pragma once
// Merkle trees as RFC 9162 writes them, without a thought of cost.

#include "codec/hash.h"

#include <bit>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace govlog {

/// MTH as section 2.1.1 writes it.
inline Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256("");
  if (leaves.size() == 1) return leaves[0];
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  return node_hash(naive_root(leaves.first(split)), naive_root(leaves.subspan(split)));
}

/// The leaves of the texts 0, 1, 2 and so on.
inline std::vector<Hash> make_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
  return leaves;
}

}  // namespace govlog
