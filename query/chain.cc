#include "query/chain.h"

#include <algorithm>

namespace govlog {

namespace {

class Chain {
 public:
  Chain(const GraphAt& graph, const ChainQuery& query) : graph_(graph), query_(query) {}

  Result<ChainAnswer> run(Vertex request) {
    answer_.change_request = GOVLOG_TRY(node_with_properties(graph_, request));
    const std::vector<Vertex> assessments = targets({request}, Relation::kTriggers);
    const std::vector<Vertex> affected = targets(assessments, Relation::kAffects);
    answer_.assessments = GOVLOG_TRY(described(assessments));
    answer_.affected = GOVLOG_TRY(described(affected));
    GOVLOG_TRY(add_related(affected));
    answer_.impacted = GOVLOG_TRY(described(targets({request}, Relation::kImpacts)));
    answer_.mitigations = GOVLOG_TRY(described(targets({request}, Relation::kRequires)));
    answer_.adrs = GOVLOG_TRY(described(targets({request}, Relation::kCreates)));
    answer_.diagram_versions = GOVLOG_TRY(described(targets({request}, Relation::kUpdates)));
    std::sort(answer_.edges.begin(), answer_.edges.end());
    answer_.edges.erase(std::unique(answer_.edges.begin(), answer_.edges.end()), answer_.edges.end());
    return std::move(answer_);
  }

 private:
  /// Where the live edges of one relation lead, by id; the edges are kept.
  std::vector<Vertex> targets(const std::vector<Vertex>& starts, Relation relation) {
    std::vector<Vertex> out;
    for (const Vertex start : starts) {
      for (const GraphView::Edge& edge : graph_.graph.out(start)) {
        if (edge.relation != relation || !graph_.as_of().holds(edge.interval)) continue;
        out.push_back(edge.other);
        answer_.edges.push_back(edge_view(graph_.graph, start, edge.other, relation));
      }
    }
    std::sort(out.begin(), out.end(), [&](Vertex a, Vertex b) { return node_before(graph_.graph, a, b); });
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  Result<std::vector<NodeView>> described(const std::vector<Vertex>& vertices) {
    std::vector<NodeView> out;
    for (const Vertex vertex : vertices) out.push_back(GOVLOG_TRY(node_with_properties(graph_, vertex)));
    return out;
  }

  Status add_related(const std::vector<Vertex>& affected) {
    const RelationSet traces = RelationSet().with(Relation::kTracesTo);
    Walk reached = walk(graph_.graph, affected, {Direction::kDownstream, traces, query_.depth, {}}, graph_.as_of());
    answer_.counts = count_by_distance(reached, 0);
    std::vector<Vertex>& related = reached.reached;
    answer_.truncated = keep_nearest(graph_, reached, query_.limit, related);
    std::vector<bool> reported(graph_.graph.size());
    for (const Vertex vertex : related) {
      reported[vertex] = true;
      answer_.related.push_back({GOVLOG_TRY(node_with_properties(graph_, vertex)), reached.distance[vertex]});
    }
    for (EdgeView& edge : edges_between(graph_, related, reported, traces)) answer_.edges.push_back(std::move(edge));
    return Ok{};
  }

  const GraphAt& graph_;
  const ChainQuery& query_;
  ChainAnswer answer_;
};

}  // namespace

Result<ChainAnswer> impact_chain(const ReadView& view, const ChainQuery& query) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, query.at, query.known));
  const NodeRef request{Label::kChangeRequest, query.change_request_id};
  return Chain(graph, query).run(GOVLOG_TRY(find_node(graph, request)));
}

}  // namespace govlog
