#include "engine/analytics_writer.h"

#include "base/assert.h"

#include <rocksdb/write_batch.h>

namespace govlog {

namespace {

constexpr std::size_t kKnownRowsMax = 10'000;  // of hours, more than a year

Result<AnalyticsRow> stored_row(const Database& database, AnalyticsUnit unit, Timestamp start) {
  const std::string key = analytics_key(unit, start);
  const auto value = GOVLOG_TRY(database.get(Family::kViews, key, nullptr));
  if (!value) return AnalyticsRow{start, 0, {}};
  const auto row = decode_analytics_row(unit, key, *value);
  if (!row) return Error{Code::kCorruption, "a row of analytics does not decode", {}};
  return *row;
}

}  // namespace

void AnalyticsWriter::add(const EventView& event) {
  const AnalyticsCounts counts = analytics_of(event.event_type, event.data);
  AnalyticsRow& week = added_[{AnalyticsUnit::kWeek, start_of(AnalyticsUnit::kWeek, event.created_at)}];
  ++week.events;
  if (counts == AnalyticsCounts{}) return;
  week.counts += counts;
  added_[{AnalyticsUnit::kHour, start_of(AnalyticsUnit::kHour, event.created_at)}].counts += counts;
}

Status AnalyticsWriter::finish_group(const Database& database, rocksdb::WriteBatch& rows) {
  if (known_.size() > kKnownRowsMax) known_.clear();
  for (const auto& [place, added] : added_) {
    const auto& [unit, start] = place;
    auto known = known_.find(place);
    if (known == known_.end()) known = known_.emplace(place, GOVLOG_TRY(stored_row(database, unit, start))).first;
    known->second.events += added.events;
    known->second.counts += added.counts;
    const std::string key = analytics_key(unit, start);
    const std::string value = encode_analytics_value(unit, known->second);
    const rocksdb::Status status = rows.Put(database.family(Family::kViews), slice(key), slice(value));
    GOVLOG_ASSERT(status.ok(), "{}", status.ToString());
  }
  return Ok{};
}

}  // namespace govlog
