#include "query/path.h"

#include "base/assert.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace govlog {

namespace {

/// The event with which the edge's present span begins: several claims of one edge that overlap are one span.
EventKey held_since(const GraphView& graph, Vertex from, Vertex to, Relation relation, const AsOf& as_of) {
  std::vector<Interval> claims;
  for (const GraphView::Edge& edge : graph.out(from)) {
    if (edge.other == to && edge.relation == relation) claims.push_back(edge.interval);
  }
  std::sort(claims.begin(), claims.end(), [](const Interval& a, const Interval& b) { return a.from < b.from; });
  Interval span = claims.front();
  for (const Interval& claim : claims) {
    if (claim.from > span.to) {
      if (as_of.holds(span)) break;
      span = claim;
    }
    span.to = std::max(span.to, claim.to);
  }
  return span.from;
}

class PathFinder {
 public:
  PathFinder(const GraphAt& graph, const PathQuery& query, Vertex from, Vertex to)
      : graph_(graph),
        query_(query),
        relations_(query.relations.value_or(default_relations(query.from.label))),
        from_(from),
        to_(to) {}

  Status run(PathAnswer& answer) const {
    for (const Direction direction : {Direction::kDownstream, Direction::kUpstream}) {
      // From the end backwards, so that every node knows how far it is from there.
      const Direction back = direction == Direction::kDownstream ? Direction::kUpstream : Direction::kDownstream;
      WalkOptions options;
      options.direction = back;
      options.relations = relations_;
      options.until = from_;
      const Walk left = walk(graph_.graph, {&to_, 1}, options, graph_.as_of());
      if (left.distance[from_] == kUnreached) continue;
      answer.found = true;
      answer.direction = direction;
      for (Vertex at = from_; at != to_;) at = GOVLOG_TRY(step(at, left, direction, answer));
      return Ok{};
    }
    return Ok{};
  }

 private:
  /// Adds the least step from `at` to a node one hop nearer, and gives that node.
  Result<Vertex> step(Vertex at, const Walk& left, Direction direction, PathAnswer& answer) const {
    const GraphView& graph = graph_.graph;
    const bool along = direction == Direction::kDownstream;
    std::optional<GraphView::Edge> best;
    for (const GraphView::Edge& edge : along ? graph.out(at) : graph.in(at)) {
      if (left.distance[edge.other] != left.distance[at] - 1 || !relations_.has(edge.relation)) continue;
      if (!graph_.as_of().holds(edge.interval)) continue;
      const bool less =
          !best || std::pair(graph.node(edge.other), edge.relation) < std::pair(graph.node(best->other), best->relation);
      if (less) best = edge;
    }
    GOVLOG_ASSERT(best.has_value(), "a node at distance {} has no neighbour nearer", left.distance[at]);
    const Vertex from = along ? at : best->other;
    const Vertex to = along ? best->other : at;
    PathStep& added = answer.steps.emplace_back();
    added.edge = edge_view(graph, from, to, best->relation);
    if (query_.with_events) added.event = GOVLOG_TRY(event_of(held_since(graph, from, to, best->relation, graph_.as_of())));
    return best->other;
  }

  Result<PathEvent> event_of(const EventKey& key) const {
    std::string buffer;
    const auto event = GOVLOG_TRY(graph_.view.event_at(key.position, buffer));
    if (!event) return Error{Code::kCorruption, fmt::format("the event at position {} is missing", key.position), {}};
    PathEvent out{event->position, event->id, std::string(event->event_type), {}, event->created_at};
    if (event->actor) out.actor = std::string(*event->actor);
    return out;
  }

  const GraphAt& graph_;
  const PathQuery& query_;
  RelationSet relations_;
  Vertex from_;
  Vertex to_;
};

}  // namespace

Result<PathAnswer> path(const ReadView& view, const PathQuery& query) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, query.at, query.known));
  const Vertex from = GOVLOG_TRY(find_node(graph, query.from));
  const Vertex to = GOVLOG_TRY(find_node(graph, query.to));
  PathAnswer answer;
  answer.from = node_view(graph, from);
  answer.to = node_view(graph, to);
  GOVLOG_TRY(PathFinder(graph, query, from, to).run(answer));
  return answer;
}

}  // namespace govlog
