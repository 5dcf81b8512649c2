#pragma once
// The right edge of an RFC 9162 Merkle tree: the roots of its complete subtrees, largest first. Enough to append leaves and to
// tell the root, in O(log n) memory. What is kept of the tree on disk is engine/tree.h.

#include "base/types.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace govlog {

class MerkleFrontier {
 public:
  std::uint64_t size() const { return size_; }

  /// Adds a leaf. Amortised O(1), at most 64 node hashes.
  void append(const Hash& leaf);

  /// Adds a complete subtree of `leaves` leaves, a power of two that divides size().
  void append_subtree(const Hash& root, std::uint64_t leaves);

  /// Root of all leaves so far (MTH of RFC 9162 section 2.1.1); SHA-256 of nothing when empty.
  Hash root() const;

  /// Roots of the complete subtrees, largest first, as many as size() has bits that are set: with it all that append() goes on from.
  std::vector<Hash> subtree_roots() const;

  /// The tree that had these; nothing where `roots` are not as many as `size` asks for.
  static std::optional<MerkleFrontier> resume(std::uint64_t size, const std::vector<Hash>& roots);

  /// Root of the complete subtree of the last `leaves` leaves, a power of two that divides size(), and not less than what the
  /// last append added.
  const Hash& last_subtree(std::uint64_t leaves) const;

 private:
  struct Subtree {
    Hash root;
    std::uint64_t leaves;
  };
  std::uint64_t size_ = 0;
  std::vector<Subtree> subtrees_;   // sizes are distinct powers of two, falling
  std::vector<Subtree> completed_;  // those that the last append ended, rising
};

}  // namespace govlog
