#pragma once
// What was begun and what was finished, week by week, and how risky it was.

#include "base/result.h"
#include "engine/analytics_rows.h"
#include "engine/read_view.h"

#include <optional>
#include <vector>

namespace govlog {

struct AnalyticsQuery {
  Timestamp from = kTimestampMin;  // inclusive, as `to`
  Timestamp to = kTimestampMax;
  Position known = kPositionMax;
};

struct AnalyticsWeek {
  Timestamp week;  // its Monday
  AnalyticsCounts counts;

  /// The mean of the risk levels; nothing where there is none.
  std::optional<double> avg_risk_level() const;
};

/// Weeks with an event in the window, newest first, each over its events in the window. Whole weeks are read as they are kept, the parts of weeks at both
/// ends hour by hour, and the parts of hours there event by event: O(weeks) and the events of two hours. Where `known` is before the view: O(events of the window).
Result<std::vector<AnalyticsWeek>> analytics(const ReadView& view, const AnalyticsQuery& query);

}  // namespace govlog
