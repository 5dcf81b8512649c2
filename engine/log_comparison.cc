#include "engine/log_comparison.h"

#include "codec/keys.h"
#include "engine/compare_rows.h"
#include "engine/graph_checkpoint.h"
#include "engine/snapshot.h"
#include "graph/checkpoint.h"

#include <utility>

namespace govlog {

void LogComparison::watch_graph(ReplayOptions& options) {
  const auto checkpoint = checkpoint_position(kept_, nullptr);
  if (!checkpoint.ok()) note_graph(checkpoint.error().message);
  if (checkpoint.ok() && *checkpoint > last_) note_graph("is of a position behind the log");
  if (checkpoint.ok()) options.pause = *checkpoint;
  options.at_pause = [this](const GraphView& graph) { return compare_graph(graph); };
}

void LogComparison::note_graph(std::string problem) {
  graph_ = difference_at(Family::kViews, graph_piece_key(0), std::move(problem));
}

Status LogComparison::compare_graph(const GraphView& graph) {
  const auto loaded = load_checkpoint(kept_, nullptr, last_);
  if (!loaded.ok() && loaded.error().code != Code::kCorruption) return loaded.error();
  if (!loaded.ok())
    note_graph(loaded.error().message);
  else if (encode_checkpoint(GraphView(**loaded, graph.position())) != encode_checkpoint(graph))
    note_graph("is not the graph that the log gives");
  return Ok{};
}

Result<std::vector<RowDifference>> LogComparison::differences(const std::shared_ptr<const Database>& anew) {
  auto snapshot = std::make_shared<ReadView::Snapshot>();
  snapshot->database = anew;
  snapshot->position = last_;
  snapshot->segments = std::make_shared<SegmentIndex>();
  std::vector<RowDifference> all;
  for (const Family family : kDerivedFamilies) {
    auto difference = GOVLOG_TRY(compare_family(kept_, snapshot, family));
    if (difference) all.push_back(*std::move(difference));
  }
  if (graph_) all.push_back(*graph_);
  return all;
}

}  // namespace govlog
