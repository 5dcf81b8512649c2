#pragma once
// Roots of the hash tree and proofs over it, for positions that somebody asks for.

#include "base/result.h"
#include "codec/merkle_proof.h"
#include "engine/read_view.h"

#include <optional>

namespace govlog {

struct TreeRoot {
  Position size = 0;
  Hash root{};
};

/// Over the events up to `size` (all of the view where it is not given; 0 is a tree). kInvalidArgument with `details.parameter` `at_position` beyond the view.
Result<TreeRoot> tree_root(const ReadView& view, std::optional<Position> size);

/// That the event at `position` is among those up to `size`. kInvalidArgument with `details.parameter` `position` or `at_position`.
Result<InclusionProof> inclusion_proof(const ReadView& view, Position position, std::optional<Position> size);

/// That the log up to `to` begins with the log up to `from`. kInvalidArgument with `details.parameter` `from` or `to`.
Result<ConsistencyProof> consistency_proof(const ReadView& view, Position from, Position to);

}  // namespace govlog
