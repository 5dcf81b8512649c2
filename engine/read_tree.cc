// Roots and proofs of a view. The rows of the tree up to a position never change, so they are read as they are now.
#include "engine/read_view.h"
#include "engine/snapshot.h"
#include "engine/tree.h"

namespace govlog {
namespace {

SubtreeRoot roots_of(const ReadView::Snapshot& snapshot) {
  return [&snapshot](std::uint64_t first, std::uint64_t count) { return subtree_root(*snapshot.database, first, count); };
}

}  // namespace

Result<Hash> ReadView::tree_root(Position size) const {
  if (!snapshot_->database) return MerkleFrontier().root();
  return subtree_root(*snapshot_->database, 0, size);
}

Result<InclusionProof> ReadView::inclusion_proof(Position position, Position size) const {
  const SubtreeRoot root = roots_of(*snapshot_);
  InclusionProof proof;
  proof.position = position;
  proof.size = size;
  proof.leaf = GOVLOG_TRY(root(position - 1, 1));
  proof.path = GOVLOG_TRY(inclusion_path(position - 1, size, root));
  proof.root = GOVLOG_TRY(root(0, size));
  return proof;
}

Result<ConsistencyProof> ReadView::consistency_proof(Position from, Position to) const {
  const SubtreeRoot root = roots_of(*snapshot_);
  ConsistencyProof proof;
  proof.from = from;
  proof.to = to;
  proof.from_root = GOVLOG_TRY(root(0, from));
  proof.to_root = GOVLOG_TRY(root(0, to));
  proof.path = GOVLOG_TRY(consistency_path(from, to, root));
  return proof;
}

}  // namespace govlog
