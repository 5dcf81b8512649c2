// Events of the impact graph, four lines each: entity type, entity id, event type, data; in event order, a microsecond apart. Data are taken as
// they are (what comes back from disk may be anything), and made canonical. Nothing crashes; what holds of an edge at one end holds at the
// other; and the steps of an element add up to where it stands.

#include "base/assert.h"
#include "codec/canonical.h"
#include "graph/coverage.h"
#include "graph/impact_graph.h"
#include "graph/walk.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

constexpr std::size_t kEventsMax = 64;

std::string_view take_line(std::string_view& text) {
  const std::size_t length = text.find('\n');
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(length == std::string_view::npos ? text.size() : length + 1);
  return line;
}

/// The graph of the events, and how many there were; canonical data alone where `canonical`.
std::pair<std::shared_ptr<ImpactGraph>, std::size_t> graph_of(std::string_view text, bool canonical) {
  ImpactGraphBuilder builder;
  std::map<std::string, std::uint64_t> versions;
  std::size_t count = 0;
  while (!text.empty() && count < kEventsMax) {
    EventView event;
    event.entity_type = take_line(text);
    event.entity_id = take_line(text);
    event.event_type = take_line(text);
    event.data = take_line(text);
    const Result<std::string> data = canonicalize(event.data, 64);
    if (canonical && !data.ok()) continue;
    if (canonical) event.data = *data;
    event.position = ++count;
    event.created_at = {static_cast<std::int64_t>(count)};
    event.version = ++versions[std::string(event.entity_type) + '/' + std::string(event.entity_id)];
    const Status added = builder.add(event);
    GOVLOG_ASSERT(added.ok() || !canonical, "{}", event.data);
    if (!added.ok()) break;  // corruption ends a fold
  }
  return {std::move(builder).finish(count), count};
}

void check_edges(const GraphView& graph, Vertex vertex) {
  for (const GraphView::Edge& edge : graph.out(vertex)) {
    const auto in = graph.in(edge.other);
    const bool there = std::any_of(in.begin(), in.end(), [&](const GraphView::Edge& other) {
      return other.other == vertex && other.relation == edge.relation && other.interval.from == edge.interval.from &&
             other.interval.to == edge.interval.to;
    });
    GOVLOG_ASSERT(there && edge.interval.from < edge.interval.to, "an edge of {}", graph.node(vertex).id);
  }
}

void check_steps(const GraphView& graph, Vertex vertex, std::size_t events) {
  const std::vector<CoverageStep> steps = coverage_steps(graph, vertex);
  for (std::size_t at = 0; at <= events; ++at) {
    const Timestamp time{static_cast<std::int64_t>(at)};
    int total = 0;
    int traced = 0;
    for (const CoverageStep& step : steps) {
      if (step.at.created_at > time) continue;
      total += step.total;
      traced += step.traced;
    }
    const ElementStanding standing = element_standing(graph, vertex, AsOf(time));
    const auto layers = static_cast<int>(standing.layers.size());
    GOVLOG_ASSERT(total == layers && traced == (standing.traced ? layers : 0), "{} at {}", graph.node(vertex).id, at);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  (void)graph_of(text, false);
  const auto [made, events] = graph_of(text, true);
  const GraphView graph(*made, events);
  for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
    check_edges(graph, vertex);
    if (graph.node(vertex).label == Label::kElement) check_steps(graph, vertex, events);
    const Walk walked = walk(graph, {&vertex, 1}, {Direction::kBoth, kAllRelations, 3, {}}, AsOf(std::nullopt));
    GOVLOG_ASSERT(walked.distance[vertex] == 0, "{}", graph.node(vertex).id);
  }
  return 0;
}
