#pragma once
// A log written anew: every event, in the order of positions, through the writer that appended it. Private to engine.

#include "codec/merkle.h"
#include "engine/database.h"
#include "graph/graph_view.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace govlog {

struct ReplayOptions {
  Position last = 0;              // of the log
  std::filesystem::path scratch;  // as bulk_load has it
  std::function<void(Position done)> progress{};
  /// Asked before each group; true ends replay() with kInternal.
  std::function<bool()> stop{};
  /// Called with the graph as it is at position `pause`, where that is not 0.
  Position pause = 0;
  std::function<Status(const GraphView& graph)> at_pause{};
};

struct Replayed {
  std::shared_ptr<ImpactGraph> graph;  // over the whole log
  MerkleFrontier tree;
};

/// Writes a log event by event into an empty one. Needs the memory of one large group, and of the graph.
class LogReplay {
 public:
  /// `options.last` is not used.
  static Result<std::unique_ptr<LogReplay>> begin(const std::shared_ptr<Database>& to, ReplayOptions options);
  ~LogReplay();
  LogReplay(const LogReplay&) = delete;
  LogReplay& operator=(const LogReplay&) = delete;

  /// Position, version and time come out as they were, and so does everything that is derived; kCorruption, with `details.position`, where they do not. Of `event` the fields that are derived from its data
  /// (description, status, risk_level) are not read.
  Status add(const EventView& event);

  /// The tree over what was added.
  const MerkleFrontier& tree() const;

  /// Everything is in files, but for what RocksDB holds back in memory.
  Result<Replayed> finish();

 private:
  class Impl;
  explicit LogReplay(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What something that was told to stop ends with.
Error given_up();

/// Appends the events of `from` to the empty log of `to`, as LogReplay does.
Result<Replayed> replay(const Database& from, const std::shared_ptr<Database>& to, const ReplayOptions& options);

}  // namespace govlog
