#include "engine/sealed_segments.h"

#include <algorithm>

namespace govlog {

Result<std::vector<std::uint32_t>> SealedSegments::within(const EventRange& range, Position known, Order order) {
  std::vector<std::uint32_t> segments;
  const std::uint32_t sealed = segments_sealed_at(snapshot_.position);
  if (sealed == 0) return segments;
  summaries_ = GOVLOG_TRY(snapshot_.segments->summaries(*snapshot_.database, snapshot_.snapshot, sealed));
  for (std::uint32_t segment = 0; segment < sealed && segment_first(segment) <= known; ++segment) {
    if (summary(segment).first <= range.last.created_at && summary(segment).last >= range.first.created_at)
      segments.push_back(segment);
  }
  std::stable_sort(segments.begin(), segments.end(), [&](std::uint32_t a, std::uint32_t b) {
    return order == Order::kDescending ? edge(a, order) < edge(b, order) : edge(a, order) > edge(b, order);
  });
  return segments;
}

BlockSource SealedSegments::blocks(std::uint32_t segment) {
  cursors_.resize(query_.terms().size());
  return [this, segment](std::size_t number) -> Result<const Block*> {
    std::unique_ptr<TermCursor>& cursor = cursors_[number];
    if (!cursor) {
      cursor = std::make_unique<TermCursor>(*snapshot_.database, snapshot_.snapshot, query_.terms()[number]);
    }
    return cursor->find(segment);
  };
}

}  // namespace govlog
