#pragma once
// The specification's six targets, measured: what a user's append and questions take on one disk, each beside its bare limit.

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// One target. Times are milliseconds on the wall clock; p50 and p99 are the nearest rank among `samples`.
struct BenchRow {
  std::string_view operation;
  std::string_view bare_limit;  // what the limit is the time of
  double target_ms = 0;
  double first_ms = 0;  // the first one, which warms up and is no sample; of a question: the first since the store was opened
  double p50_ms = 0;
  double p99_ms = 0;
  double bare_limit_ms = 0;  // p50, measured by turns with the samples
  double bare_limit_p99_ms = 0;
  std::uint64_t samples = 0;

  /// The first one does not count: the targets speak of a graph and views that are in memory.
  bool met() const { return p99_ms < target_ms; }
  double times_better() const { return target_ms / p50_ms; }
};

inline constexpr std::string_view kBenchAppend = "event append";
inline constexpr std::string_view kBenchRebuild = "full graph rebuild";

struct BenchReport {
  std::uint64_t events = 0;
  double import_seconds = 0;        // of these events, from NDJSON to synced
  std::uint64_t rebuild_nodes = 0;  // of the graph that is rebuilt
  std::vector<BenchRow> rows;       // in the specification's order
};

struct BenchPlan {
  std::filesystem::path
      directory;             // empty, on the disk that is to be measured; what is made in it stays for the caller to remove
  std::uint64_t events = 0;  // 100 or more
  std::function<void(std::uint64_t done)> imported;      // how many of `events`, now and then
  std::function<void(std::string_view what)> measuring;  // before each row
  std::function<bool()> stop;                            // asked between any two operations
};

/// Imports a made-up history (BenchHistory) through the import of NDJSON files, appends to it, and asks it, all as the command line and other
/// faces do: JSON in, JSON out. The graph is rebuilt from a log of its own, of the size that the target names. Where `stop` said
/// true, the report is not whole. Errors are the store's: kIoError, kDiskFull, …. Memory: that of an import, and 10 MiB.
Result<BenchReport> measure_targets(const BenchPlan& plan);

/// Whether what is appended there is kept in memory alone, so that a sync costs nothing.
bool lies_in_memory(const std::filesystem::path& directory);

}  // namespace govlog
