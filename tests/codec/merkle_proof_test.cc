#include "codec/merkle_proof.h"

#include "codec/hash.h"
#include "tests/support/naive_merkle.h"

#include <doctest/doctest.h>

#include <bit>
#include <span>
#include <string>
#include <vector>

namespace govlog {
namespace {

constexpr std::uint64_t kLeaves = 70;

/// PATH as section 2.1.3.1 writes it.
std::vector<Hash> naive_path(std::size_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  const bool left = m < split;
  std::vector<Hash> path = left ? naive_path(m, leaves.first(split)) : naive_path(m - split, leaves.subspan(split));
  path.push_back(naive_root(left ? leaves.subspan(split) : leaves.first(split)));
  return path;
}

/// SUBPROOF as section 2.1.4.1 writes it.
std::vector<Hash> naive_subproof(std::size_t m, std::span<const Hash> leaves, bool known) {
  if (m == leaves.size()) return known ? std::vector<Hash>{} : std::vector<Hash>{naive_root(leaves)};
  const std::size_t split = std::bit_floor(leaves.size() - 1);
  const bool left = m <= split;
  std::vector<Hash> path =
      left ? naive_subproof(m, leaves.first(split), known) : naive_subproof(m - split, leaves.subspan(split), false);
  path.push_back(naive_root(left ? leaves.subspan(split) : leaves.first(split)));
  return path;
}

class Tree {
 public:
  explicit Tree(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}

  Hash root(std::uint64_t size) const { return naive_root(first(size)); }
  std::span<const Hash> first(std::uint64_t size) const { return std::span(leaves_).first(size); }

  SubtreeRoot roots() const {
    return [this](std::uint64_t first, std::uint64_t count) -> Result<Hash> {
      CHECK(first % std::bit_ceil(count) == 0);
      return naive_root(std::span(leaves_).subspan(first, count));
    };
  }

  InclusionProof inclusion(std::uint64_t position, std::uint64_t size) const {
    return {position, size, leaves_[position - 1], inclusion_path(position - 1, size, roots()).take(), root(size)};
  }
  ConsistencyProof consistency(std::uint64_t from, std::uint64_t to) const {
    return {from, to, root(from), root(to), consistency_path(from, to, roots()).take()};
  }

 private:
  std::vector<Hash> leaves_;
};

/// Proofs that differ from `proof` in one thing.
template <typename Proof>
std::vector<Proof> with_other_paths(const Proof& proof) {
  std::vector<Proof> out;
  for (std::size_t i = 0; i < proof.path.size(); ++i) {
    out.push_back(proof);
    out.back().path[i][i % 32] ^= 1;
    out.push_back(proof);
    out.back().path.erase(out.back().path.begin() + static_cast<std::ptrdiff_t>(i));
  }
  out.push_back(proof);
  out.back().path.push_back(Hash{});
  out.push_back(proof);
  out.back().path.insert(out.back().path.begin(), Hash{});
  return out;
}

TEST_SUITE("merkle_proof") {
  TEST_CASE("every inclusion proof is the RFC's, and holds") {
    const Tree tree(make_leaves(kLeaves));
    for (std::uint64_t size = 1; size <= kLeaves; ++size) {
      for (std::uint64_t position = 1; position <= size; ++position) {
        const InclusionProof proof = tree.inclusion(position, size);
        CHECK(proof.path == naive_path(position - 1, tree.first(size)));
        CHECK(holds(proof));
      }
    }
  }

  TEST_CASE("every consistency proof is the RFC's, and holds") {
    const Tree tree(make_leaves(kLeaves));
    for (std::uint64_t to = 1; to <= kLeaves; ++to) {
      for (std::uint64_t from = 1; from <= to; ++from) {
        const ConsistencyProof proof = tree.consistency(from, to);
        CHECK(proof.path == naive_subproof(from, tree.first(to), true));
        CHECK(holds(proof));
      }
    }
  }

  TEST_CASE("an inclusion proof of which anything was changed does not hold") {
    const Tree tree(make_leaves(kLeaves));
    for (const std::uint64_t size : {1, 2, 7, 8, 33, 70}) {
      for (std::uint64_t position = 1; position <= size; ++position) {
        const InclusionProof proof = tree.inclusion(position, size);
        std::vector<InclusionProof> changed = with_other_paths(proof);
        for (int i = 0; i < 4; ++i) changed.push_back(proof);
        changed[changed.size() - 4].leaf[0] ^= 1;
        changed[changed.size() - 3].root[31] ^= 1;
        changed[changed.size() - 2].position = 0;
        changed[changed.size() - 1].position = size + 1;
        for (const InclusionProof& other : changed) CHECK(!holds(other));
      }
    }
  }

  TEST_CASE("a consistency proof of which anything was changed does not hold") {
    const Tree tree(make_leaves(kLeaves));
    for (const std::uint64_t to : {1, 2, 7, 8, 33, 70}) {
      for (std::uint64_t from = 1; from <= to; ++from) {
        const ConsistencyProof proof = tree.consistency(from, to);
        std::vector<ConsistencyProof> changed = with_other_paths(proof);
        for (int i = 0; i < 4; ++i) changed.push_back(proof);
        changed[changed.size() - 4].from_root[0] ^= 1;
        changed[changed.size() - 3].to_root[31] ^= 1;
        changed[changed.size() - 2].from = 0;
        changed[changed.size() - 1].from = to + 1;
        for (const ConsistencyProof& other : changed) CHECK(!holds(other));
      }
    }
  }

  TEST_CASE("a log that was changed behind its back has no proof from the root that was noted") {
    std::vector<Hash> leaves = make_leaves(kLeaves);
    const Hash noted = Tree(leaves).root(40);
    leaves[20] = leaf_hash("something else");
    ConsistencyProof proof = Tree(leaves).consistency(40, kLeaves);
    proof.from_root = noted;
    CHECK(!holds(proof));
  }
}

}  // namespace
}  // namespace govlog
