// What a view tells of the impact graph.

#include "codec/keys.h"
#include "engine/event_reader.h"
#include "engine/read_view.h"
#include "engine/snapshot.h"
#include "graph/impact_graph.h"

#include <algorithm>

namespace govlog {

namespace {

Result<std::shared_ptr<ImpactGraph>> fold_graph(const ReadView& view, Position known) {
  ImpactGraphBuilder builder;
  EventFilter filter;
  filter.known = known;
  GOVLOG_TRY(view.scan_events({}, Order::kAscending, filter, [&](const EventView& event) -> Result<bool> {
    GOVLOG_TRY(builder.add(event));
    return true;
  }));
  return std::move(builder).finish(known);
}

}  // namespace

Result<GraphOfView> ReadView::graph(Position known) const {
  known = std::min(known, log_position());
  if (known < log_position()) {
    auto graph = GOVLOG_TRY(fold_graph(*this, known));
    return GraphOfView{graph, GraphView(*graph, known)};
  }
  const std::lock_guard lock(snapshot_->graph_mutex);
  if (!snapshot_->graph) snapshot_->graph = GOVLOG_TRY(fold_graph(*this, log_position()));
  return GraphOfView{snapshot_->graph, GraphView(*snapshot_->graph, known)};
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
