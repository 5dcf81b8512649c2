#pragma once
// Rows of family views that keep what analytics counts, by weeks and by hours. Private to engine and query.
//
//   04 'w' t   a week, from Monday 00:00 UTC: events of any type, then the counts of AnalyticsCounts. A row for each week with an event
//   04 'h' t   an hour: the counts alone. A row for each hour in which something counts
//
// `t` is the first instant of the unit. All are varints, the sum zigzag. An event adds to the rows of its own `created_at`, and additions commute: one
// that came late is counted as any other, and no row is ever corrected.

#include "base/types.h"
#include "codec/event.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace govlog {

enum class AnalyticsUnit : char { kWeek = 'w', kHour = 'h' };

/// Micros of the unit, and its first instant at or before `time`. Weeks begin on Monday 00:00 UTC, before 1970 too.
std::int64_t length_of(AnalyticsUnit unit);
Timestamp start_of(AnalyticsUnit unit, Timestamp time);

/// What counts of some events.
struct AnalyticsCounts {
  std::uint64_t crs_created = 0;
  std::uint64_t crs_completed = 0;
  std::uint64_t adrs_created = 0;
  std::uint64_t adrs_accepted = 0;
  std::int64_t risk_levels_sum = 0;
  std::uint64_t risk_levels = 0;

  AnalyticsCounts& operator+=(const AnalyticsCounts& more);
  friend bool operator==(const AnalyticsCounts&, const AnalyticsCounts&) = default;
};

/// The types of the events of which something may count.
std::span<const std::string_view> analytics_event_types();
/// What one event counts as. O(1), of those types O(its data).
AnalyticsCounts analytics_of(std::string_view event_type, std::string_view data);

struct AnalyticsRow {
  Timestamp start;
  std::uint64_t events = 0;  // of any type; of a week alone
  AnalyticsCounts counts;

  friend bool operator==(const AnalyticsRow&, const AnalyticsRow&) = default;
};

std::string analytics_key(AnalyticsUnit unit, Timestamp start);
std::string encode_analytics_value(AnalyticsUnit unit, const AnalyticsRow& row);
/// Of a key that begins as those of `unit` do.
std::optional<AnalyticsRow> decode_analytics_row(AnalyticsUnit unit, std::string_view key, std::string_view value);

}  // namespace govlog
