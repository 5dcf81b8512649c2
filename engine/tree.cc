#include "engine/tree.h"

#include "codec/keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

constexpr std::uint64_t kFanOut = 256;
constexpr std::uint8_t kLevelMax = 7;

Error missing(std::uint8_t level, std::uint64_t index) {
  return {Code::kCorruption, fmt::format("the hash tree lacks node {} of level {}", index, level), {}};
}

/// Leaves and nodes end with their hash: a positions row is t, then the leaf.
std::optional<Hash> hash_at_end(std::string_view value) {
  if (value.size() < 32) return std::nullopt;
  Hash hash;
  std::copy_n(value.end() - 32, 32, hash.begin());
  return hash;
}

/// The subtree over `count` leaves from `start` on.
Result<MerkleFrontier> load_subtree(const Database& database, std::uint64_t start, std::uint64_t count_of_leaves) {
  MerkleFrontier tree;
  for (int i = kLevelMax; i >= 0; --i) {
    const auto level = static_cast<std::uint8_t>(i);
    const std::uint64_t leaves = std::uint64_t{1} << (8 * level);
    const std::uint64_t first = (start + tree.size()) / leaves;
    const std::uint64_t count = (count_of_leaves - tree.size()) / leaves;
    if (count == 0) continue;
    const auto rows = database.iterate(level == 0 ? Family::kPositions : Family::kTiles, nullptr);
    const auto key = [&](std::uint64_t index) { return level == 0 ? position_key(index + 1) : tile_key(level, index); };
    rows->Seek(key(first));
    for (std::uint64_t index = first; index < first + count; ++index, rows->Next()) {
      if (!rows->status().ok()) return to_error(rows->status(), "reading the hash tree");
      if (!rows->Valid() || view(rows->key()) != key(index)) return missing(level, index);
      const auto hash = hash_at_end(view(rows->value()));
      if (!hash) return missing(level, index);
      tree.append_subtree(*hash, leaves);
    }
  }
  return tree;
}

}  // namespace

Result<MerkleFrontier> load_frontier(const Database& database, std::uint64_t size) { return load_subtree(database, 0, size); }

Result<Hash> subtree_root(const Database& database, std::uint64_t first, std::uint64_t count) {
  const MerkleFrontier tree = GOVLOG_TRY(load_subtree(database, first, count));
  return tree.root();
}

void for_completed_tiles(const MerkleFrontier& tree, const std::function<void(std::uint8_t, std::uint64_t, const Hash&)>& put) {
  std::uint64_t leaves = kFanOut;
  for (std::uint8_t level = 1; level <= kLevelMax && tree.size() % leaves == 0; ++level, leaves *= kFanOut) {
    put(level, tree.size() / leaves - 1, tree.last_subtree(leaves));
  }
}

}  // namespace govlog
