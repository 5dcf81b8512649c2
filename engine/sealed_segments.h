#pragma once
// Sealed segments as a query reads them. Private to engine.

#include "base/result.h"
#include "engine/segment_column.h"
#include "engine/segment_index.h"
#include "engine/snapshot.h"
#include "engine/term_cursor.h"
#include "engine/term_query.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace govlog {

/// The sealed segments of a snapshot that a query may find something in, and its terms' blocks there. Threads: one at a time. Its arguments must outlive it.
class SealedSegments {
 public:
  SealedSegments(const ReadView::Snapshot& snapshot, const TermQuery& query) : snapshot_(snapshot), query_(query) {}

  /// Segments that may hold events of `range` up to position `known`: by their first time in `order`, the first last.
  Result<std::vector<std::uint32_t>> within(const EventRange& range, Position known, Order order);

  const SegmentSummary& summary(std::uint32_t segment) const { return (*summaries_)[segment]; }

  /// Time of the segment's first event in `order`.
  Timestamp edge(std::uint32_t segment, Order order) const {
    return order == Order::kDescending ? summary(segment).last : summary(segment).first;
  }

  /// Lives as long as this.
  BlockSource blocks(std::uint32_t segment);
  SegmentColumn column(std::uint32_t segment) const {
    return SegmentColumn(*snapshot_.database, snapshot_.snapshot, summary(segment), segment);
  }

 private:
  const ReadView::Snapshot& snapshot_;
  const TermQuery& query_;
  std::shared_ptr<const SegmentSummaries> summaries_;
  std::vector<std::unique_ptr<TermCursor>> cursors_;  // by number of the term; made when first asked
};

}  // namespace govlog
