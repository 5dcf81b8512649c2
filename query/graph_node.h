#pragma once
// Nodes of the impact graph as answers show them.

#include "base/result.h"
#include "engine/read_view.h"
#include "graph/graph_view.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

/// A node as of an instant.
struct NodeView {
  NodeRef ref;
  std::optional<std::string> name;
  std::optional<std::string> layer;
  bool declared = false;
  std::vector<std::pair<std::string_view, std::string>>
      properties;  // its label's, as JSON tokens; only where they are asked for
};

struct EdgeView {
  NodeRef from;
  NodeRef to;
  Relation relation = Relation::kTracesTo;

  friend auto operator<=>(const EdgeView&, const EdgeView&) = default;
};

/// The graph over the events known at `known`, and the instant that is asked about.
struct GraphAt {
  const ReadView& view;
  std::shared_ptr<const ImpactGraph> owner;
  GraphView graph;
  std::optional<Timestamp> at;
  Position known = kPositionMax;

  AsOf as_of() const { return AsOf(at); }
};

Result<GraphAt> graph_at(const ReadView& view, const std::optional<Timestamp>& at, Position known);

/// kNotFound, with the nearest three ids of its label in `details.nearest`, where no event known then ever named the node.
Result<Vertex> find_node(const GraphAt& graph, const NodeRef& node);

/// Name, layer and whether it is declared, as of then. O(versions of the node).
NodeView node_view(const GraphAt& graph, Vertex vertex);

/// The same with its label's properties: a state is folded for each, or an event read.
Result<NodeView> node_with_properties(const GraphAt& graph, Vertex vertex);

EdgeView edge_view(const GraphView& graph, Vertex from, Vertex to, Relation relation);

/// (label, id) order.
bool node_before(const GraphView& graph, Vertex a, Vertex b);

}  // namespace govlog
