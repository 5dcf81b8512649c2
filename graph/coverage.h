#pragma once
// Coverage as a sum of steps: what each element adds to and takes from its layers, and when.
//
// An element counts in every layer in which it is declared, and is traced while a live link names it (contract 3). Both are intervals of event
// order, so the numbers of a layer as of an instant are the sum of the steps up to it.

#include "graph/graph_view.h"

#include <optional>
#include <string_view>
#include <vector>

namespace govlog {

/// A change of one layer's numbers at one event.
struct CoverageStep {
  EventKey at;
  std::uint32_t layer = 0;  // number of a text of the graph; 0 for null
  int total = 0;
  int traced = 0;
};

/// The steps of one element, in event order; none that changes nothing. O(k log k), k its declarations and links.
std::vector<CoverageStep> coverage_steps(const GraphView& graph, Vertex element);

/// The layers in which it is declared as of then, each once, and whether a live link names it.
struct ElementStanding {
  std::vector<std::uint32_t> layers;
  bool traced = false;
};
ElementStanding element_standing(const GraphView& graph, Vertex element, const AsOf& as_of);

}  // namespace govlog
