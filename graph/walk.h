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

/// A number for each vertex, kUnreached until it is set. Taken from what earlier walks of the thread have left, so that a walk does not pay for the
/// vertices that it does not reach: each number stands beside that of the walk that set it.
class Distances {
 public:
  explicit Distances(std::uint32_t size);
  ~Distances();
  Distances(Distances&&) = default;
  Distances& operator=(Distances&&) = default;

  std::uint32_t operator[](Vertex vertex) const {
    const std::uint64_t slot = slots_[vertex];
    return slot >> 32 == walk_ ? static_cast<std::uint32_t>(slot) : kUnreached;
  }
  void set(Vertex vertex, std::uint32_t distance) { slots_[vertex] = walk_ << 32 | distance; }

 private:
  std::vector<std::uint64_t> slots_;  // number of the walk, distance
  std::uint64_t walk_ = 0;
};

/// Hops from the nearest of the starts, by vertex, and the vertices in the order in which they were reached.
struct Walk {
  Distances distance;
  std::vector<Vertex> reached;  // the starts first
};

/// Follows the edges that hold as of then, along their arrows (downstream), against them, or either way. O(nodes and edges seen).
Walk walk(const GraphView& graph, std::span<const Vertex> starts, const WalkOptions& options, const AsOf& as_of);

}  // namespace govlog
