#include "graph/coverage.h"

#include <algorithm>
#include <map>

namespace govlog {

namespace {

/// At an event, one declaration in `layer` (or one link) more or less.
struct Boundary {
  EventKey at;
  bool link = false;
  std::uint32_t layer = 0;
  int step = 0;
};

std::vector<Boundary> boundaries_of(const GraphView& graph, Vertex element) {
  std::vector<Boundary> out;
  const auto add = [&out](const Interval& interval, bool link, std::uint32_t layer) {
    out.push_back({interval.from, link, layer, 1});
    if (interval.to < kEventKeyMax) out.push_back({interval.to, link, layer, -1});
  };
  for (const GraphView::Properties& properties : graph.properties(element)) add(properties.interval, false, properties.layer);
  for (const auto& edges : {graph.out(element), graph.in(element)}) {
    for (const GraphView::Edge& edge : edges) {
      if (kLinkRelations.has(edge.relation)) add(edge.interval, true, 0);
    }
  }
  std::sort(out.begin(), out.end(), [](const Boundary& a, const Boundary& b) { return a.at < b.at; });
  return out;
}

}  // namespace

std::vector<CoverageStep> coverage_steps(const GraphView& graph, Vertex element) {
  const std::vector<Boundary> boundaries = boundaries_of(graph, element);
  std::vector<CoverageStep> steps;
  std::map<std::uint32_t, int> declared;  // by layer: how many declarations
  std::map<std::uint32_t, int> traced;    // what the steps so far add up to
  std::map<std::uint32_t, int> total;
  int links = 0;
  for (std::size_t i = 0; i < boundaries.size();) {
    const EventKey at = boundaries[i].at;
    for (; i < boundaries.size() && boundaries[i].at == at; ++i) {
      (boundaries[i].link ? links : declared[boundaries[i].layer]) += boundaries[i].step;
    }
    for (const auto& [layer, count] : declared) {
      const int total_now = count > 0 ? 1 : 0;
      const int traced_now = count > 0 && links > 0 ? 1 : 0;
      const CoverageStep step{at, layer, total_now - total[layer], traced_now - traced[layer]};
      if (step.total != 0 || step.traced != 0) steps.push_back(step);
      total[layer] = total_now;
      traced[layer] = traced_now;
    }
  }
  return steps;
}

ElementStanding element_standing(const GraphView& graph, Vertex element, const AsOf& as_of) {
  ElementStanding standing;
  for (const GraphView::Properties& properties : graph.properties(element)) {
    if (as_of.holds(properties.interval)) standing.layers.push_back(properties.layer);
  }
  std::sort(standing.layers.begin(), standing.layers.end());
  standing.layers.erase(std::unique(standing.layers.begin(), standing.layers.end()), standing.layers.end());
  for (const auto& edges : {graph.out(element), graph.in(element)}) {
    standing.traced = standing.traced || std::any_of(edges.begin(), edges.end(), [&](const GraphView::Edge& edge) {
                        return kLinkRelations.has(edge.relation) && as_of.holds(edge.interval);
                      });
  }
  return standing;
}

}  // namespace govlog
