#pragma once
// Everything that a store keeps besides its log, held against what the log gives. Private to engine.

#include "base/result.h"
#include "engine/database.h"
#include "engine/replay.h"
#include "engine/row_difference.h"

#include <memory>
#include <optional>
#include <vector>

namespace govlog {

/// Of the database `kept`, whose log ends at `last`. Both must outlive it.
///
///     LogComparison comparison(kept, last);
///     ReplayOptions options{…};
///     comparison.watch_graph(options);
///     GOVLOG_TRY(replay(kept, anew, options));
///     auto differences = GOVLOG_TRY(comparison.differences(anew));
class LogComparison {
 public:
  LogComparison(const Database& kept, Position last) : kept_(kept), last_(last) {}

  /// Has the replay stop where the checkpoint of the graph was made, to compare the two.
  void watch_graph(ReplayOptions& options);

  /// Of each derived family the first row that differs, then what is wrong with the graph's checkpoint. Errors are those of `anew`.
  Result<std::vector<RowDifference>> differences(const std::shared_ptr<const Database>& anew);

 private:
  void note_graph(std::string problem);
  Status compare_graph(const GraphView& graph);

  const Database& kept_;
  Position last_;
  std::optional<RowDifference> graph_;
};

}  // namespace govlog
