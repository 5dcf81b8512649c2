#include "graph/walk.h"

namespace govlog {

Walk walk(const GraphView& graph, std::span<const Vertex> starts, const WalkOptions& options, const AsOf& as_of) {
  Walk out;
  out.distance.assign(graph.size(), kUnreached);
  const auto reach = [&out](Vertex vertex, std::uint32_t distance) {
    if (out.distance[vertex] != kUnreached) return;
    out.distance[vertex] = distance;
    out.reached.push_back(vertex);
  };
  for (const Vertex start : starts) reach(start, 0);
  for (std::size_t next = 0; next < out.reached.size(); ++next) {
    const Vertex vertex = out.reached[next];
    const std::uint32_t distance = out.distance[vertex];
    if (distance >= options.depth || (options.until && out.distance[*options.until] <= distance)) break;
    const auto follow = [&](const GraphView::Edges& edges) {
      for (const GraphView::Edge& edge : edges) {
        if (options.relations.has(edge.relation) && as_of.holds(edge.interval)) reach(edge.other, distance + 1);
      }
    };
    if (options.direction != Direction::kUpstream) follow(graph.out(vertex));
    if (options.direction != Direction::kDownstream) follow(graph.in(vertex));
  }
  return out;
}

}  // namespace govlog
