// What a view tells of the impact graph.

#include "codec/keys.h"
#include "engine/event_reader.h"
#include "engine/graph_keeper.h"
#include "engine/graph_of_view.h"
#include "engine/postings.h"
#include "engine/read_view.h"
#include "engine/segment_column.h"
#include "engine/snapshot.h"
#include "graph/impact_graph.h"

#include <fmt/format.h>

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

/// Of a sealed segment: the greatest position with created_at <= `at`; 0 where there is none.
Result<Position> last_position_in(const ReadView::Snapshot& snapshot, std::uint32_t segment, const SegmentSummary& summary,
                                  Timestamp at) {
  if (summary.first > at) return Position{0};
  if (summary.last <= at) return segment_first(segment + 1) - 1;
  SegmentColumn column(*snapshot.database, snapshot.snapshot, summary, segment);
  std::uint32_t later = 0;  // so many are later, and the ranks from `behind` on are not
  for (std::uint32_t behind = summary.count; later < behind;) {
    const std::uint32_t middle = later + (behind - later) / 2;
    const EventKey key = GOVLOG_TRY(column.at(middle));
    if (key.created_at > at)
      later = middle + 1;
    else
      behind = middle;
  }
  Position last = 0;
  for (std::uint32_t rank = later; rank < summary.count; ++rank) {
    const EventKey key = GOVLOG_TRY(column.at(rank));
    last = std::max(last, key.position);
    if (summary.in_order) break;
  }
  return last;
}

/// The same of positions `first` to `last`, in their rows.
Result<Position> last_position_between(const ReadView::Snapshot& snapshot, Position first, Position last, Timestamp at) {
  const auto rows = snapshot.database->iterate(Family::kPositions, snapshot.snapshot);
  rows->SeekForPrev(position_key(last));
  for (Position position = last; position >= first; --position, rows->Prev()) {
    const bool there = rows->Valid() && view(rows->key()) == position_key(position);
    if (!rows->status().ok()) return to_error(rows->status(), "reading positions");
    std::string_view value = there ? view(rows->value()) : std::string_view();
    const auto time = take_time_key(value);
    if (!time)
      return Error{Code::kCorruption, fmt::format("the row of position {} is missing or does not decode", position), {}};
    if (*time <= at) return position;
  }
  return Position{0};
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
  const Position open = GOVLOG_TRY(last_position_between(*snapshot_, segment_first(sealed), known, at));
  if (open > 0) return open;
  const auto summaries = GOVLOG_TRY(snapshot_->segments->summaries(*snapshot_->database, snapshot_->snapshot, sealed));
  for (std::uint32_t segment = sealed; segment-- > 0;) {
    const Position last = GOVLOG_TRY(last_position_in(*snapshot_, segment, (*summaries)[segment], at));
    if (last > 0) return last;
  }
  return Position{0};
}

}  // namespace govlog
