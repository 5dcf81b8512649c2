#include "query/analytics.h"

#include <algorithm>

namespace govlog {

namespace {

// Of years 0001 and 9999, both Mondays: the weeks that a time of ours can lie in.
constexpr Timestamp kFirstWeek{-62'135'596'800 * kMicrosPerSecond};
constexpr Timestamp kLastWeek{253'401'868'800 * kMicrosPerSecond};

Timestamp end_of(AnalyticsUnit unit, Timestamp start) { return {start.micros + length_of(unit) - 1}; }

/// Both ends inclusive.
struct Window {
  Timestamp first;
  Timestamp last;
};

EventRange range_of(const Window& window) { return {{window.first, 0}, {window.last, kPositionMax}}; }

/// Event by event.
Status add_events(const ReadView& view, const Window& window, AnalyticsCounts& counts) {
  if (window.first > window.last) return Ok{};
  EventFilter filter;
  const auto types = analytics_event_types();
  filter.event_types.assign(types.begin(), types.end());
  return view.scan_events(range_of(window), Order::kAscending, filter, [&](const EventView& event) -> Result<bool> {
    counts += analytics_of(event.event_type, event.data);
    return true;
  });
}

/// A part of one week: whole hours as they are kept, the parts of hours at its ends event by event.
Result<AnalyticsCounts> counts_of_part(const ReadView& view, const Window& part) {
  AnalyticsCounts counts;
  const Timestamp hour_of_first = start_of(AnalyticsUnit::kHour, part.first);
  const Timestamp first_hour =
      hour_of_first == part.first ? part.first : Timestamp{end_of(AnalyticsUnit::kHour, hour_of_first).micros + 1};
  const Timestamp after_hours = start_of(AnalyticsUnit::kHour, {part.last.micros + 1});
  if (first_hour >= after_hours) {
    GOVLOG_TRY(add_events(view, part, counts));
    return counts;
  }
  GOVLOG_TRY(add_events(view, {part.first, {first_hour.micros - 1}}, counts));
  GOVLOG_TRY(view.scan_analytics(AnalyticsUnit::kHour, first_hour, {after_hours.micros - 1},
                                 [&](const AnalyticsRow& row) -> Result<bool> {
                                   counts += row.counts;
                                   return true;
                                 }));
  GOVLOG_TRY(add_events(view, {after_hours, part.last}, counts));
  return counts;
}

Result<bool> has_event(const ReadView& view, const Window& window) {
  bool any = false;
  GOVLOG_TRY(view.scan_events(range_of(window), Order::kAscending, {}, [&](const EventView&) -> Result<bool> {
    any = true;
    return false;
  }));
  return any;
}

Status add_part(const ReadView& view, const Window& part, std::vector<AnalyticsWeek>& weeks) {
  const AnalyticsCounts counts = GOVLOG_TRY(counts_of_part(view, part));
  if (counts == AnalyticsCounts{}) {
    const bool any = GOVLOG_TRY(has_event(view, part));
    if (!any) return Ok{};
  }
  weeks.push_back({start_of(AnalyticsUnit::kWeek, part.first), counts});
  return Ok{};
}

/// Oldest first.
Result<std::vector<AnalyticsWeek>> kept_weeks(const ReadView& view, const Window& window) {
  std::vector<AnalyticsWeek> weeks;
  Timestamp first_week = start_of(AnalyticsUnit::kWeek, window.first);
  const Timestamp end_of_first = end_of(AnalyticsUnit::kWeek, first_week);
  if (window.first > first_week) {
    GOVLOG_TRY(add_part(view, {window.first, std::min(window.last, end_of_first)}, weeks));
    if (window.last <= end_of_first) return weeks;
    first_week = {end_of_first.micros + 1};
  }
  const Timestamp last_week = start_of(AnalyticsUnit::kWeek, window.last);
  const bool ends_with_week = window.last == end_of(AnalyticsUnit::kWeek, last_week);
  const Timestamp last_whole = ends_with_week ? last_week : Timestamp{last_week.micros - length_of(AnalyticsUnit::kWeek)};
  GOVLOG_TRY(view.scan_analytics(AnalyticsUnit::kWeek, first_week, last_whole, [&](const AnalyticsRow& row) -> Result<bool> {
    weeks.push_back({row.start, row.counts});
    return true;
  }));
  if (!ends_with_week) GOVLOG_TRY(add_part(view, {last_week, window.last}, weeks));
  return weeks;
}

/// Oldest first, from the events that were known at `known`.
Result<std::vector<AnalyticsWeek>> folded_weeks(const ReadView& view, const Window& window, Position known) {
  std::vector<AnalyticsWeek> weeks;
  EventFilter filter;
  filter.known = known;
  GOVLOG_TRY(view.scan_events(range_of(window), Order::kAscending, filter, [&](const EventView& event) -> Result<bool> {
    const Timestamp week = start_of(AnalyticsUnit::kWeek, event.created_at);
    if (weeks.empty() || weeks.back().week != week) weeks.push_back({week, {}});
    weeks.back().counts += analytics_of(event.event_type, event.data);
    return true;
  }));
  return weeks;
}

}  // namespace

std::optional<double> AnalyticsWeek::avg_risk_level() const {
  if (counts.risk_levels == 0) return std::nullopt;
  return static_cast<double>(counts.risk_levels_sum) / static_cast<double>(counts.risk_levels);
}

Result<std::vector<AnalyticsWeek>> analytics(const ReadView& view, const AnalyticsQuery& query) {
  const Window window{std::max(query.from, kFirstWeek), std::min(query.to, end_of(AnalyticsUnit::kWeek, kLastWeek))};
  std::vector<AnalyticsWeek> weeks;
  if (window.first > window.last) return weeks;
  weeks = query.known < view.log_position() ? GOVLOG_TRY(folded_weeks(view, window, query.known))
                                            : GOVLOG_TRY(kept_weeks(view, window));
  std::reverse(weeks.begin(), weeks.end());
  return weeks;
}

}  // namespace govlog
