#include "engine/coverage_writer.h"

#include "base/assert.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

namespace govlog {

namespace {

constexpr std::size_t kKnownSumsMax = 20'000;

void put(rocksdb::WriteBatch& rows, const Database& database, std::string_view key, std::string_view value) {
  const rocksdb::Status status = rows.Put(database.family(Family::kViews), slice(key), slice(value));
  GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
}

void erase(rocksdb::WriteBatch& rows, const Database& database, std::string_view key) {
  const rocksdb::Status status = rows.Delete(database.family(Family::kViews), slice(key));
  GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
}

/// Whether a claim only begins, or is only ended: at what event.
template <class What>
std::optional<EventKey> plain_boundary(const ClaimChange<What>& change) {
  if (!change.old_end && change.new_end == kEventKeyMax) return change.from;
  if (change.old_end == kEventKeyMax && change.new_end && *change.new_end < kEventKeyMax) return *change.new_end;
  return std::nullopt;
}

ElementHead::Declared declared_of(const GraphView& graph, const GraphView::Properties& properties) {
  const auto text = [&graph](std::uint32_t number) {
    const auto found = graph.text(number);
    return found ? std::optional<std::string>(*found) : std::nullopt;
  };
  return {properties.interval.from, properties.listed_again, text(properties.layer), text(properties.name),
          text(properties.type)};
}

/// Where the element stands over all events of the view.
ElementHead head_of(const GraphView& graph, Vertex vertex) {
  ElementHead head;
  const auto note = [&head](const Interval& interval) {
    head.last = std::max(head.last, interval.to < kEventKeyMax ? interval.to : interval.from);
    return interval.to == kEventKeyMax;
  };
  for (const auto& edges : {graph.out(vertex), graph.in(vertex)}) {
    for (const GraphView::Edge& edge : edges) {
      if (kLinkRelations.has(edge.relation) && note(edge.interval)) ++head.links;
    }
  }
  for (const GraphView::Properties& properties : graph.properties(vertex)) {
    if (note(properties.interval)) head.declared.push_back(declared_of(graph, properties));
  }
  std::sort(head.declared.begin(), head.declared.end(), stands_before);
  return head;
}

}  // namespace

CoverageWriter::Elements CoverageWriter::gather(const GraphChanges& changes) {
  Elements elements;
  for (const ClaimChange<EdgeRef>& change : changes.edges) {
    if (!kLinkRelations.has(change.what.relation)) continue;
    const auto at = plain_boundary(change);
    for (const NodeRef* end : {&change.what.from, &change.what.to}) {
      Element& element = elements[end->id];
      if (at)
        element.boundaries.push_back({*at, change.old_end ? -1 : 1, nullptr, {}});
      else
        element.needs_graph = true;
    }
  }
  for (const ClaimChange<PropertyClaim>& change : changes.properties) {
    if (!change.what.declares) continue;
    Element& element = elements[change.what.node.id];
    const auto at = plain_boundary(change);
    if (at)
      element.boundaries.push_back({*at, 0, &change.what, change.from});
    else
      element.needs_graph = true;
  }
  return elements;
}

Status CoverageWriter::load_head(const Database& database, std::string_view id, Element& element) {
  const auto row = GOVLOG_TRY(database.get(Family::kViews, element_key(id), nullptr));
  if (!row) return Ok{};
  bool too_large = false;
  auto head = decode_element_head(*row, too_large);
  if (!head) return Error{Code::kCorruption, fmt::format("the row of element {} does not decode", id), {}};
  element.before = *std::move(head);
  element.needs_graph = element.needs_graph || too_large;
  return Ok{};
}

/// Event order; decides, too, whether the head is enough.
void CoverageWriter::sort_boundaries(Element& element) {
  std::stable_sort(element.boundaries.begin(), element.boundaries.end(),
                   [](const Boundary& a, const Boundary& b) { return a.at < b.at; });
  if (!element.boundaries.empty() && element.boundaries.front().at <= element.before.last) element.needs_graph = true;
}

/// From the head alone, event by event.
void CoverageWriter::step(std::string_view id, Element& element) {
  ElementHead& head = element.after = element.before;
  for (std::size_t i = 0; i < element.boundaries.size();) {
    const EventKey at = element.boundaries[i].at;
    const std::vector<Layer> layers_before = head.layers();
    const bool traced_before = head.links > 0;
    for (; i < element.boundaries.size() && element.boundaries[i].at == at; ++i) {
      const Boundary& boundary = element.boundaries[i];
      if (boundary.declared == nullptr) {
        GOVLOG_ASSERT(boundary.links > 0 || head.links > 0, "a link of {} ends that is not there", id);
        head.links = boundary.links > 0 ? head.links + 1 : head.links - 1;
        continue;
      }
      const PropertyClaim& claim = *boundary.declared;
      if (boundary.since == at) {
        head.declared.push_back({at, claim.listed_again, claim.layer, claim.name, claim.type});
        continue;
      }
      std::erase_if(head.declared, [&](const ElementHead::Declared& one) {
        return one.since == boundary.since && one.layer == claim.layer && one.listed_again == claim.listed_again;
      });
    }
    const std::vector<Layer> layers_now = head.layers();
    if (layers_now != layers_before || traced_before != (head.links > 0)) {
      for (const Layer& layer : layers_before) steps_.push_back({layer, at.created_at, {-1, traced_before ? -1 : 0}});
      for (const Layer& layer : layers_now) steps_.push_back({layer, at.created_at, {1, head.links > 0 ? 1 : 0}});
    }
    head.last = at;
  }
  std::sort(head.declared.begin(), head.declared.end(), stands_before);
}

void CoverageWriter::ask_graph(const GraphView& graph, std::string_view id, Element& element, bool is_after) {
  ElementHead& head = is_after ? element.after : element.before;
  const auto vertex = graph.find(Label::kElement, id);
  head = vertex ? head_of(graph, *vertex) : ElementHead{};
  if (!vertex) return;
  for (const CoverageStep& one : coverage_steps(graph, *vertex)) {
    const auto text = graph.text(one.layer);
    const std::int64_t sign = is_after ? 1 : -1;
    steps_.push_back({text ? Layer(*text) : Layer(), one.at.created_at, {sign * one.total, sign * one.traced}});
  }
}

Status CoverageWriter::add_to_row(const Database& database, const std::string& key, const CoverageSum& added,
                                  rocksdb::WriteBatch& rows) {
  if (added == CoverageSum{}) return Ok{};
  auto known = known_sums_.find(key);
  if (known == known_sums_.end()) {
    const auto row = GOVLOG_TRY(database.get(Family::kViews, key, nullptr));
    const auto stored = row ? decode_coverage_sum(*row) : std::optional<CoverageSum>(CoverageSum{});
    if (!stored) return Error{Code::kCorruption, "a row of coverage does not decode", {}};
    known = known_sums_.emplace(key, *stored).first;
  }
  known->second += added;
  if (known->second == CoverageSum{})
    erase(rows, database, key);
  else
    put(rows, database, key, encode_coverage_sum(known->second));
  return Ok{};
}

/// Sorted by layer and time, the steps of a span stand together, at every level: each row is touched once.
Status CoverageWriter::put_steps(const Database& database, rocksdb::WriteBatch& rows) {
  if (known_sums_.size() > kKnownSumsMax) known_sums_.clear();
  std::sort(steps_.begin(), steps_.end(),
            [](const Step& a, const Step& b) { return a.layer != b.layer ? a.layer < b.layer : a.at < b.at; });
  for (auto first = steps_.begin(); first != steps_.end();) {
    const Layer& layer = first->layer;
    const auto last = std::find_if(first, steps_.end(), [&](const Step& step) { return step.layer != layer; });
    CoverageSum all;
    for (auto step = first; step != last; ++step) all += step->sum;
    GOVLOG_TRY(add_to_row(database, totals_key(layer), all, rows));
    for (std::uint8_t level = 0; level < kCoverageLevels; ++level) {
      for (auto step = first; step != last;) {
        const std::int64_t span = coverage_span(level, step->at);
        CoverageSum sum;
        for (; step != last && coverage_span(level, step->at) == span; ++step) sum += step->sum;
        GOVLOG_TRY(add_to_row(database, coverage_key(layer, level, span), sum, rows));
      }
    }
    first = last;
  }
  steps_.clear();
  return Ok{};
}

/// The element's own rows: what is different from before.
void CoverageWriter::put_element(const Database& database, std::string_view id, const Element& element,
                                 rocksdb::WriteBatch& rows) {
  const std::vector<OrphanRow> orphans = element.after.orphans(id);
  const std::vector<OrphanRow> orphans_before = element.before.orphans(id);
  for (const OrphanRow& row : orphans_before) {
    const bool stays =
        std::any_of(orphans.begin(), orphans.end(), [&](const OrphanRow& now) { return now.layer == row.layer; });
    if (!stays) erase(rows, database, orphan_key(row.layer, id));
  }
  for (const OrphanRow& row : orphans) {
    const bool same = std::find(orphans_before.begin(), orphans_before.end(), row) != orphans_before.end();
    if (!same) put(rows, database, orphan_key(row.layer, id), encode_orphan_value(row));
  }
  if (element.after.last > kEventKeyMin)
    put(rows, database, element_key(id), encode_element_head(element.after));
  else
    erase(rows, database, element_key(id));  // nothing was ever true of it
}

Status CoverageWriter::add(const Database& database, const GraphChanges& changes, const GraphSource& source,
                           const LogGrowth& growth, rocksdb::WriteBatch& rows) {
  Elements elements = gather(changes);
  std::shared_ptr<ImpactGraph> graph = GOVLOG_TRY(source(false));
  auto known = graph ? std::optional(GraphView(*graph, growth.before)) : std::nullopt;
  bool needs_graph = false;
  for (auto& [id, element] : elements) {
    // The open graph knows which elements have no row yet; a look into the files would cost more.
    const bool fresh = known && !known->find(Label::kElement, id);
    if (!fresh) GOVLOG_TRY(load_head(database, id, element));
    sort_boundaries(element);
    needs_graph = needs_graph || element.needs_graph;
  }
  if (needs_graph && !known) {
    graph = GOVLOG_TRY(source(true));
    known.emplace(*graph, growth.before);
  }
  for (auto& [id, element] : elements) {
    if (element.needs_graph)
      ask_graph(*known, id, element, false);
    else
      step(id, element);
  }
  if (graph) {
    graph->apply(changes);
    known.emplace(*graph, growth.after);
  }
  for (auto& [id, element] : elements) {
    if (element.needs_graph) ask_graph(*known, id, element, true);
    put_element(database, id, element, rows);
  }
  return put_steps(database, rows);
}

}  // namespace govlog
