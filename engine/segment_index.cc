#include "engine/segment_index.h"

#include "codec/keys.h"

#include <fmt/format.h>

namespace govlog {

namespace {

/// Adds what `segment` lacks up to `last`.
Status extend(OpenSegment& segment, const SegmentIndex::Where& where) {
  if (segment.next() > where.last) return Ok{};
  for (const ForwardRow& row : GOVLOG_TRY(read_forward_rows(where.database, where.snapshot, segment.next(), where.last))) {
    segment.add(row);
  }
  return Ok{};
}

}  // namespace

Result<std::vector<ForwardRow>> read_forward_rows(const Database& database, const rocksdb::Snapshot* snapshot, Position first,
                                                  Position last) {
  std::vector<ForwardRow> out;
  const auto rows = database.iterate(Family::kTerms, snapshot);
  rows->Seek(forward_key(first));
  for (Position position = first; position <= last; ++position, rows->Next()) {
    const bool there = rows->Valid() && view(rows->key()) == forward_key(position);
    auto row = there ? decode_forward(position, view(rows->value())) : std::nullopt;
    if (!rows->status().ok()) return to_error(rows->status(), "reading the open segment");
    if (!row) return Error{Code::kCorruption, fmt::format("the terms of the event at position {} are missing", position), {}};
    out.push_back(std::move(*row));
  }
  return out;
}

Result<std::shared_ptr<const SegmentSummaries>> SegmentIndex::summaries(const Database& database,
                                                                        const rocksdb::Snapshot* snapshot,
                                                                        std::uint32_t count) {
  const std::lock_guard lock(mutex_);
  if (summaries_->size() >= count) return summaries_;
  auto grown = std::make_shared<SegmentSummaries>(*summaries_);
  const auto rows = database.iterate(Family::kTerms, snapshot);
  rows->Seek(segment_summary_key(count - 1));  // newest first
  const auto have = static_cast<std::uint32_t>(summaries_->size());
  grown->resize(count);
  for (std::uint32_t segment = count; segment-- > have; rows->Next()) {
    const bool there = rows->Valid() && view(rows->key()) == segment_summary_key(segment);
    const auto summary = there ? decode_summary(view(rows->value())) : std::nullopt;
    if (!rows->status().ok()) return to_error(rows->status(), "reading segments");
    if (!summary) return Error{Code::kCorruption, fmt::format("the summary of segment {} is missing", segment), {}};
    (*grown)[segment] = *summary;
  }
  summaries_ = std::move(grown);
  return summaries_;
}

Result<std::vector<OpenMatch>> SegmentIndex::open_matches(const Where& where, const TermQuery& query, bool scored) {
  const std::uint32_t segment = segments_sealed_at(where.last);
  const std::lock_guard lock(mutex_);
  if (segment < open_->segment()) {  // a view from before the last sealing
    OpenSegment old(segment);
    GOVLOG_TRY(extend(old, where));
    return old.matches(query, where.last, scored);
  }
  if (segment > open_->segment()) open_ = std::make_unique<OpenSegment>(segment);
  GOVLOG_TRY(extend(*open_, where));
  return open_->matches(query, where.last, scored);
}

}  // namespace govlog
