#pragma once
// Proofs over an RFC 9162 Merkle tree: that a leaf is in it (section 2.1.3), and that a later tree holds an earlier one as it was (section 2.1.4).

#include "base/result.h"
#include "base/types.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace govlog {

/// That `leaf` is the leaf at `position` (counted from 1) of the tree over `size` leaves whose root is `root`.
struct InclusionProof {
  std::uint64_t position = 0;
  std::uint64_t size = 0;
  Hash leaf{};
  std::vector<Hash> path;  // from the leaf's sibling up
  Hash root{};
};

/// That the tree over `to` leaves begins with the `from` leaves whose root is `from_root`.
struct ConsistencyProof {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  Hash from_root{};
  Hash to_root{};
  std::vector<Hash> path;
};

/// Root of the subtree over the leaves `first` (counted from 0) to `first + count - 1`. `first` is a multiple of a power of two that is not less than `count`.
using SubtreeRoot = std::function<Result<Hash>(std::uint64_t first, std::uint64_t count)>;

/// PATH(index, D_size), the leaf's sibling first; 0 <= index < size. At most 64 calls of `root`.
Result<std::vector<Hash>> inclusion_path(std::uint64_t index, std::uint64_t size, const SubtreeRoot& root);

/// PROOF(from, D_to); 1 <= from <= to. At most 65 calls of `root`. Empty where from == to.
Result<std::vector<Hash>> consistency_path(std::uint64_t from, std::uint64_t to, const SubtreeRoot& root);

/// Whether the proof holds: section 2.1.3.2. O(path).
bool holds(const InclusionProof& proof);

/// Whether the proof holds: section 2.1.4.2. O(path).
bool holds(const ConsistencyProof& proof);

}  // namespace govlog
