#include "engine/segment_index.h"

#include "codec/keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

bool any_of(const std::vector<std::string>& values, char tag, const std::vector<Term>& terms) {
  if (values.empty()) return true;
  return std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
    return term.tag == tag && std::find(values.begin(), values.end(), term.text) != values.end();
  });
}

bool matches(const EventFilter& filter, const std::vector<Term>& terms) {
  return any_of(filter.event_types, kTermEventType, terms) && any_of(filter.entity_types, kTermEntityType, terms) &&
         any_of(filter.actors, kTermActor, terms);
}

Result<std::vector<ForwardRow>> read_forward(const Database& database, const rocksdb::Snapshot* snapshot, Position first,
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

}  // namespace

Result<SegmentColumn> load_column(const Database& database, const rocksdb::Snapshot* snapshot, const SegmentSummary& summary,
                                  std::uint32_t segment) {
  auto bytes = GOVLOG_TRY(database.get(Family::kTerms, segment_column_key(segment), snapshot));
  auto column = bytes ? SegmentColumn::open(*std::move(bytes), summary, segment) : std::nullopt;
  if (!column) return Error{Code::kCorruption, "the column of a segment is missing or does not decode", {}};
  return *std::move(column);
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

Status SegmentIndex::extend(const Database& database, const rocksdb::Snapshot* snapshot, Position last) {
  const std::uint32_t segment = segments_sealed_at(last);
  if (segment > open_) {
    open_ = segment;
    rows_.clear();
  }
  const Position have = segment_first(open_) + rows_.size();  // the next that is wanted
  if (have > last) return Ok{};
  std::vector<ForwardRow> more = GOVLOG_TRY(read_forward(database, snapshot, have, last));
  std::move(more.begin(), more.end(), std::back_inserter(rows_));
  return Ok{};
}

Result<std::vector<EventKey>> SegmentIndex::open_matches(const Database& database, const rocksdb::Snapshot* snapshot,
                                                         Position last, const EventFilter& filter) {
  const std::uint32_t segment = segments_sealed_at(last);
  std::vector<EventKey> keys;
  const auto take = [&](const std::vector<ForwardRow>& rows) {
    for (const ForwardRow& row : rows) {
      if (row.key.position <= last && matches(filter, row.terms)) keys.push_back(row.key);
    }
  };
  const std::lock_guard lock(mutex_);
  if (segment < open_) {  // a view from before the last sealing
    take(GOVLOG_TRY(read_forward(database, snapshot, segment_first(segment), last)));
    return keys;
  }
  (void)GOVLOG_TRY(extend(database, snapshot, last));
  take(rows_);
  return keys;
}

}  // namespace govlog
