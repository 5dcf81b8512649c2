#include "graph/graph_view.h"

#include "base/assert.h"

#include <algorithm>

namespace govlog {

GraphView::GraphView(const ImpactGraph& graph, Position position) : graph_(&graph), position_(position) {
  GOVLOG_ASSERT(position >= graph.begins_at_, "a view at position {} of a graph that begins at {}", position, graph.begins_at_);
  // Later nodes stand in the order in which they became known; those of one append, whose positions may be mixed, are all known at its end.
  Vertex first = graph.first_nodes_;
  Vertex last = graph.nodes_.size();
  while (first < last) {
    const Vertex middle = first + (last - first) / 2;
    if (graph.nodes_[middle].known <= position)
      first = middle + 1;
    else
      last = middle;
  }
  size_ = first;
}

std::optional<Vertex> GraphView::find(Label label, std::string_view id) const {
  const auto found = graph_->find(label, id);
  return found && *found < size_ ? found : std::nullopt;
}

EventKey GraphView::named_from(Vertex vertex) const {
  const ImpactGraph::Node& node = graph_->nodes_[vertex];
  EventKey first = node.named_from;
  for (const auto* earlier = node.earlier.load(std::memory_order_acquire); earlier != nullptr; earlier = earlier->next) {
    if (earlier->at.position <= position_) first = std::min(first, earlier->at);
  }
  return first;
}

std::vector<Position> GraphView::links(Vertex vertex) const {
  std::vector<Position> out;
  for (const Position position : graph_->nodes_[vertex].links.read()) {
    if (position <= position_) out.push_back(position);
  }
  return out;
}

std::optional<GraphView::Properties> GraphView::properties(Vertex vertex, const AsOf& as_of) const {
  std::optional<Properties> latest;
  for (const Properties& candidate : properties(vertex)) {
    if (candidate.listed_again || !as_of.holds(candidate.interval)) continue;
    if (!latest || latest->interval.from < candidate.interval.from) latest = candidate;
  }
  return latest;
}

std::optional<std::string_view> GraphView::text(std::uint32_t number) const {
  if (number == 0) return std::nullopt;
  return graph_->texts_[number - 1];
}

}  // namespace govlog
