#include "graph/coverage.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace govlog;

namespace {

/// A graph, and what it is now.
struct Graph {
  explicit Graph(std::shared_ptr<ImpactGraph> made) : graph(std::move(made)), view(*graph, graph->begins_at()) {}
  std::shared_ptr<ImpactGraph> graph;
  GraphView view;
};

/// Makes a graph of events, one a second, in event order.
class Graphing {
 public:
  Graphing& add(std::string_view event_type, std::string_view entity_type, std::string_view entity_id, std::string_view data) {
    EventView event;
    event.position = ++position_;
    event.version = ++versions_[std::string(entity_id)];
    event.created_at = {static_cast<std::int64_t>(position_)};
    event.event_type = event_type;
    event.entity_type = entity_type;
    event.entity_id = entity_id;
    event.data = data;
    CHECK(builder_.add(event).ok());
    return *this;
  }
  Graph finish() { return Graph(std::move(builder_).finish(position_)); }

 private:
  ImpactGraphBuilder builder_;
  Position position_ = 0;
  std::map<std::string, std::uint64_t> versions_;
};

Vertex element(const GraphView& graph, std::string_view id) { return *graph.find(Label::kElement, id); }

/// Total and traced of `id`'s layers summed up to the event at `until`.
std::pair<int, int> sums(const Graph& graph, std::string_view id, Position until) {
  std::pair<int, int> out{0, 0};
  for (const CoverageStep& step : coverage_steps(graph.view, element(graph.view, id))) {
    if (step.at.position > until) continue;
    out.first += step.total;
    out.second += step.traced;
  }
  return out;
}

using Sums = std::pair<int, int>;

}  // namespace

TEST_SUITE("coverage") {
  TEST_CASE("an element is traced while it is declared and some link names it") {
    const Graph graph = Graphing()
                            .add("TraceabilityLinkAdded", "trace", "L1", R"({"from_element":"a","to_element":"b"})")
                            .add("DiagramVersionCreated", "diagram", "a", R"({"layer":"x"})")
                            .add("TraceabilityLinkAdded", "trace", "L2", R"({"from_element":"c","to_element":"a"})")
                            .add("TraceabilityLinkRemoved", "trace", "L1", "{}")
                            .add("TraceabilityLinkRemoved", "trace", "L2", "{}")
                            .add("DiagramVersionCreated", "diagram", "a", R"({"elements":[]})")
                            .finish();
    CHECK(sums(graph, "a", 1) == Sums{0, 0});
    CHECK(sums(graph, "a", 2) == Sums{1, 1});
    CHECK(sums(graph, "a", 4) == Sums{1, 1});
    CHECK(sums(graph, "a", 5) == Sums{1, 0});
    CHECK(sums(graph, "a", 6) == Sums{0, 0});
    CHECK(sums(graph, "b", 6) == Sums{0, 0});
  }

  TEST_CASE("an element counts once in every layer in which some diagram declares it") {
    const Graph graph =
        Graphing()
            .add("DiagramVersionCreated", "diagram", "D", R"({"elements":[{"id":"e"}],"layer":"x"})")
            .add("DiagramVersionCreated", "diagram", "E", R"({"elements":[{"id":"e"}],"layer":"x"})")
            .add("DiagramVersionCreated", "diagram", "F", R"({"elements":[{"id":"e","layer":"y"}],"layer":"x"})")
            .add("DiagramVersionCreated", "diagram", "D", R"({"elements":[]})")
            .finish();
    CHECK(sums(graph, "e", 2) == Sums{1, 0});
    CHECK(sums(graph, "e", 3) == Sums{2, 0});
    CHECK(sums(graph, "e", 4) == Sums{2, 0});
    const ElementStanding standing = element_standing(graph.view, element(graph.view, "e"), AsOf(Timestamp{3}));
    CHECK(standing.layers.size() == 2);
    CHECK_FALSE(standing.traced);
    CHECK(element_standing(graph.view, element(graph.view, "e"), AsOf(Timestamp{0})).layers.empty());
  }

  TEST_CASE("a version that declares an element as the one before did changes no number") {
    const Graph graph = Graphing()
                            .add("DiagramVersionCreated", "diagram", "e", R"({"layer":"x"})")
                            .add("DiagramVersionCreated", "diagram", "e", R"({"layer":"x","name":"N"})")
                            .finish();
    CHECK(coverage_steps(graph.view, element(graph.view, "e")).size() == 1);
  }

  TEST_CASE("an edge that two links claim holds until the last of them is removed") {
    const Graph graph = Graphing()
                            .add("TraceabilityLinkAdded", "trace", "L1", R"({"from_element":"a","to_element":"b"})")
                            .add("TraceabilityLinkAdded", "trace", "L2", R"({"from_element":"a","to_element":"b"})")
                            .add("TraceabilityLinkRemoved", "trace", "L1", "{}")
                            .add("TraceabilityLinkRemoved", "trace", "L2", "{}")
                            .finish();
    for (const auto& [time, holding] : std::map<std::int64_t, int>{{0, 0}, {1, 1}, {2, 2}, {3, 1}, {4, 0}}) {
      int count = 0;
      for (const GraphView::Edge& edge : graph.view.out(element(graph.view, "a")))
        count += AsOf(Timestamp{time}).holds(edge.interval) ? 1 : 0;
      CHECK(count == holding);
    }
  }
}
