#include "query/impact.h"

#include <algorithm>
#include <tuple>

namespace govlog {

namespace {

/// The least predecessor at the distance before; an edge along its arrow before one against it.
void find_via(const GraphAt& graph, const Walk& walk, Vertex vertex, const WalkOptions& options, ImpactedNode& out) {
  using Candidate = std::tuple<NodeName, Relation, bool>;
  const AsOf as_of = graph.as_of();
  std::optional<Candidate> best;
  const auto look = [&](const GraphView::Edges& edges, bool reverse) {
    for (const GraphView::Edge& edge : edges) {
      if (walk.distance[edge.other] != out.distance - 1 || !options.relations.has(edge.relation)) continue;
      if (!as_of.holds(edge.interval)) continue;
      const Candidate candidate{graph.graph.node(edge.other), edge.relation, reverse};
      if (!best || candidate < *best) best = candidate;
    }
  };
  if (options.direction != Direction::kUpstream) look(graph.graph.in(vertex), false);
  if (options.direction != Direction::kDownstream) look(graph.graph.out(vertex), true);
  out.via = std::get<0>(*best).ref();
  out.via_relation = std::get<1>(*best);
  out.via_reverse = std::get<2>(*best);
}

/// The reached nodes that are to be reported, the root not among them, in the order of the answer.
std::vector<Vertex> select(const GraphAt& graph, const Walk& walk, const ImpactQuery& query, bool& truncated) {
  std::vector<Vertex> out;
  for (const Vertex vertex : walk.reached) {
    if (walk.distance[vertex] == 0) continue;
    if (query.layer) {
      const auto properties = graph.graph.properties(vertex, graph.as_of());
      if (!properties || graph.graph.text(properties->layer) != query.layer) continue;
    }
    out.push_back(vertex);
  }
  truncated = keep_nearest(graph, walk, query.limit, out);
  return out;
}

}  // namespace

std::vector<std::uint64_t> count_by_distance(const Walk& walk, std::uint32_t first) {
  std::vector<std::uint64_t> counts;
  for (const Vertex vertex : walk.reached) {
    const std::uint32_t distance = walk.distance[vertex];
    if (distance < first) continue;
    counts.resize(std::max<std::size_t>(counts.size(), distance - first + 1));
    ++counts[distance - first];
  }
  return counts;
}

bool keep_nearest(const GraphAt& graph, const Walk& walk, std::size_t limit, std::vector<Vertex>& vertices) {
  const bool more = vertices.size() > limit;
  if (more) {
    const std::uint32_t last = limit == 0 ? 0 : walk.distance[vertices[limit - 1]];
    const auto not_farther = [&](Vertex vertex) { return walk.distance[vertex] <= last; };
    vertices.erase(std::partition_point(vertices.begin(), vertices.end(), not_farther), vertices.end());
  }
  const auto end = vertices.begin() + static_cast<std::ptrdiff_t>(std::min(vertices.size(), limit));
  std::partial_sort(vertices.begin(), end, vertices.end(), [&](Vertex a, Vertex b) {
    if (walk.distance[a] != walk.distance[b]) return walk.distance[a] < walk.distance[b];
    return node_before(graph.graph, a, b);
  });
  vertices.erase(end, vertices.end());
  return more;
}

std::vector<EdgeView> edges_between(const GraphAt& graph, const std::vector<Vertex>& nodes, const std::vector<bool>& reported,
                                    RelationSet relations) {
  const AsOf as_of = graph.as_of();
  std::vector<EdgeView> edges;
  for (const Vertex from : nodes) {
    for (const GraphView::Edge& edge : graph.graph.out(from)) {
      if (!reported[edge.other] || !relations.has(edge.relation) || !as_of.holds(edge.interval)) continue;
      edges.push_back(edge_view(graph.graph, from, edge.other, edge.relation));
    }
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

Result<ImpactAnswer> impact(const ReadView& view, const ImpactQuery& query) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, query.at, query.known));
  const Vertex root = GOVLOG_TRY(find_node(graph, query.root));
  ImpactAnswer answer;
  answer.root = GOVLOG_TRY(node_with_properties(graph, root));
  const WalkOptions options{query.direction, query.relations.value_or(default_relations(query.root.label)), query.depth, {}};
  const Walk reached = walk(graph.graph, {&root, 1}, options, graph.as_of());
  answer.counts = count_by_distance(reached, 1);
  std::vector<Vertex> nodes = select(graph, reached, query, answer.truncated);
  for (const Vertex vertex : nodes) {
    ImpactedNode& node = answer.nodes.emplace_back();
    node.node = node_view(graph, vertex);
    node.distance = reached.distance[vertex];
    find_via(graph, reached, vertex, options, node);
  }
  std::vector<bool> reported(graph.graph.size());
  nodes.push_back(root);
  for (const Vertex vertex : nodes) reported[vertex] = true;
  answer.edges = edges_between(graph, nodes, reported, options.relations);
  return answer;
}

}  // namespace govlog
