#pragma once
// What filtered scans keep in memory: the summary of each sealed segment, and the terms of the open one. Private to engine.
//
// Both only grow with the log, so a view at an older position reads a prefix. Loaded when first asked for.

#include "base/result.h"
#include "engine/database.h"
#include "engine/postings.h"
#include "engine/read_view.h"

#include <memory>
#include <mutex>
#include <vector>

namespace govlog {

using SegmentSummaries = std::vector<SegmentSummary>;

/// The column of a sealed segment. kCorruption where it is missing or does not decode.
Result<SegmentColumn> load_column(const Database& database, const rocksdb::Snapshot* snapshot, const SegmentSummary& summary,
                                  std::uint32_t segment);

/// Threads: every member may be called from many threads at once.
class SegmentIndex {
 public:
  /// Summaries of at least the first `count` segments, which are sealed.
  Result<std::shared_ptr<const SegmentSummaries>> summaries(const Database& database, const rocksdb::Snapshot* snapshot,
                                                            std::uint32_t count);

  /// Keys of the open segment's events up to `last` that have a term of each of the filter's lists.
  Result<std::vector<EventKey>> open_matches(const Database& database, const rocksdb::Snapshot* snapshot, Position last,
                                             const EventFilter& filter);

 private:
  Status extend(const Database& database, const rocksdb::Snapshot* snapshot, Position last);

  std::mutex mutex_;
  std::shared_ptr<const SegmentSummaries> summaries_ = std::make_shared<SegmentSummaries>();
  std::uint32_t open_ = 0;  // the segment that rows_ belongs to
  std::vector<ForwardRow> rows_;
};

}  // namespace govlog
