#include "codec/merkle_proof.h"

#include "base/assert.h"
#include "codec/hash.h"

#include <algorithm>
#include <bit>

namespace govlog {
namespace {

/// Where a tree over `size` > 1 leaves is split: the greatest power of two less than it.
std::uint64_t left_leaves(std::uint64_t size) { return std::bit_floor(size - 1); }

}  // namespace

Result<std::vector<Hash>> inclusion_path(std::uint64_t index, std::uint64_t size, const SubtreeRoot& root) {
  GOVLOG_ASSERT(index < size, "leaf {} of {}", index, size);
  std::vector<Hash> path;
  std::uint64_t first = 0;
  while (size > 1) {  // from the root down
    const std::uint64_t left = left_leaves(size);
    const bool in_left = index - first < left;
    path.push_back(GOVLOG_TRY(in_left ? root(first + left, size - left) : root(first, left)));
    size = in_left ? left : size - left;
    if (!in_left) first += left;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<std::vector<Hash>> consistency_path(std::uint64_t from, std::uint64_t to, const SubtreeRoot& root) {
  GOVLOG_ASSERT(from >= 1 && from <= to, "from {} leaves to {}", from, to);
  std::vector<Hash> path;
  std::uint64_t first = 0;
  bool known = true;  // whether the earlier root is that of the subtree at hand: its hash is not told then
  while (from != to) {
    const std::uint64_t left = left_leaves(to);
    if (from <= left) {
      path.push_back(GOVLOG_TRY(root(first + left, to - left)));
      to = left;
    } else {
      path.push_back(GOVLOG_TRY(root(first, left)));
      first += left;
      from -= left;
      to -= left;
      known = false;
    }
  }
  if (!known) path.push_back(GOVLOG_TRY(root(first, to)));
  std::reverse(path.begin(), path.end());
  return path;
}

bool holds(const InclusionProof& proof) {
  if (proof.position == 0 || proof.position > proof.size) return false;
  std::uint64_t node = proof.position - 1;
  std::uint64_t last = proof.size - 1;
  Hash root = proof.leaf;
  for (const Hash& beside : proof.path) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      root = node_hash(beside, root);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      root = node_hash(root, beside);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && root == proof.root;
}

bool holds(const ConsistencyProof& proof) {
  if (proof.from == 0 || proof.from > proof.to) return false;
  if (proof.from == proof.to) return proof.path.empty() && proof.from_root == proof.to_root;
  auto beside = proof.path.begin();
  Hash earlier = proof.from_root;
  if (!std::has_single_bit(proof.from)) {
    if (beside == proof.path.end()) return false;
    earlier = *beside++;
  }
  Hash later = earlier;
  std::uint64_t node = proof.from - 1;
  std::uint64_t last = proof.to - 1;
  while ((node & 1U) != 0) {
    node >>= 1U;
    last >>= 1U;
  }
  for (; beside != proof.path.end(); ++beside) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      earlier = node_hash(*beside, earlier);
      later = node_hash(*beside, later);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      later = node_hash(later, *beside);
    }
    node >>= 1U;
    last >>= 1U;
  }
  return last == 0 && earlier == proof.from_root && later == proof.to_root;
}

}  // namespace govlog
