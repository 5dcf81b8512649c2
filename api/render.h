#pragma once
// The answers of the queries as the contract's JSON: names and order of members are binding.

#include "engine/rebuild.h"
#include "query/analytics.h"
#include "query/diff.h"
#include "query/element.h"
#include "query/history.h"
#include "query/list.h"
#include "query/search.h"
#include "query/time_travel.h"
#include "query/timeline.h"

#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// What a page's answer ends with: `next_cursor` as JSON token, and what the answer knew.
struct PageEnd {
  std::string next_cursor;
  Position log_position = 0;
};

std::string render_timeline(const TimelinePage& page, const PageEnd& end);
/// Scores are null where `scored` is false.
std::string render_search(const SearchPage& page, bool scored, const PageEnd& end);
std::string render_list(const ListPage& page, const PageEnd& end);
std::string render_history(const EntityRef& entity, const HistoryPage& page, const PageEnd& end);
std::string render_diff(const Diff& diff, Position log_position);
std::string render_analytics(const std::vector<AnalyticsWeek>& weeks, Position log_position);
std::string render_stats(const LogStats& stats, Position log_position);

/// `{"events","ok","families":{name:rows},"difference":{"family","key","position","problem"}}`, the last where there is one.
std::string render_rebuild(const RebuildReport& report);

struct TimeTravelAnswer {
  EntityRef entity;
  Timestamp at;
  TimeTravel found;
  Position log_position = 0;
};
std::string render_time_travel(const TimeTravelAnswer& answer);
std::string render_element(std::string_view id, const ElementAnswer& answer, Timestamp at, Position log_position);

}  // namespace govlog
