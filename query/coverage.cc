#include "query/coverage.h"

#include "graph/coverage.h"
#include "query/graph_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace govlog {

namespace {

constexpr std::int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;

/// (is null, text): null stands last.
std::pair<bool, std::string_view> layer_order(const std::optional<std::string>& layer) {
  return {!layer, layer ? std::string_view(*layer) : std::string_view()};
}

class Totals {
 public:
  explicit Totals(const GraphView& graph) : graph_(graph) {}

  void add(std::uint32_t layer, std::int64_t total, std::int64_t traced) {
    totals_[layer].first += total;
    totals_[layer].second += traced;
  }

  std::vector<LayerCoverage> layers() const {
    std::vector<LayerCoverage> out;
    for (const auto& [number, counts] : totals_) {
      if (counts.first == 0) continue;
      LayerCoverage layer;
      layer.layer = graph_.text(number);
      layer.total_elements = static_cast<std::uint64_t>(counts.first);
      layer.traced_elements = static_cast<std::uint64_t>(counts.second);
      out.push_back(std::move(layer));
    }
    std::sort(out.begin(), out.end(),
              [](const LayerCoverage& a, const LayerCoverage& b) { return layer_order(a.layer) < layer_order(b.layer); });
    return out;
  }

 private:
  const GraphView& graph_;
  std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> totals_;  // by number of the layer's text: total, traced
};

/// Every step of every element, in event order.
std::vector<CoverageStep> all_steps(const GraphView& graph) {
  std::vector<CoverageStep> steps;
  for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
    if (graph.node(vertex).label != Label::kElement) continue;
    const std::vector<CoverageStep> some = coverage_steps(graph, vertex);
    steps.insert(steps.end(), some.begin(), some.end());
  }
  std::sort(steps.begin(), steps.end(), [](const CoverageStep& a, const CoverageStep& b) { return a.at < b.at; });
  return steps;
}

/// The first bucket end after `time`.
std::int64_t next_end(std::int64_t time, Bucket bucket) {
  constexpr std::int64_t kMonday = 4 * kMicrosPerDay;  // 1970-01-05
  const std::int64_t length = bucket == Bucket::kHour  ? kMicrosPerHour
                              : bucket == Bucket::kDay ? kMicrosPerDay
                                                       : 7 * kMicrosPerDay;
  const std::int64_t offset = bucket == Bucket::kWeek ? kMonday : 0;
  const std::int64_t since = time - offset;
  const std::int64_t whole = since >= 0 ? since / length : -((-since + length - 1) / length);
  return (whole + 1) * length + offset;
}

Result<std::vector<Timestamp>> bucket_ends(const TrendQuery& query) {
  std::vector<Timestamp> ends;
  for (std::int64_t end = next_end(query.from.micros, query.bucket); end < query.to.micros; end = next_end(end, query.bucket)) {
    ends.push_back({end});
    if (ends.size() < kTrendPointsMax) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("the trend would have over {} points: give a shorter period or a longer bucket", kTrendPointsMax),
                 {}}
        .with("parameter", "period");
  }
  return ends;
}

std::vector<LayerCoverage> layers_of(const std::vector<LayerSum>& sums) {
  std::vector<LayerCoverage> out;
  for (const LayerSum& sum : sums) out.push_back({sum.layer, sum.total, sum.traced});
  return out;
}

// The same by the graph: for what was known earlier, and for the orphans of the past.

Result<std::vector<LayerCoverage>> folded_coverage(const ReadView& view, const CoverageQuery& query) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, query.at, query.known));
  Totals totals(graph.graph);
  for (Vertex vertex = 0; vertex < graph.graph.size(); ++vertex) {
    if (graph.graph.node(vertex).label != Label::kElement) continue;
    const ElementStanding standing = element_standing(graph.graph, vertex, graph.as_of());
    for (const std::uint32_t layer : standing.layers) totals.add(layer, 1, standing.traced ? 1 : 0);
  }
  return totals.layers();
}

Result<std::vector<TrendPoint>> folded_trend(const ReadView& view, const TrendQuery& query,
                                             const std::vector<Timestamp>& ends) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, std::nullopt, query.known));
  const std::vector<CoverageStep> steps = all_steps(graph.graph);
  std::vector<TrendPoint> points;
  Totals totals(graph.graph);
  auto next = steps.begin();
  const auto add_until = [&](Timestamp end) {
    for (; next != steps.end() && next->at.created_at <= end; ++next) totals.add(next->layer, next->total, next->traced);
  };
  for (const Timestamp end : ends) {
    add_until(end);
    points.push_back({end, totals.layers()});
  }
  add_until(kTimestampMax);
  points.push_back({query.to, totals.layers()});
  return points;
}

Result<OrphansPage> folded_orphans(const ReadView& view, const OrphansQuery& query) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, query.at, query.known));
  const auto order = [](const Orphan& orphan) {
    return std::tuple(layer_order(orphan.key.layer), std::string_view(orphan.key.element));
  };
  std::vector<Orphan> all;
  for (Vertex vertex = 0; vertex < graph.graph.size(); ++vertex) {
    const NodeName node = graph.graph.node(vertex);
    if (node.label != Label::kElement) continue;
    const ElementStanding standing = element_standing(graph.graph, vertex, graph.as_of());
    if (standing.traced) continue;
    for (const std::uint32_t number : standing.layers) {
      Orphan orphan;
      orphan.key = {std::nullopt, std::string(node.id)};
      orphan.key.layer = graph.graph.text(number);
      if (query.layer && orphan.key.layer != query.layer) continue;
      if (query.after && order(orphan) <= order({*query.after, {}, {}})) continue;
      const auto properties = graph.graph.properties(vertex, graph.as_of());
      orphan.name = graph.graph.text(properties->name);
      orphan.type = graph.graph.text(properties->type);
      all.push_back(std::move(orphan));
    }
  }
  std::sort(all.begin(), all.end(), [&](const Orphan& a, const Orphan& b) { return order(a) < order(b); });
  OrphansPage page;
  page.more = all.size() > query.limit;
  if (page.more) all.resize(query.limit);
  page.items = std::move(all);
  return page;
}

}  // namespace

Result<CoverageAnswer> coverage(const ReadView& view, const CoverageQuery& query) {
  CoverageAnswer answer;
  answer.position = query.at ? GOVLOG_TRY(view.last_position_at(*query.at, query.known)) : query.known;
  answer.layers = query.known < view.log_position() ? GOVLOG_TRY(folded_coverage(view, query))
                                                    : layers_of(GOVLOG_TRY(view.coverage(query.at)));
  return answer;
}

Result<std::vector<TrendPoint>> trend(const ReadView& view, const TrendQuery& query) {
  const std::vector<Timestamp> ends = GOVLOG_TRY(bucket_ends(query));
  if (query.known < view.log_position()) return folded_trend(view, query, ends);
  const CoverageGrain grain = query.bucket == Bucket::kHour ? CoverageGrain::kHour : CoverageGrain::kDay;
  const auto sums = GOVLOG_TRY(view.coverage_at_each(ends, grain));
  std::vector<TrendPoint> points;
  for (std::size_t i = 0; i < ends.size(); ++i) points.push_back({ends[i], layers_of(sums[i])});
  points.push_back({query.to, layers_of(GOVLOG_TRY(view.coverage(std::nullopt)))});
  return points;
}

Result<OrphansPage> orphans(const ReadView& view, const OrphansQuery& query) {
  if (query.at || query.known < view.log_position()) return folded_orphans(view, query);
  OrphansPage page;
  std::optional<std::pair<std::optional<std::string>, std::string>> after;
  if (query.after) after.emplace(query.after->layer, query.after->element);
  GOVLOG_TRY(view.scan_orphans(query.layer, after, [&](const OrphanElement& orphan) -> Result<bool> {
    page.more = page.items.size() == query.limit;
    if (page.more) return false;
    page.items.push_back({{orphan.layer, orphan.element}, orphan.name, orphan.type});
    return true;
  }));
  return page;
}

}  // namespace govlog
