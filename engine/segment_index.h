#pragma once
// What filtered scans keep in memory: the summary of each sealed segment, and the terms of the open one. Private to engine.
//
// Both only grow with the log, so a view at an older position reads a prefix. Loaded when first asked for.

#include "base/result.h"
#include "engine/database.h"
#include "engine/open_segment.h"
#include "engine/postings.h"
#include "engine/term_query.h"

#include <memory>
#include <mutex>
#include <vector>

namespace govlog {

using SegmentSummaries = std::vector<SegmentSummary>;

/// Forward rows of positions `first` to `last`. kCorruption where one is missing or does not decode.
Result<std::vector<ForwardRow>> read_forward_rows(const Database& database, const rocksdb::Snapshot* snapshot, Position first,
                                                  Position last);

/// Threads: every member may be called from many threads at once.
class SegmentIndex {
 public:
  /// Summaries of at least the first `count` segments, which are sealed.
  Result<std::shared_ptr<const SegmentSummaries>> summaries(const Database& database, const rocksdb::Snapshot* snapshot,
                                                            std::uint32_t count);

  /// Of the segment that is open at position `last`: its events up to there that may pass the query's filter (engine/open_segment.h).
  struct Where {
    const Database& database;
    const rocksdb::Snapshot* snapshot;
    Position last;
  };
  Result<std::vector<OpenMatch>> open_matches(const Where& where, const TermQuery& query, bool scored);

 private:
  std::mutex mutex_;
  std::shared_ptr<const SegmentSummaries> summaries_ = std::make_shared<SegmentSummaries>();
  std::unique_ptr<OpenSegment> open_ = std::make_unique<OpenSegment>(0);
};

}  // namespace govlog
