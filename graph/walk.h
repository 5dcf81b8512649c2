#pragma once
// Breadth-first walks over the impact graph as of an instant.

#include "graph/graph_view.h"

#include <limits>
#include <span>
#include <vector>

namespace govlog {

enum class Direction : std::uint8_t { kDownstream, kUpstream, kBoth };

inline constexpr std::uint32_t kUnreached = std::numeric_limits<std::uint32_t>::max();

struct WalkOptions {
  Direction direction = Direction::kDownstream;
  RelationSet relations = kAllRelations;
  std::uint32_t depth = kUnreached - 1;  // hops at most
  std::optional<Vertex> until;           // ends once this node is reached and its level is complete
};

/// Hops from the nearest of the starts, by vertex, and the vertices in the order in which they were reached.
struct Walk {
  std::vector<std::uint32_t> distance;
  std::vector<Vertex> reached;  // the starts first
};

/// Follows the edges that hold as of then, along their arrows (downstream), against them, or either way. O(size of the graph + edges seen).
Walk walk(const GraphView& graph, std::span<const Vertex> starts, const WalkOptions& options, const AsOf& as_of);

}  // namespace govlog
