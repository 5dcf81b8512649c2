#pragma once
// The graph of an open store: opened by the first question that needs it, from the checkpoint and the log behind it, then extended by each append.
// Private to engine.
//
// Until an appender takes it, whoever holds `mutex_` may extend the graph; afterwards the leader of appends alone. Snapshots that are published from
// then on carry it, and their readers come here no more. Those of earlier snapshots do, and find it complete up to their position.

#include "engine/read_view.h"
#include "graph/impact_graph.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace govlog {

class GraphKeeper {
 public:
  /// `warn` is told where a checkpoint is damaged, and the log is folded instead.
  explicit GraphKeeper(std::function<void(const Error&)> warn) : warn_(std::move(warn)) {}

  /// The graph, complete up to the snapshot's position; opened or extended where it is not. Waits for others that do so. Nothing where it was opened or
  /// extended at once past that position: then the caller must fold one of its own. kCorruption, kIoError.
  Result<std::shared_ptr<const ImpactGraph>> complete_to(const std::shared_ptr<const ReadView::Snapshot>& snapshot);

  /// For appenders: the graph, complete up to the snapshot's position, which is the log's; from now on the caller's to extend. Null where nobody
  /// has opened it, and while somebody is just opening it: this waits for nobody.
  Result<std::shared_ptr<ImpactGraph>> take(const std::shared_ptr<const ReadView::Snapshot>& snapshot);

  /// Whether a damaged checkpoint was met: it is to be written anew.
  bool met_damage() const { return met_damage_; }

  /// As take(), opened where it is not.
  Result<std::shared_ptr<ImpactGraph>> open_and_take(const std::shared_ptr<const ReadView::Snapshot>& snapshot);

 private:
  Status extend(const ReadView& view);
  bool skips(Position position) const;
  Result<std::shared_ptr<ImpactGraph>> take_locked(const ReadView& view);

  Result<std::shared_ptr<ImpactGraph>> open(const std::shared_ptr<const ReadView::Snapshot>& snapshot);

  std::function<void(const Error&)> warn_;
  std::mutex mutex_;
  std::shared_ptr<ImpactGraph> graph_;
  Position complete_to_ = 0;  // once it is taken: the position then
  bool taken_ = false;
  std::atomic<bool> met_damage_ = false;
  std::vector<std::pair<Position, Position>> skipped_;  // between them, both exclusive, it knows only how it became
};

/// The graph at the view's position, from the whole log. O(log).
Result<std::shared_ptr<ImpactGraph>> fold_graph(const ReadView& view, Position known);

}  // namespace govlog
