#pragma once
// Where the events of a sealed segment stand in event order. Private to engine.

#include "base/result.h"
#include "engine/database.h"
#include "engine/postings.h"

#include <array>
#include <cstdint>
#include <vector>

namespace govlog {

/// The column of a sealed segment, read piece by piece as it is asked. Threads: one at a time.
class SegmentColumn {
 public:
  /// `database` and `snapshot` must outlive it.
  SegmentColumn(const Database& database, const rocksdb::Snapshot* snapshot, const SegmentSummary& summary,
                std::uint32_t segment)
      : database_(&database), snapshot_(snapshot), summary_(summary), segment_(segment) {}

  /// The key of the event of `rank`. kCorruption where the segment has no such rank, or its piece is missing or does not decode.
  Result<EventKey> at(std::uint32_t rank);

  const SegmentSummary& summary() const { return summary_; }

 private:
  const Database* database_;
  const rocksdb::Snapshot* snapshot_;
  SegmentSummary summary_;
  std::uint32_t segment_;
  std::array<std::vector<EventKey>, kSegmentEvents / kColumnPieceRanks> pieces_;  // empty: not read yet
};

}  // namespace govlog
