#pragma once
// What ReadView::graph gives.

#include "graph/graph_view.h"

#include <memory>

namespace govlog {

/// The impact graph as a view of the store has it. Lives no longer than that view.
struct GraphOfView {
  std::shared_ptr<const ImpactGraph> graph;
  GraphView view;
};

}  // namespace govlog
