// What a view tells of the impact graph.

#include "codec/keys.h"
#include "engine/event_reader.h"
#include "engine/graph_keeper.h"
#include "engine/graph_of_view.h"
#include "engine/read_view.h"
#include "engine/snapshot.h"
#include "graph/impact_graph.h"

#include <algorithm>

namespace govlog {

namespace {

/// For snapshots that the open graph cannot answer: those that are older than it.
Result<std::shared_ptr<const ImpactGraph>> own_graph(const ReadView& view, const ReadView::Snapshot& snapshot) {
  const std::lock_guard lock(snapshot.own_graph_mutex);
  if (!snapshot.own_graph) snapshot.own_graph = GOVLOG_TRY(fold_graph(view, view.log_position()));
  return snapshot.own_graph;
}

/// The keeper's graph, which lives as long as the keeper; null where it cannot answer for this snapshot.
Result<std::shared_ptr<const ImpactGraph>> opened_graph(const std::shared_ptr<const ReadView::Snapshot>& snapshot) {
  const ImpactGraph* opened = snapshot->opened.load(std::memory_order_acquire);
  if (opened != nullptr) return std::shared_ptr<const ImpactGraph>(snapshot->keeper, opened);
  if (!snapshot->keeper) return std::shared_ptr<const ImpactGraph>();
  auto graph = GOVLOG_TRY(snapshot->keeper->complete_to(snapshot));
  snapshot->opened.store(graph.get(), std::memory_order_release);
  return graph;
}

}  // namespace

Result<GraphOfView> ReadView::graph(Position known) const {
  known = std::min(known, log_position());
  std::shared_ptr<const ImpactGraph> graph;
  if (known < log_position()) {
    graph = GOVLOG_TRY(fold_graph(*this, known));
  } else {
    graph = snapshot_->graph;
    if (!graph) graph = GOVLOG_TRY(opened_graph(snapshot_));
    if (!graph) graph = GOVLOG_TRY(own_graph(*this, *snapshot_));
  }
  const GraphView view(*graph, known);
  return GraphOfView{std::move(graph), view};
}

Result<Position> ReadView::last_position_at(Timestamp at, Position known) const {
  known = std::min(known, log_position());
  if (known == 0) return Position{0};
  const std::uint32_t sealed = segments_sealed_at(known);
  const auto summaries = GOVLOG_TRY(snapshot_->segments->summaries(*snapshot_->database, snapshot_->snapshot, sealed));
  Position position = known;
  while (position > 0) {
    const auto segment = static_cast<std::uint32_t>((position - 1) / kSegmentEvents);
    if (segment < sealed && (*summaries)[segment].first > at) {  // all of it happened later
      position = segment_first(segment) - 1;
      continue;
    }
    const EventKey key = GOVLOG_TRY(key_at_position(*snapshot_->database, snapshot_->snapshot, position));
    if (key.created_at <= at) return position;
    --position;
  }
  return Position{0};
}

}  // namespace govlog
