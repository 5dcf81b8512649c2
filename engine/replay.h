#pragma once
// A log written anew: every event, in the order of positions, through the writer that appended it. Private to engine.

#include "codec/merkle.h"
#include "engine/database.h"
#include "graph/graph_view.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace govlog {

struct ReplayOptions {
  Position last = 0;              // of the log
  std::filesystem::path scratch;  // as bulk_load has it
  std::function<void(Position done)> progress{};
  /// Called with the graph as it is at position `pause`, where that is not 0.
  Position pause = 0;
  std::function<Status(const GraphView& graph)> at_pause{};
};

struct Replayed {
  std::shared_ptr<ImpactGraph> graph;  // over the whole log
  MerkleFrontier tree;
};

/// Appends the events of `from` to the empty log of `to`: positions, versions and times come out as they were, and so does everything that is derived.
/// kCorruption where they do not. Needs the memory of one large group, and of the graph.
Result<Replayed> replay(const Database& from, const std::shared_ptr<Database>& to, const ReplayOptions& options);

}  // namespace govlog
