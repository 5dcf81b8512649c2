#pragma once
// The hash tree on disk: leaves in family positions, and in family tiles the hash of every complete subtree of 256^level leaves.

#include "base/result.h"
#include "base/types.h"
#include "codec/merkle.h"
#include "engine/database.h"

#include <functional>

namespace govlog {

/// The tree over the first `size` leaves. kCorruption where a row is missing. O(256 log size).
Result<MerkleFrontier> load_frontier(const Database& database, std::uint64_t size);

/// Root of the subtree over the leaves `first` (counted from 0) to `first + count - 1`, which must be aligned as codec/merkle_proof.h has it. As load_frontier.
Result<Hash> subtree_root(const Database& database, std::uint64_t first, std::uint64_t count);

/// Calls `put(level, index, hash)` for each subtree of 256^level leaves that the last append to `tree` completed.
void for_completed_tiles(const MerkleFrontier& tree, const std::function<void(std::uint8_t, std::uint64_t, const Hash&)>& put);

}  // namespace govlog
