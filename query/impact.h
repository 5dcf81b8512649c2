#pragma once
// What a node hits, or what hits it, hop by hop.

#include "graph/walk.h"
#include "query/graph_node.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct ImpactQuery {
  NodeRef root;
  Direction direction = Direction::kDownstream;
  std::uint32_t depth = 5;
  std::optional<RelationSet> relations;  // default_relations of the root where not given
  std::optional<std::string> layer;      // filters what is reported, not what is walked
  std::optional<Timestamp> at;
  Position known = kPositionMax;
  std::size_t limit = 1000;
};

struct ImpactedNode {
  NodeView node;
  std::uint32_t distance = 0;
  NodeRef via;  // a shortest predecessor: the least by label, id, relation
  Relation via_relation = Relation::kTracesTo;
  bool via_reverse = false;  // the edge is walked against its arrow
};

struct ImpactAnswer {
  NodeView root;
  std::vector<std::uint64_t> counts;  // counts[i]: nodes at distance i + 1, before layer and limit
  std::vector<ImpactedNode> nodes;    // by distance, label, id
  std::vector<EdgeView> edges;        // by from, to, relation
  bool truncated = false;
};

/// Breadth-first from the root. kNotFound where no event ever named it. O(nodes of the graph + edges seen).
Result<ImpactAnswer> impact(const ReadView& view, const ImpactQuery& query);

/// Live edges of `relations` between nodes of which `reported` is true, by from, to, relation.
std::vector<EdgeView> edges_between(const GraphAt& graph, const std::vector<Vertex>& nodes, const std::vector<bool>& reported,
                                    RelationSet relations);

/// Sorts some of the walk's nodes, given in its order, by distance, label and id, and keeps the first `limit`; true where there were more.
/// O(n + nodes as near as the last one kept · log limit).
bool keep_nearest(const GraphAt& graph, const Walk& walk, std::size_t limit, std::vector<Vertex>& vertices);

/// How many of the walk's nodes stand at each distance from `first` on, up to the last.
std::vector<std::uint64_t> count_by_distance(const Walk& walk, std::uint32_t first);

}  // namespace govlog
