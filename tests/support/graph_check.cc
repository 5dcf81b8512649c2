#include "tests/support/graph_check.h"

#include "codec/keys.h"
#include "engine/analytics_rows.h"
#include "engine/coverage_rows.h"
#include "engine/database.h"
#include "engine/entity_rows.h"
#include "engine/graph_checkpoint.h"
#include "engine/graph_keeper.h"
#include "engine/graph_of_view.h"
#include "engine/store.h"
#include "graph/checkpoint.h"
#include "graph/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace govlog::testing {

namespace {

using Rows = std::map<std::string, std::string>;

std::string shown(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte < 0x7F ? std::string(1, c) : fmt::format("\\{:02x}", byte);
  }
  return out;
}

std::optional<std::string> text_of(const GraphView& graph, std::uint32_t number) {
  const auto text = graph.text(number);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

/// An element's own rows.
void add_element(const GraphView& graph, Vertex vertex, Rows& rows) {
  ElementHead head;
  const auto note = [&head](const Interval& interval) {
    head.last = std::max({head.last, interval.from, interval.to < kEventKeyMax ? interval.to : interval.from});
  };
  for (const auto& edges : {graph.out(vertex), graph.in(vertex)}) {
    for (const GraphView::Edge& edge : edges) {
      if (!kLinkRelations.has(edge.relation)) continue;
      note(edge.interval);
      head.links += edge.interval.to == kEventKeyMax ? 1 : 0;
    }
  }
  for (const GraphView::Properties& listed : graph.properties(vertex)) {
    note(listed.interval);
    if (listed.interval.to < kEventKeyMax) continue;
    head.declared.push_back({listed.interval.from, listed.listed_again, text_of(graph, listed.layer),
                             text_of(graph, listed.name), text_of(graph, listed.type)});
  }
  if (head.last == kEventKeyMin) return;
  std::sort(head.declared.begin(), head.declared.end(), stands_before);
  const std::string_view id = graph.node(vertex).id;
  rows[element_key(id)] = encode_element_head(head);
  for (const OrphanRow& orphan : head.orphans(id)) rows[orphan_key(orphan.layer, id)] = encode_orphan_value(orphan);
}

/// What the rows of coverage should be.
Rows expected_coverage(const GraphView& graph) {
  Rows rows;
  std::map<std::string, CoverageSum> sums;
  for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
    if (graph.node(vertex).label != Label::kElement) continue;
    add_element(graph, vertex, rows);
    for (const CoverageStep& step : coverage_steps(graph, vertex)) {
      const Layer layer = text_of(graph, step.layer);
      std::vector<std::string> keys{totals_key(layer)};
      for (std::uint8_t level = 0; level < kCoverageLevels; ++level) {
        keys.push_back(coverage_key(layer, level, coverage_span(level, step.at.created_at)));
      }
      for (const std::string& key : keys) {
        sums[key].total += step.total;
        sums[key].traced += step.traced;
      }
    }
  }
  for (const auto& [key, sum] : sums) {
    if (sum != CoverageSum{}) rows[key] = encode_coverage_sum(sum);
  }
  return rows;
}

/// What the rows of analytics should be.
void add_analytics(const ReadView& view, Rows& rows) {
  std::map<std::pair<AnalyticsUnit, Timestamp>, AnalyticsRow> sums;
  (void)view.scan_positions(1, view.log_position(), [&](const EventView& event) -> Result<bool> {
    const AnalyticsCounts counts = analytics_of(event.event_type, event.data);
    for (const AnalyticsUnit unit : {AnalyticsUnit::kWeek, AnalyticsUnit::kHour}) {
      if (unit == AnalyticsUnit::kHour && counts == AnalyticsCounts{}) continue;
      AnalyticsRow& row = sums[{unit, start_of(unit, event.created_at)}];
      ++row.events;
      row.counts += counts;
    }
    return true;
  });
  for (const auto& [place, row] : sums)
    rows[analytics_key(place.first, place.second)] = encode_analytics_value(place.first, row);
}

Rows kept_rows(const Database& database) {
  Rows rows;
  const auto stored = database.iterate(Family::kViews, nullptr);
  for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
    const char tag = stored->key()[0];
    if (tag == 2 || tag == 4 || (tag >= 5 && tag <= 7)) rows[stored->key().ToString()] = stored->value().ToString();
  }
  return rows;
}

std::optional<std::string> first_difference(const Rows& kept, const Rows& expected) {
  for (const auto& [key, value] : kept) {
    const auto found = expected.find(key);
    if (found == expected.end()) return fmt::format("the row {} should not be there", shown(key));
    if (found->second != value)
      return fmt::format("the row {} holds {}, expected {}", shown(key), shown(value), shown(found->second));
  }
  for (const auto& [key, value] : expected) {
    if (!kept.contains(key)) return fmt::format("the row {} is missing", shown(key));
  }
  return std::nullopt;
}

std::optional<std::string> claims_difference(const ReadView& view, const Database& database) {
  std::optional<std::string> problem;
  (void)view.scan_heads(std::nullopt, std::nullopt, [&](const EntityRef& entity, const EntityHead&) -> Result<bool> {
    const auto head = decode_head_row(
        database.get(Family::kViews, head_key(entity.entity_type, entity.entity_id), nullptr).take().value_or(""));
    EntityClaims claims(entity.entity_type, entity.entity_id);
    (void)view.scan_entity(entity, {}, Order::kAscending, kPositionMax, [&](const EventView& event) -> Result<bool> {
      GraphChanges changes;
      (void)claims.apply(event, changes);
      return true;
    });
    std::string expected = EntityFold::concerns(entity.entity_type) ? claims.encode() : std::string();
    if (expected.size() > kHeadClaimsBytesMax) expected.clear();
    if (!head || head->claims != expected)
      problem = fmt::format("the claims of {}/{} are not those of its events", entity.entity_type, entity.entity_id);
    return !problem;
  });
  return problem;
}

/// Of this log, folded anew.
std::shared_ptr<ImpactGraph> folded(const ReadView& view) { return fold_graph(view, view.log_position()).take(); }

}  // namespace

std::optional<std::string> graph_difference(const ReadView& view) {
  const GraphOfView kept = view.graph(view.log_position()).take();
  const auto anew = folded(view);
  if (encode_checkpoint(kept.view) == encode_checkpoint(GraphView(*anew, view.log_position()))) return std::nullopt;
  return fmt::format("the graph at position {} is not the one that the log gives", view.log_position());
}

std::optional<std::string> kept_rows_difference(const std::filesystem::path& directory) {
  const auto store = Store::open_for_reading({.directory = directory}).take();
  const ReadView view = store->read();
  if (view.log_position() == 0) return std::nullopt;
  const auto database = Database::open(directory / "db", OpenMode::kReadOnly, nullptr).take();
  const auto anew = folded(view);
  const GraphView graph(*anew, view.log_position());
  Rows expected = expected_coverage(graph);
  add_analytics(view, expected);
  if (auto problem = first_difference(kept_rows(*database), expected)) return problem;
  if (auto problem = claims_difference(view, *database)) return problem;
  const Position kept = checkpoint_position(*database, nullptr).take();
  if (kept == 0) return std::nullopt;
  const auto loaded = load_checkpoint(*database, nullptr, view.log_position()).take();
  const auto then = fold_graph(view, kept).take();
  if (loaded && encode_checkpoint(GraphView(*loaded, kept)) == encode_checkpoint(GraphView(*then, kept))) return std::nullopt;
  return fmt::format("the checkpoint of the graph is not what the log gave at position {}", kept);
}

}  // namespace govlog::testing
