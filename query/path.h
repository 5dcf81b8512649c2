#pragma once
// How one node leads to another, and since which events.

#include "graph/walk.h"
#include "query/graph_node.h"

#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct PathQuery {
  NodeRef from;
  NodeRef to;
  std::optional<RelationSet> relations;  // default_relations of `from` where not given
  std::optional<Timestamp> at;
  Position known = kPositionMax;
  bool with_events = false;  // `why`
};

/// The event since which an edge has held.
struct PathEvent {
  Position position = 0;
  Uuid id;
  std::string event_type;
  std::optional<std::string> actor;
  Timestamp created_at;
};

struct PathStep {
  EdgeView edge;  // as its arrow goes
  std::optional<PathEvent> event;
};

struct PathAnswer {
  NodeView from;
  NodeView to;
  bool found = false;
  std::optional<Direction> direction;  // kDownstream along the arrows, else kUpstream
  std::vector<PathStep> steps;         // in the order of the walk from `from`
};

/// A shortest path along the arrows, else against them; step by step the least by label, id, relation. kNotFound where no event ever named
/// an end. O(nodes of the graph + edges seen).
Result<PathAnswer> path(const ReadView& view, const PathQuery& query);

}  // namespace govlog
