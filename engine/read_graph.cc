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

}  // namespace

Result<GraphOfView> ReadView::graph(Position known) const {
  known = std::min(known, log_position());
  std::shared_ptr<const ImpactGraph> graph;
  if (known < log_position()) {
    graph = GOVLOG_TRY(fold_graph(*this, known));
  } else {
    graph = snapshot_->graph;
    if (!graph && snapshot_->keeper) graph = GOVLOG_TRY(snapshot_->keeper->complete_to(snapshot_));
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
